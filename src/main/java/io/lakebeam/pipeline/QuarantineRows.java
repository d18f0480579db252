package io.lakebeam.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Rows as a table's quarantine stores them. */
final class QuarantineRows {
  private final Schema schema;
  private final int columns;
  private final int width;

  QuarantineRows(CompiledTable table) {
    this.schema = table.quarantineSchema().beamSchema();
    this.columns = table.columns().columns().size();
    this.width = table.rowSchema().columns().size();
  }

  /**
   * A row that breaks rules.
   *
   * @param error what rules failed with that could not be computed; null when all could
   */
  Row of(Row row, List<String> failedRules, @Nullable String error) {
    List<Object> values = new ArrayList<>(width + 3);
    values.addAll(row.getValues().subList(0, width));
    values.add(null);
    values.add(failedRules);
    values.add(error);
    return Row.withSchema(schema).attachValues(values);
  }

  /** A row that has no room in the table. */
  Row of(List<Object> row, String error) {
    List<Object> values = new ArrayList<>(width + 3);
    values.addAll(row.subList(0, width));
    values.add(null);
    values.add(List.of());
    values.add(error);
    return Row.withSchema(schema).attachValues(values);
  }

  /** A record that never became a row. */
  Row of(RejectedRow rejected) {
    List<Object> values = new ArrayList<>(width + 3);
    values.addAll(Collections.nCopies(columns, null));
    values.add(rejected.source());
    values.add(rejected.position());
    values.add(rejected.ingestedAt());
    values.add(rejected.raw());
    values.add(rejected.rawBytes());
    values.add(List.of());
    values.add(rejected.error());
    return Row.withSchema(schema).attachValues(values);
  }
}
