package io.lakebeam.spec;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.expectation.OnViolation;
import io.lakebeam.graph.SourceLocation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How rows of a table follow from changes.
 *
 * @param keys columns that name a row
 * @param sequenceBy expressions that changes of a row are ordered by; ties go to the next one
 * @param deleteWhen true for a change that says that the row is not there any more
 * @param truncateWhen true for a change that says that no row is there any more
 * @param ignoreNulls columns in which NULL says that the value stays
 * @param columns what the table has of a change
 * @param history which columns begin a new row when they change; empty when the table has only the
 *     newest row of a key
 * @param tombstones how long deletions, and whatever else no row shows, are remembered
 */
public record UpsertSpec(
    List<String> keys,
    List<QueryText> sequenceBy,
    Optional<Expectation> deleteWhen,
    Optional<Expectation> truncateWhen,
    ColumnChoice ignoreNulls,
    ColumnChoice columns,
    Optional<ColumnChoice> history,
    Duration tombstones,
    SourceLocation at) {
  private static final String CHANGES = "_changes";
  private static final String KEY = "key_is_known";
  private static final String SEQUENCE = "sequence_is_known";

  public UpsertSpec {
    keys = List.copyOf(keys);
    sequenceBy = List.copyOf(sequenceBy);
  }

  /** What the table is called that has the changes of another one. */
  public static String changesOf(String table) {
    return table + CHANGES;
  }

  /** What a change has to say, so that it can be told which row it changes, and when. */
  List<Expectation> rules(List<String> partitionBy) {
    List<Expectation> rules = new ArrayList<>();
    String isKnown = keyIsKnown(partitionBy);
    // What is said of all rows names none.
    rules.add(
        rule(
            KEY,
            truncateWhen
                .map(all -> "((" + all.condition() + ") IS TRUE) OR (" + isKnown + ")")
                .orElse(isKnown)));
    // What decides ties may be NULL, which is the least.
    sequenceBy.stream()
        .limit(1)
        .forEach(first -> rules.add(rule(SEQUENCE, "(" + first.sql().strip() + ") IS NOT NULL")));
    return rules;
  }

  /** A condition: the row says which row it changes. */
  public String keyIsKnown(List<String> partitionBy) {
    return keys.stream().map(key -> isKnown(key, partitionBy)).collect(Collectors.joining(" AND "));
  }

  /**
   * True for a rule that every table of changes has; what is wrong with it is told of the table.
   */
  public static boolean isOwn(Expectation rule, DatasetSpec.StreamingTable table) {
    return !table.changed().isEmpty() && List.of(KEY, SEQUENCE).contains(rule.name());
  }

  /** The partition of an empty text is that of NULL. */
  private static String isKnown(String key, List<String> partitionBy) {
    String name = "`" + key.replace("`", "``") + "`";
    boolean isPartition = partitionBy.stream().anyMatch(key::equalsIgnoreCase);
    return name + " IS NOT NULL" + (isPartition ? " AND CAST(" + name + " AS STRING) <> ''" : "");
  }

  private Expectation rule(String name, String condition) {
    return new Expectation(name, condition, OnViolation.QUARANTINE, false, at);
  }
}
