package io.lakebeam.spec;

import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.References.Reference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One reading of a pipeline: where its files are, what replaces references, and what was found
 * wrong so far.
 */
final class Reading {
  private static final long MOST_BYTES = 4_000_000;

  private final PipelineLocation location;
  private final Substitution substitution;
  private final Problems problems;
  private final List<String> opened = new ArrayList<>();
  private final Set<String> secretNames = new LinkedHashSet<>();
  private final Map<Path, Optional<YamlNode>> expectationFiles = new LinkedHashMap<>();

  Reading(PipelineLocation location, Substitution substitution, Problems problems) {
    this.location = location;
    this.substitution = substitution;
    this.problems = problems;
  }

  Problems problems() {
    return problems;
  }

  /** Files as shown to the user, in the order in which they were opened. */
  List<String> opened() {
    return opened;
  }

  /** The single text of a value; empty when it is none, which the shape check tells. */
  static Optional<YamlNode.Scalar> scalar(YamlNode node) {
    return node instanceof YamlNode.Scalar scalar && !scalar.isNull()
        ? Optional.of(scalar)
        : Optional.empty();
  }

  static Optional<YamlNode.Scalar> scalar(YamlNode parent, String key) {
    return parent.get(key).flatMap(Reading::scalar);
  }

  static Optional<String> text(YamlNode parent, String key) {
    return scalar(parent, key).map(YamlNode.Scalar::text);
  }

  /** The entries of a mapping; none when it is no mapping, which the shape check tells. */
  static Map<String, YamlNode.Entry> entries(Optional<YamlNode> node) {
    return node.isPresent() && node.get() instanceof YamlNode.Mapping mapping
        ? mapping.entries()
        : Map.of();
  }

  /** The items of a list; a single value is a list of one. */
  static List<YamlNode> items(Optional<YamlNode> node) {
    if (node.isPresent() && node.get() instanceof YamlNode.Sequence sequence) {
      return sequence.items();
    }
    return node.stream().toList();
  }

  /** A path or URI made absolute. */
  Optional<String> absolute(YamlNode.Scalar path) {
    if (isBlank(path)) {
      return Optional.empty();
    }
    if (path.text().startsWith("~")) {
      problems.add(
          path.at(),
          "a path may not start with ~",
          "only a shell knows what ~ is",
          "write ${HOME}" + path.text().substring(1));
      return Optional.empty();
    }
    Optional<String> absolute = location.absolute(path.text());
    if (absolute.isEmpty()) {
      problems.add(path.at(), "this is not a path", "", "");
    }
    return absolute;
  }

  /** The lake of a pipeline that names none. */
  String lake() {
    return location.root().resolve("lake").toString();
  }

  /**
   * The query of a file that a value names.
   *
   * @param value a path relative to the pipeline's root
   */
  Optional<QueryText> queryFile(YamlNode.Scalar value) {
    String start = value.text().strip().toUpperCase(Locale.ROOT);
    if (start.matches("(?s)(SELECT|WITH)\\s.*")) {
      problems.add(
          value.at(),
          "a query stands where a file is expected",
          "a text alone is the path of a .sql file",
          "write {sql: \"SELECT ...\"}, or put the query into a file");
      return Optional.empty();
    }
    return file(value, ".sql")
        .flatMap(
            path -> {
              String shown = location.shown(path);
              return read(path, value.at())
                  .flatMap(
                      text -> {
                        ScalarPlace place = new ScalarPlace(shown, 1, 1, text);
                        String sql = substitution.telling(text, place::at, problems);
                        return query(new QueryText(shown, sql, text), SourceLocation.of(shown));
                      });
            });
  }

  /** A query, unless it has no words. */
  Optional<QueryText> query(QueryText query, SourceLocation at) {
    String words = query.sql().replaceAll("--[^\n]*|(?s)/\\*.*?\\*/", "");
    if (words.isBlank()) {
      problems.add(at, "there is no query in here", "", "write one SELECT");
      return Optional.empty();
    }
    return Optional.of(query);
  }

  /** The rules of an expectation file; read and checked once, however many datasets share it. */
  Optional<YamlNode> expectationFile(YamlNode.Scalar value) {
    Optional<Path> path = file(value, ".yaml");
    if (path.isEmpty()) {
      return Optional.empty();
    }
    if (!expectationFiles.containsKey(path.get())) {
      Optional<YamlNode> rules =
          read(path.get(), value.at())
              .flatMap(
                  text ->
                      yaml(location.shown(path.get()), text, every -> Optional.of(substitution)));
      rules.ifPresent(node -> ShapeCheck.EXPECTATIONS.check(node, problems));
      expectationFiles.put(path.get(), rules);
    }
    return expectationFiles.get(path.get());
  }

  /** The values of a YAML file; {@code substitutions} as for {@link YamlFile#read}. */
  Optional<YamlNode> yaml(
      String shown, String text, Function<List<String>, Optional<Substitution>> substitutions) {
    return YamlFile.read(shown, text, substitutions, problems);
  }

  private Optional<Path> file(YamlNode.Scalar value, String ending) {
    if (value.isUnresolved() || !value.json().isTextual() || isBlank(value)) {
      return Optional.empty();
    }
    Path path;
    try {
      path = location.root().resolve(value.text()).normalize();
    } catch (InvalidPathException e) {
      problems.add(value.at(), "this is not the path of a file", "", "name a " + ending + " file");
      return Optional.empty();
    }
    if (!Files.isRegularFile(path)) {
      boolean folder = Files.isDirectory(path);
      problems.add(
          value.at(),
          folder ? value.text() + " is a folder, not a file" : "there is no file " + value.text(),
          "looked for " + location.shown(path),
          nearest(value.text(), ending)
              .map(near -> "did you mean " + near + "?")
              .orElse("create it, or name a file relative to " + root()));
      return Optional.empty();
    }
    return Optional.of(path);
  }

  /** Blank texts; those without any character are refused by the shape check. */
  private boolean isBlank(YamlNode.Scalar value) {
    if (value.text().isBlank() && !value.text().isEmpty()) {
      problems.add(value.at(), "the path is blank", "", "name a file");
    }
    return value.text().isBlank();
  }

  /** Checks what a secret refers to; the secret itself is looked up when it is used. */
  void checkSecret(YamlNode.Scalar value) {
    for (Reference reference : References.in(value.place().text())) {
      SourceLocation at = value.place().at(reference.offset());
      if (reference.name().isEmpty()) {
        problems.add(
            at,
            "what follows ${ is not a name closed by }",
            "",
            "write ${NAME} and set it in the environment");
      } else if (substitution.parameters().containsKey(reference.name().get())) {
        problems.add(
            at,
            "the parameter " + reference.name().get() + " cannot stand where secrets may stand",
            "connection_string and properties are looked up in the environment when they are"
                + " used, so that no secret is stored; parameters are stored",
            "rename it to a variable that is set in the environment");
      } else {
        secretNames.add(reference.name().get());
      }
    }
  }

  /** The environment variables that secrets refer to. */
  Set<String> secretNames() {
    return secretNames;
  }

  private String root() {
    return location.root().equals(location.workingDirectory())
        ? "this folder"
        : location.shown(location.root());
  }

  /** A file of nearly that path, or of nearly that name in another folder. */
  private Optional<String> nearest(String path, String ending) {
    List<String> files = location.filesEndingWith(ending);
    Optional<String> near = NearestName.among(path, files);
    if (near.isPresent()) {
      return near;
    }
    Map<String, String> byName = new LinkedHashMap<>();
    files.forEach(file -> byName.putIfAbsent(fileName(file), file));
    return NearestName.among(fileName(path), byName.keySet()).map(byName::get);
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * The text of a UTF-8 file, without a byte order mark.
   *
   * @param named where the file is named
   */
  Optional<String> read(Path path, SourceLocation named) {
    String shown = location.shown(path);
    if (!opened.contains(shown)) {
      opened.add(shown);
    }
    try {
      if (Files.size(path) > MOST_BYTES) {
        problems.add(named, shown + " is larger than " + MOST_BYTES + " bytes", "", "");
        return Optional.empty();
      }
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
              .toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      problems.add(
          SourceLocation.of(shown), "the file is not UTF-8", "", "save it with the encoding UTF-8");
    } catch (IOException e) {
      problems.add(named, shown + " cannot be read", String.valueOf(e.getMessage()), "");
    }
    return Optional.empty();
  }
}
