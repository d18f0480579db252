package io.lakebeam.pipeline;

import static io.lakebeam.graph.DataType.Primitive.BIGINT;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static io.lakebeam.graph.DataType.Primitive.TIMESTAMP;

import io.lakebeam.delta.TableDefinition;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.storage.Place;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The Delta table {@code quarantine_log} of a lake: a row for each refused row and each request
 * that meant it. What became of a refused row is what its row with the greatest request says.
 */
public final class QuarantineLog {
  public static final String TABLE = "quarantine_log";

  public static final TableSchema SCHEMA =
      TableSchema.of(
          Column.required("pipeline_name", STRING),
          Column.required("request", BIGINT),
          Column.required("quarantine", STRING),
          Column.required("id", STRING),
          Column.nullable("_source", STRING),
          Column.nullable("_position", STRING),
          Column.nullable("_ingested_at", TIMESTAMP),
          Column.required("action", STRING),
          Column.required("outcome", STRING),
          Column.nullable("epoch", BIGINT),
          Column.required("requested_at", TIMESTAMP),
          Column.required("requested_by", STRING),
          Column.nullable("reason", STRING),
          Column.nullable("correction", STRING),
          Column.nullable("error", STRING));

  /** What the table is made as. */
  public static final TableDefinition DEFINITION =
      new TableDefinition(
          SCHEMA,
          List.of(),
          "What became of refused rows, who has asked for it, and why",
          TableDefinition.LOG_KEPT_A_WEEK);

  private QuarantineLog() {}

  /** Where it is in a lake. */
  public static Place in(Place lake) {
    return lake.child(TABLE);
  }

  /** What became of a refused row. */
  public enum Outcome {
    /** The table has it, in an epoch of its own. */
    REPLAYED,
    /** It was refused again, and is another row of the quarantine now. */
    FAILED_AGAIN,
    /** A rule drops it. */
    DROPPED,
    /** The query makes no row of its record any more. */
    LEFT_OUT,
    /** Nothing could be made of it, and it waits as before. */
    NOT_REPLAYED,
    /** Nobody waits for it. */
    DISCARDED,
    /** It waits again. */
    REOPENED,
    /** It was deleted from the quarantine, which does not keep rows for longer. */
    EXPIRED;

    /** True when somebody may still ask for something. */
    public boolean isOpen() {
      return this == NOT_REPLAYED || this == REOPENED;
    }

    /** True when nothing can be asked for any more of that row. */
    public boolean isFinal() {
      return this == REPLAYED || this == FAILED_AGAIN || this == EXPIRED;
    }

    /** As the table has it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The outcome of that word; empty for those of later versions. */
    public static Optional<Outcome> of(String word) {
      for (Outcome each : values()) {
        if (each.word().equals(word)) {
          return Optional.of(each);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * A row of the log.
   *
   * @param quarantine the name of the quarantine's table
   * @param id of the refused row
   * @param position of its record
   * @param refusedAt when the epoch was planned that has refused it
   * @param action in a word
   * @param epoch that has taken it again; empty for none
   * @param reason empty when nothing was said
   * @param correction as JSON; empty for none
   * @param error why it was not taken; empty when it was
   */
  public record Entry(
      String pipeline,
      long request,
      String quarantine,
      String id,
      String source,
      String position,
      @Nullable Instant refusedAt,
      String action,
      Outcome outcome,
      Optional<Long> epoch,
      Instant requestedAt,
      String requestedBy,
      String reason,
      String correction,
      String error) {
    /** As the table stores it. */
    public InternalRow row() {
      return new GenericInternalRow(
          new Object[] {
            Utf8.of(pipeline),
            request,
            Utf8.of(quarantine),
            Utf8.of(id),
            orNull(source),
            orNull(position),
            refusedAt == null ? null : Microseconds.of(refusedAt),
            Utf8.of(action),
            Utf8.of(outcome.word()),
            epoch.orElse(null),
            Microseconds.of(requestedAt),
            Utf8.of(requestedBy),
            orNull(reason),
            orNull(correction),
            orNull(error)
          });
    }

    private static @Nullable UTF8String orNull(String text) {
      return text.isEmpty() ? null : Utf8.of(text);
    }
  }
}
