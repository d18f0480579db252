package io.lakebeam.pipeline;

import io.lakebeam.delta.RowFit;
import io.lakebeam.graph.Limits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Rows as a table's quarantine stores them; it can store each. */
final class QuarantineRows {
  private final Schema schema;
  private final int columns;
  private final int width;
  private final RowFit fit;

  QuarantineRows(CompiledTable table) {
    this.schema = table.quarantineSchema().beamSchema();
    this.columns = table.columns().columns().size();
    this.width = table.rowSchema().columns().size();
    this.fit = new RowFit(table.rowSchema(), List.of());
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
    values.add(error == null ? null : reason(error));
    return Row.withSchema(schema).attachValues(values);
  }

  /** A row that the table cannot store; what of it nothing can store is NULL. */
  Row ofMisfit(Row row, String error) {
    List<Object> values = new ArrayList<>(width + 3);
    values.addAll(fit.fitting(row).subList(0, width));
    values.add(null);
    values.add(List.of());
    values.add(reason(error));
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
    values.add(reason(rejected.error()));
    return Row.withSchema(schema).attachValues(values);
  }

  private static String reason(String error) {
    return Shortened.of(error, Limits.REASON_CHARACTERS);
  }
}
