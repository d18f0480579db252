package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.delta.file.RowFit;
import io.lakebeam.graph.Limits;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.RowFields;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Rows as a table's quarantine stores them; it can store each. */
final class QuarantineRows {
  private final int columns;
  private final int width;
  private final RowFields fields;
  private final RowFit fit;

  QuarantineRows(CompiledTable table) {
    this.columns = table.columns().columns().size();
    this.width = table.rowSchema().columns().size();
    this.fields = new RowFields(table.rowSchema());
    this.fit = new RowFit(table.rowSchema(), List.of());
  }

  /**
   * A row that breaks rules.
   *
   * @param error what rules failed with that could not be computed; null when all could
   */
  InternalRow of(InternalRow row, List<String> failedRules, @Nullable String error) {
    return row(fields.first(row, width), null, failedRules, error);
  }

  /** A row that the table cannot store; what of it nothing can store is NULL. */
  InternalRow ofMisfit(InternalRow row, String error) {
    return row(fit.fitting(row), null, List.of(), error);
  }

  /** A record that never became a row. */
  InternalRow of(RejectedRow rejected) {
    @Nullable Object[] values = new Object[width];
    values[columns] = text(rejected.source());
    values[columns + 1] = text(rejected.position());
    Instant ingestedAt = rejected.ingestedAt();
    values[columns + 2] = ingestedAt == null ? null : Microseconds.of(ingestedAt);
    values[columns + 3] = text(rejected.raw());
    return row(values, rejected.rawBytes(), List.of(), rejected.error());
  }

  /**
   * @param known the row as far as it is known
   */
  private InternalRow row(
      @Nullable Object[] known,
      byte @Nullable [] rawBytes,
      List<String> failedRules,
      @Nullable String error) {
    @Nullable Object[] values = Arrays.copyOf(known, width + 3);
    values[width] = rawBytes;
    values[width + 1] = new GenericArrayData(failedRules.stream().map(Utf8::of).toArray());
    values[width + 2] = error == null ? null : Utf8.of(reason(error));
    return new GenericInternalRow(values);
  }

  private static @Nullable UTF8String text(@Nullable String text) {
    return text == null ? null : Utf8.of(text);
  }

  private static String reason(String error) {
    return Shortened.of(error, Limits.REASON_CHARACTERS);
  }
}
