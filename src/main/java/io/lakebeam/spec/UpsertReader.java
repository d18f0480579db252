package io.lakebeam.spec;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.expectation.OnViolation;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code upsert:} of a streaming table. */
final class UpsertReader {
  private static final Duration TOMBSTONES = Duration.ofDays(7);
  private static final Duration MOST_TOMBSTONES = Duration.ofDays(36_500);

  private final Problems problems;

  UpsertReader(Problems problems) {
    this.problems = problems;
  }

  UpsertSpec read(YamlNode upsert) {
    List<QueryText> sequenceBy = new ArrayList<>();
    for (YamlNode each : Reading.items(upsert.get("sequence_by"))) {
      Reading.scalar(each).ifPresent(expression -> sequenceBy.add(expression.inPlace()));
    }
    Optional<Expectation> truncateWhen = condition(upsert, "truncate_when");
    if (truncateWhen.isPresent() && history(upsert.get("history")).isPresent()) {
      problems.add(
          truncateWhen.get().at(),
          "truncate_when is not possible of a table with history",
          "a history keeps each row that there has been, and nothing takes them all out",
          "leave out truncate_when, or declare history: none");
    }
    return new UpsertSpec(
        names(upsert.get("keys")),
        sequenceBy,
        condition(upsert, "delete_when"),
        truncateWhen,
        ignoredNulls(upsert.get("ignore_nulls")),
        upsert.get("columns").map(this::chosen).orElse(ColumnChoice.ALL),
        history(upsert.get("history")),
        tombstones(upsert),
        upsert.at());
  }

  private static Optional<Expectation> condition(YamlNode upsert, String name) {
    return Reading.scalar(upsert, name)
        .map(
            condition ->
                new Expectation(
                    name, condition.text().strip(), OnViolation.WARN, false, condition.at()));
  }

  private Duration tombstones(YamlNode upsert) {
    Optional<YamlNode.Scalar> value = Reading.scalar(upsert, "tombstones");
    Duration given = value.flatMap(text -> DurationText.parse(text.text())).orElse(TOMBSTONES);
    if (given.compareTo(MOST_TOMBSTONES) > 0) {
      problems.add(
          value.orElseThrow().at(),
          "tombstones are kept for " + MOST_TOMBSTONES.toDays() + "d at most",
          "times so long ago cannot be computed",
          "write for example tombstones: 365d");
      return TOMBSTONES;
    }
    return given;
  }

  /** {@code true}, {@code false}, {@code {on: [...]}} or {@code {except: [...]}}. */
  private ColumnChoice ignoredNulls(Optional<YamlNode> node) {
    if (node.isPresent() && node.get() instanceof YamlNode.Mapping) {
      return chosen(node.get());
    }
    boolean isAll = node.flatMap(Reading::scalar).filter(UpsertReader::isTrue).isPresent();
    return isAll ? ColumnChoice.ALL : ColumnChoice.NONE;
  }

  private static boolean isTrue(YamlNode.Scalar scalar) {
    return scalar.text().equalsIgnoreCase("true");
  }

  /** A list of columns, {@code {on: [...]}}, or {@code {except: [...]}}. */
  private ColumnChoice chosen(YamlNode node) {
    if (node instanceof YamlNode.Mapping) {
      Optional<YamlNode> except = node.get("except");
      return except.isPresent()
          ? new ColumnChoice(names(except), true)
          : new ColumnChoice(names(node.get("on")), false);
    }
    return new ColumnChoice(names(Optional.of(node)), false);
  }

  /** {@code none}, {@code full}, {@code {track: [...]}} or {@code {track_except: [...]}}. */
  private Optional<ColumnChoice> history(Optional<YamlNode> node) {
    if (node.isPresent() && node.get() instanceof YamlNode.Mapping) {
      Optional<YamlNode> except = node.get().get("track_except");
      return Optional.of(
          except.isPresent()
              ? new ColumnChoice(names(except), true)
              : new ColumnChoice(names(node.get().get("track")), false));
    }
    return node.flatMap(Reading::scalar)
        .filter(kind -> kind.text().equals("full"))
        .map(full -> ColumnChoice.ALL);
  }

  private List<String> names(Optional<YamlNode> list) {
    NameCheck names = new NameCheck(problems);
    List<String> columns = new ArrayList<>();
    for (YamlNode column : Reading.items(list)) {
      Reading.scalar(column)
          .ifPresent(
              scalar -> {
                names.onlyOnce("column", scalar.text(), scalar.at());
                columns.add(scalar.text());
              });
    }
    return columns;
  }
}
