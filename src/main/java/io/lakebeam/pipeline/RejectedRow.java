package io.lakebeam.pipeline;

import io.lakebeam.source.BadFile;
import java.io.Serializable;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Instant;

/**
 * A record on its way to a quarantine because nothing could be made of it.
 *
 * @param raw as text; null where there is none
 * @param rawBytes the record's bytes where the text cannot show them exactly, else null
 * @param error why
 */
record RejectedRow(
    @Nullable String source,
    @Nullable String position,
    @Nullable Instant ingestedAt,
    @Nullable String raw,
    byte @Nullable [] rawBytes,
    String error)
    implements Serializable {

  /** A row on which a flow's query fails, as far as it says where it comes from. */
  static RejectedRow ofFailedQuery(Row row, String error) {
    return new RejectedRow(
        text(row, "_source"),
        text(row, "_position"),
        row.getSchema().hasField("_ingested_at") ? row.getValue("_ingested_at") : null,
        text(row, "_raw"),
        null,
        "the query fails on this row: " + error);
  }

  /** A file of which no row was taken: it stands for all of them. */
  static RejectedRow of(BadFile file, Instant ingestedAt) {
    return new RejectedRow(
        file.source(),
        file.path(),
        ingestedAt,
        null,
        null,
        "the file is set aside: " + file.error());
  }

  /** Of a column that a row may have. */
  static @Nullable String text(Row row, String column) {
    return row.getSchema().hasField(column) ? row.getString(column) : null;
  }
}
