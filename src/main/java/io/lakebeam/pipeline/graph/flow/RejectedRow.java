package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.pipeline.replay.QueryFailure;
import io.lakebeam.pipeline.replay.RequestedRow;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.BadFile;
import java.io.Serializable;
import java.time.Instant;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A record on its way to a quarantine because nothing could be made of it.
 *
 * @param raw as text; null where there is none
 * @param rawBytes the record's bytes where the text cannot show them exactly, else null
 * @param error why
 */
public record RejectedRow(
    @Nullable String source,
    @Nullable String position,
    @Nullable Instant ingestedAt,
    @Nullable String raw,
    byte @Nullable [] rawBytes,
    String error)
    implements Serializable {

  /** A record that was refused before and is again. */
  static RejectedRow again(RequestedRow row, Instant ingestedAt, String error) {
    return new RejectedRow(
        row.source(), row.position(), ingestedAt, row.rawText(), row.rawBytes(), error);
  }

  /** A row on which a flow's query fails, as far as it says where it comes from. */
  static RejectedRow ofFailedQuery(RowFields fields, InternalRow row, String error) {
    return of(fields, row, QueryFailure.BEGINNING + error);
  }

  /** A row of which nothing can be made, as far as it says where it comes from. */
  public static RejectedRow of(RowFields fields, InternalRow row, String error) {
    int ingestedAt = fields.position(HiddenColumns.INGESTED_AT.name());
    Object time = ingestedAt < 0 ? null : fields.value(row, ingestedAt);
    return new RejectedRow(
        fields.text(row, HiddenColumns.SOURCE.name()),
        fields.text(row, HiddenColumns.POSITION.name()),
        time instanceof Long microseconds ? Microseconds.instant(microseconds) : null,
        fields.text(row, HiddenColumns.RAW.name()),
        null,
        error);
  }

  /** A file of which no row was taken: it stands for all of them. */
  public static RejectedRow of(BadFile file, Instant ingestedAt) {
    return new RejectedRow(
        file.source(),
        file.path(),
        ingestedAt,
        null,
        null,
        "the file is set aside: " + file.error());
  }
}
