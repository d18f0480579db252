package io.lakebeam.spec.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.QueryText;
import io.lakebeam.spec.secret.LiteralSecrets;
import io.lakebeam.spec.secret.References;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A value of a YAML file, substituted, with its place. */
public sealed interface YamlNode {
  SourceLocation at();

  /** The same value for the JSON Schema validator. */
  JsonNode json();

  /** What a message calls it. */
  String kind();

  /** The value under a key; empty as well when this is no mapping. */
  default Optional<YamlNode> get(String key) {
    return this instanceof Mapping mapping
        ? Optional.ofNullable(mapping.entries().get(key)).map(Entry::value)
        : Optional.empty();
  }

  /**
   * A key with its value.
   *
   * @param keyAt where the key stands
   */
  record Entry(SourceLocation keyAt, YamlNode value) {}

  /** Keys in the order of the file. */
  record Mapping(Map<String, Entry> entries, SourceLocation at) implements YamlNode {
    @Override
    public JsonNode json() {
      Map<String, JsonNode> members = new LinkedHashMap<>();
      entries.forEach((key, entry) -> members.put(key, entry.value().json()));
      return JsonNodeFactory.instance.objectNode().setAll(members);
    }

    @Override
    public String kind() {
      return "a mapping";
    }
  }

  record Sequence(List<YamlNode> items, SourceLocation at) implements YamlNode {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public JsonNode json() {
      return JsonNodeFactory.instance
          .arrayNode()
          .addAll(items.stream().map(YamlNode::json).toList());
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /**
   * A single value.
   *
   * @param text after substitution, whatever type it may be read as
   * @param plain written without quotes, so that it may be a number, true, false or null
   * @param place the text before substitution, where it stands
   * @param substituted the place's text after substitution
   * @param isUnresolved true when a reference in it could not be replaced, which is told already
   */
  record Scalar(
      String text,
      boolean plain,
      ScalarPlace place,
      String substituted,
      boolean isUnresolved,
      SourceLocation at)
      implements YamlNode {
    private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
    private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,100}");
    private static final Pattern FLOAT =
        Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?");

    /** The text as if it stood alone in its file, at its lines and columns. */
    public QueryText inPlace() {
      return new QueryText(place.file(), place.padded(substituted), place.padded(place.text()));
    }

    /**
     * By the rules of YAML 1.2's core schema, as editors do: {@code no} and {@code on} are text.
     */
    @Override
    public JsonNode json() {
      if (!plain) {
        return TextNode.valueOf(text);
      }
      if (isNull()) {
        return NullNode.getInstance();
      }
      if (BOOLEAN.matcher(text).matches()) {
        return BooleanNode.valueOf(text.equalsIgnoreCase("true"));
      }
      if (INTEGER.matcher(text).matches()) {
        return BigIntegerNode.valueOf(new BigInteger(text));
      }
      if (FLOAT.matcher(text).matches()) {
        return DoubleNode.valueOf(Double.parseDouble(text));
      }
      return TextNode.valueOf(text);
    }

    public boolean isNull() {
      return plain && NULL.matcher(text).matches();
    }

    @Override
    public String kind() {
      return isNull() ? "nothing" : "'" + shortened() + "'";
    }

    /** For messages: one line of at most 40 characters. */
    private String shortened() {
      // As it is written: what a reference stands for is not for everybody.
      String written = References.in(place.text()).isEmpty() ? text : place.text();
      String line = written.strip().lines().findFirst().orElse("");
      String start = line.length() <= 40 ? line : line.substring(0, 39) + "…";
      return LiteralSecrets.masked(start);
    }
  }
}
