package io.lakebeam.spec.yaml;

import io.lakebeam.graph.SourceLocation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads a YAML file into {@link YamlNode}s: composed only, so that no tag ever names a class to
 * make.
 */
public final class YamlFile {
  private static final int MOST_CHARACTERS = 1_000_000;

  /** Aliases may repeat what they name many times over: so many values, and no more. */
  private static final int MOST_VALUES = 100_000;

  private static final Set<Tag> PLAIN_TAGS =
      Set.of(
          Tag.MAP,
          Tag.SEQ,
          Tag.STR,
          Tag.INT,
          Tag.FLOAT,
          Tag.BOOL,
          Tag.NULL,
          Tag.TIMESTAMP,
          Tag.MERGE);

  private final String file;
  private final String yaml;
  private final IntUnaryOperator units;
  private final Function<List<String>, Optional<Substitution>> substitutions;
  private final Problems problems;
  private final Deque<Node> open = new ArrayDeque<>();
  private final List<String> path = new ArrayList<>();
  private int values;

  private YamlFile(
      String file,
      String yaml,
      Function<List<String>, Optional<Substitution>> substitutions,
      Problems problems) {
    this.file = file;
    this.yaml = yaml;
    this.units = units(yaml);
    this.substitutions = substitutions;
    this.problems = problems;
  }

  /**
   * The file's values.
   *
   * @param substitutions what replaces the references of the value at a path; empty for those that
   *     stay as they are
   * @return empty when the text is no YAML, which is then among the problems
   */
  public static Optional<YamlNode> read(
      String file,
      String text,
      Function<List<String>, Optional<Substitution>> substitutions,
      Problems problems) {
    YamlFile reader = new YamlFile(file, text, substitutions, problems);
    return reader.compose().map(reader::node);
  }

  /** Counted once: from the start for each value would take quadratic time. */
  private static IntUnaryOperator units(String yaml) {
    if (yaml.chars().noneMatch(unit -> Character.isSurrogate((char) unit))) {
      return index -> index;
    }
    int[] units = new int[yaml.codePointCount(0, yaml.length()) + 1];
    for (int i = 1; i < units.length; i++) {
      units[i] = yaml.offsetByCodePoints(units[i - 1], 1);
    }
    return index -> units[index];
  }

  private Optional<Node> compose() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MOST_CHARACTERS);
    options.setMergeOnCompose(true);
    try {
      Composer composer =
          new Composer(new ParserImpl(new StreamReader(yaml), options), new Resolver(), options);
      Optional<Node> root = Optional.ofNullable(composer.getSingleNode());
      if (root.isEmpty()) {
        problems.add(SourceLocation.of(file), "the file is empty", "", "");
      }
      return root;
    } catch (MarkedYAMLException e) {
      YamlSyntax.tell(file, yaml, e, problems);
    } catch (ReaderException e) {
      problems.add(
          YamlSyntax.at(file, yaml, e.getPosition()),
          String.format("the character U+%04X may not stand in a YAML file", e.getCodePoint()),
          "",
          "remove it");
    } catch (YAMLException e) {
      problems.add(
          SourceLocation.of(file), "the file cannot be read as YAML: " + e.getMessage(), "", "");
    }
    return Optional.empty();
  }

  private YamlNode node(Node node) {
    SourceLocation at = at(node);
    if (!PLAIN_TAGS.contains(node.getTag())) {
      problems.add(
          at,
          "the tag " + node.getTag().getValue() + " is not known",
          "values are text, numbers, true, false, lists and mappings",
          "leave the tag out");
    }
    if (open.contains(node)) {
      problems.add(at, "an alias stands inside of what it names", "it would never end", "");
      return nothing(at);
    }
    if (++values > MOST_VALUES) {
      if (values == MOST_VALUES + 1) {
        problems.add(
            at, "the file's aliases unfold to more than " + MOST_VALUES + " values", "", "");
      }
      return nothing(at);
    }
    open.push(node);
    try {
      if (node instanceof MappingNode mapping) {
        return mapping(mapping, at);
      }
      if (node instanceof SequenceNode sequence) {
        return sequence(sequence, at);
      }
      return scalar((ScalarNode) node);
    } finally {
      open.pop();
    }
  }

  private YamlNode mapping(MappingNode node, SourceLocation at) {
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      SourceLocation keyAt = at(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
        problems.add(keyAt, "a key must be a single name", "", "put values with { in quotes");
        continue;
      }
      String key = keyNode.getValue();
      path.add(key);
      YamlNode value = node(tuple.getValueNode());
      path.remove(path.size() - 1);
      YamlNode.Entry first = entries.putIfAbsent(key, new YamlNode.Entry(keyAt, value));
      if (first != null) {
        problems.add(
            keyAt,
            "the key " + key + " stands twice",
            "it stands at " + first.keyAt() + " already",
            "leave one of them out, or rename it");
      }
    }
    return new YamlNode.Mapping(entries, at);
  }

  private YamlNode sequence(SequenceNode node, SourceLocation at) {
    List<YamlNode> items = new ArrayList<>();
    for (Node item : node.getValue()) {
      path.add(String.valueOf(items.size()));
      items.add(node(item));
      path.remove(path.size() - 1);
    }
    return new YamlNode.Sequence(items, at);
  }

  private YamlNode scalar(ScalarNode node) {
    ScalarPlace place = ScalarPlace.of(file, yaml, units, node);
    boolean block =
        node.getScalarStyle() == ScalarStyle.LITERAL || node.getScalarStyle() == ScalarStyle.FOLDED;
    int blanks = block ? leadingBlanks(place.text()) : 0;
    SourceLocation at = block ? place.at(blanks) : at(node);
    String text = node.getValue();
    boolean plain = isPlain(node);
    Optional<Substitution> substitution = substitutions.apply(path);
    if (substitution.isEmpty()) {
      return new YamlNode.Scalar(text, plain, place, place.text(), false, at);
    }
    String inPlace = substitution.get().telling(place.text(), place::at, problems);
    return new YamlNode.Scalar(
        substitution.get().quietly(text),
        plain,
        place,
        inPlace,
        !substitution.get().replacesAll(text),
        at);
  }

  /** Without quotes and without {@code !!str}, which would make a number a text. */
  private static boolean isPlain(ScalarNode node) {
    return node.isPlain()
        && new Resolver().resolve(NodeId.scalar, node.getValue(), true).equals(node.getTag());
  }

  private static int leadingBlanks(String text) {
    return text.length() - text.stripLeading().length();
  }

  /** Stands for what is told already, so that nothing more is said about it. */
  private YamlNode nothing(SourceLocation at) {
    ScalarPlace place = new ScalarPlace(file, at.line(), at.column(), "");
    return new YamlNode.Scalar("", false, place, "", true, at);
  }

  private SourceLocation at(Node node) {
    return YamlSyntax.at(file, node.getStartMark());
  }
}
