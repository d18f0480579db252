package io.lakebeam.spec;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltStatement;
import io.lakebeam.spec.dlt.LostEscapes;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.project.ProjectFiles;
import io.lakebeam.spec.secret.Expansions;
import io.lakebeam.spec.secret.LiteralSecrets;
import io.lakebeam.spec.secret.References;
import io.lakebeam.spec.secret.References.Reference;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.source.KafkaReader;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.ScalarPlace;
import io.lakebeam.spec.yaml.ShapeCheck;
import io.lakebeam.spec.yaml.Substitution;
import io.lakebeam.spec.yaml.YamlFile;
import io.lakebeam.spec.yaml.YamlNode;
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
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * One reading of a pipeline: where its files are, what replaces references, and what was found
 * wrong so far.
 */
public final class Reading {
  private final ProjectFiles files;
  private final Substitution substitution;
  private final Problems problems;
  private final Trust trust;
  private final UnaryOperator<String> typed;
  private final List<Problem> notes = new ArrayList<>();
  private final List<DltStatement> statements = new ArrayList<>();
  private final Set<String> secretNames = new LinkedHashSet<>();
  private final Map<Path, Optional<YamlNode>> expectationFiles = new LinkedHashMap<>();

  /**
   * A reading that has just begun.
   *
   * @param typed values that were given with the command; null for others
   */
  public Reading(
      PipelineLocation location,
      Substitution substitution,
      Problems problems,
      Trust trust,
      UnaryOperator<String> typed) {
    this.files = new ProjectFiles(location, problems, trust, substitution.expansions());
    this.substitution = substitution;
    this.problems = problems;
    this.trust = trust;
    this.typed = typed;
  }

  /** What replaces references where files set values of their own. */
  public Substitution substitution(Map<String, String> settings) {
    Map<String, String> values = new LinkedHashMap<>();
    settings.forEach(
        (name, value) -> {
          String given = typed.apply(name);
          values.put(name, given == null ? substitution.quietly(value) : given);
        });
    values.putAll(substitution.parameters());
    return new Substitution(values, substitution.environment(), substitution.expansions());
  }

  /** Keeps what there is to say that keeps nothing from running. */
  public void note(Problem note) {
    if (notes.size() < Limits.PROBLEMS && !notes.contains(note)) {
      notes.add(note);
    }
  }

  /**
   * Tells of backslashes that Spark drops.
   *
   * @param place of an offset of the text
   */
  void noteLostEscapes(String sql, IntFunction<SourceLocation> place) {
    for (int offset : LostEscapes.in(sql)) {
      String character = sql.substring(offset + 1, sql.offsetByCodePoints(offset + 1, 1));
      note(
          new Problem(
              place.apply(offset),
              "the backslash before " + character + " in this text is dropped",
              "a backslash begins an escape, as in a notebook, and \\" + character + " is none",
              "write r'...', which takes backslashes as they are, or \\\\" + character));
    }
  }

  /** What there is to say that keeps nothing from running. */
  List<Problem> notes() {
    return notes;
  }

  /** The statements of SQL files of Delta Live Tables that were read. */
  public List<DltStatement> statements() {
    return statements;
  }

  public Problems problems() {
    return problems;
  }

  public Trust trust() {
    return trust;
  }

  public Expansions expansions() {
    return substitution.expansions();
  }

  /**
   * Refuses what only a pipeline may say that is trusted as a program would be; nothing when this
   * one is.
   *
   * @param cause why it is more than data
   */
  public void needsTrust(SourceLocation at, String problem, String cause) {
    if (trust == Trust.AS_DATA) {
      problems.add(
          new Problem(
                  at,
                  problem,
                  cause,
                  "leave it out, or add --trust to the command if you would run a program from"
                      + " whoever wrote this file")
              .as(ErrorCode.PIPELINE_NOT_TRUSTED));
    }
  }

  public ProjectFiles files() {
    return files;
  }

  /** The single text of a value; empty when it is none, which the shape check tells. */
  public static Optional<YamlNode.Scalar> scalar(YamlNode node) {
    return node instanceof YamlNode.Scalar scalar && !scalar.isNull()
        ? Optional.of(scalar)
        : Optional.empty();
  }

  public static Optional<YamlNode.Scalar> scalar(YamlNode parent, String key) {
    return parent.get(key).flatMap(Reading::scalar);
  }

  public static Optional<String> text(YamlNode parent, String key) {
    return scalar(parent, key).map(YamlNode.Scalar::text);
  }

  /** The entries of a mapping; none when it is no mapping, which the shape check tells. */
  public static Map<String, YamlNode.Entry> entries(Optional<YamlNode> node) {
    return node.isPresent() && node.get() instanceof YamlNode.Mapping mapping
        ? mapping.entries()
        : Map.of();
  }

  /** The items of a list; a single value is a list of one. */
  public static List<YamlNode> items(Optional<YamlNode> node) {
    if (node.isPresent() && node.get() instanceof YamlNode.Sequence sequence) {
      return sequence.items();
    }
    return node.stream().toList();
  }

  /**
   * The query of a file that a value names.
   *
   * @param value a path relative to the pipeline's root
   */
  Optional<QueryText> queryFile(YamlNode.Scalar value) {
    String start = value.text().strip().toUpperCase(Locale.ROOT);
    if (start.matches("(?s)(SELECT|WITH)\\s.*+")) {
      problems.add(
          value.at(),
          "a query stands where a file is expected",
          "a text alone is the path of a .sql file",
          "write {sql: \"SELECT ...\"}, or put the query into a file");
      return Optional.empty();
    }
    return files
        .file(value, ".sql")
        .flatMap(
            path -> {
              String shown = files.shown(path);
              return files
                  .read(path, value.at())
                  .flatMap(
                      text -> {
                        ScalarPlace place = new ScalarPlace(shown, 1, 1, text);
                        String sql = substitution.telling(text, place::at, problems);
                        return query(new QueryText(shown, sql, text), SourceLocation.of(shown));
                      });
            });
  }

  /** A query, unless it has no words. */
  public Optional<QueryText> query(QueryText query, SourceLocation at) {
    if (QuerySize.isBlank(query.sql())) {
      problems.add(at, "there is no query in here", "", "write one SELECT");
      return Optional.empty();
    }
    Optional<String> excess = QuerySize.excess(query.sql());
    excess.ifPresent(
        why -> problems.add(at, "this query is too large", why, "split it, through a view"));
    if (excess.isEmpty()) {
      noteLostEscapes(query.sql(), query::at);
    }
    return excess.isPresent() ? Optional.empty() : Optional.of(query);
  }

  /** The rules of an expectation file; read and checked once, however many datasets share it. */
  Optional<YamlNode> expectationFile(YamlNode.Scalar value) {
    Optional<Path> path = files.file(value, ".yaml");
    if (path.isEmpty()) {
      return Optional.empty();
    }
    if (!expectationFiles.containsKey(path.get())) {
      Optional<YamlNode> rules =
          files
              .read(path.get(), value.at())
              .flatMap(
                  text -> yaml(files.shown(path.get()), text, every -> Optional.of(substitution)));
      rules.ifPresent(node -> ShapeCheck.EXPECTATIONS.check(node, problems));
      expectationFiles.put(path.get(), rules);
    }
    return expectationFiles.get(path.get());
  }

  /** The values of a YAML file; {@code substitutions} as for {@link YamlFile#read}. */
  public Optional<YamlNode> yaml(
      String shown, String text, Function<List<String>, Optional<Substitution>> substitutions) {
    return YamlFile.read(shown, text, substitutions, problems);
  }

  /** A key of a mapping that may hold references, which are replaced. */
  public String key(String key, YamlNode.Entry entry) {
    return substitution.telling(key, offset -> entry.keyAt(), problems);
  }

  /** A setting kept as its reference, after a look at what it may not hold. */
  public SecretText secret(String key, YamlNode.Scalar value) {
    String text = value.text();
    if (LiteralSecrets.isLiteral(key, text)) {
      String variable =
          key.equals(KafkaReader.CONNECTION_STRING)
              ? "EVENTHUBS_CONNECTION_STRING"
              : key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
      problems.add(
          value.at(),
          key + " holds a secret that is written out",
          "whoever can read this file can use it",
          "write ${"
              + variable
              + "} and set it in the environment; change the secret if the file was shared");
    }
    checkSecret(value);
    return new SecretText(text);
  }

  /** Checks what a secret refers to; the secret itself is looked up when it is used. */
  private void checkSecret(YamlNode.Scalar value) {
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
            "secrets and properties are looked up in the environment when they are used, so that"
                + " no secret is stored; parameters are stored",
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
}
