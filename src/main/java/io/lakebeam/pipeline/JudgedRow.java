package io.lakebeam.pipeline;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A row that rules have looked at.
 *
 * @param row the table's row schema, then a verdict for each rule: TRUE for a pass
 * @param errors by rule, why it could not be computed; its verdict is then FALSE
 */
record JudgedRow(InternalRow row, Map<Integer, String> errors) {
  /** What rules failed with, in their order, as a sentence for people; null when none did. */
  @Nullable String error(List<Expectation> rules) {
    return errors.isEmpty()
        ? null
        : new TreeMap<>(errors)
            .entrySet().stream()
                .map(e -> "rule " + rules.get(e.getKey()).name() + ": " + e.getValue())
                .collect(Collectors.joining("; "));
  }
}
