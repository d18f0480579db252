package io.lakebeam.quarantine;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.epoch.ReviewRequest;
import io.lakebeam.epoch.ReviewRequest.Action;
import io.lakebeam.epoch.ReviewRequests;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.DecidedTables;
import io.lakebeam.pipeline.QuarantineLog;
import io.lakebeam.pipeline.QuarantineLog.Outcome;
import io.lakebeam.pipeline.replay.RequestedRow;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Asks for what is to become of refused rows, on behalf of somebody. What is asked for is durable
 * when the call returns. Requests count in one order; which rows one means is looked up after all
 * that were before it, so no row is meant twice.
 */
public final class Review {
  private final CompiledPipeline pipeline;
  private final Clock clock;
  private final String by;
  private final String reason;

  /**
   * @param by who asks
   * @param reason why; empty when nothing is said
   */
  public Review(CompiledPipeline pipeline, Clock clock, String by, String reason) {
    this.pipeline = pipeline;
    this.clock = clock;
    this.by = by;
    this.reason = reason;
  }

  /** Says which rows are meant, as things stand. */
  @FunctionalInterface
  public interface Choice {
    /** Hands out the rows. */
    void rows(RowStates states, Consumer<RequestedRow> out);
  }

  /**
   * Asks for rows to be taken again.
   *
   * @return what is asked for; empty when no row is meant
   */
  public Optional<ReviewRequest> replay(Choice choice) {
    DeltaTable.at(QuarantineLog.in(pipeline.lake())).create(QuarantineLog.DEFINITION);
    ReviewRequests requests = new ReviewRequests(pipeline.lake(), pipeline.id());
    Optional<ReviewRequest> request =
        requests.add(
            number ->
                written(
                    Action.REPLAY,
                    choice,
                    table ->
                        new DataFileWriter(
                            requests.folder(),
                            RequestedRow.schema(table),
                            List.of(),
                            ReviewRequests.stem(number)),
                    RequestedRow::row));
    ReviewLog.catchUp(pipeline);
    return request;
  }

  /** Data files that no table has yet, and that requests name for the quarantine log. */
  public static Set<String> pendingFiles(CompiledPipeline pipeline) {
    return ReviewLog.pendingFiles(pipeline);
  }

  /** True when nothing is to come any more of a request and those before it. */
  public static boolean isDone(CompiledPipeline pipeline, long request) {
    return ReviewRequests.done(new Ledger(pipeline.lake(), pipeline.id()).contents()) >= request;
  }

  /** Deletes the rows of requests that are done: personal data stays where it belongs. */
  public static void forgetRows(CompiledPipeline pipeline) {
    new ReviewRequests(pipeline.lake(), pipeline.id())
        .forgetRows(ReviewRequests.done(new Ledger(pipeline.lake(), pipeline.id()).contents()));
  }

  /**
   * Closes rows, or lets those wait again that were closed so, and notes it in the quarantine log.
   *
   * @param action not a replay
   * @return what is asked for; empty when no row is meant
   * @throws io.lakebeam.graph.ExplainedException when the log cannot be written; what is asked for
   *     holds all the same
   */
  public Optional<ReviewRequest> note(Action action, Choice choice) {
    DeltaTable.at(QuarantineLog.in(pipeline.lake())).create(QuarantineLog.DEFINITION);
    Instant now = clock.instant();
    Outcome outcome = action == Action.DISCARD ? Outcome.DISCARDED : Outcome.REOPENED;
    Optional<ReviewRequest> request =
        new ReviewRequests(pipeline.lake(), pipeline.id())
            .add(
                number ->
                    written(
                        action,
                        choice,
                        table ->
                            new DataFileWriter(
                                QuarantineLog.in(pipeline.lake()),
                                QuarantineLog.SCHEMA,
                                List.of(),
                                String.format(Locale.ROOT, "review-%08d", number)),
                        row -> entry(number, action, outcome, row, now)));
    ReviewLog.catchUp(pipeline);
    return request;
  }

  private InternalRow entry(
      long number, Action action, Outcome outcome, RequestedRow row, Instant now) {
    return new QuarantineLog.Entry(
            pipeline.name(),
            number,
            row.table().quarantineName(),
            row.id(),
            row.source(),
            row.position(),
            row.refusedAt().orElse(null),
            action.word(),
            outcome,
            Optional.empty(),
            now,
            by,
            reason,
            "",
            "")
        .row();
  }

  /** Statistics are values of the rows, and a request stays. */
  private static DataFile withoutValues(DataFile file) {
    return new DataFile(
        file.path(), file.partitionValues(), file.rows(), file.bytes(), "", file.modifiedAt());
  }

  /** What makes a row of a file. */
  private interface Row {
    InternalRow of(RequestedRow row);
  }

  /** What opens the file of a table. */
  private interface Opening {
    DataFileWriter of(CompiledTable table);
  }

  private Optional<ReviewRequest> written(Action action, Choice choice, Opening open, Row row) {
    Map<String, DataFileWriter> writers = new LinkedHashMap<>();
    // Before the rows are looked up: what is made anew meanwhile is told by it.
    Map<String, Long> refreshed = new HashMap<>();
    pipeline
        .streamingTables()
        .forEach(
            table -> refreshed.put(table.name(), DecidedTables.refreshed(pipeline.id(), table)));
    try {
      choice.rows(
          RowStates.of(pipeline),
          each ->
              writers
                  .computeIfAbsent(each.table().name(), name -> open.of(each.table()))
                  .write(row.of(each)));
      List<ReviewRequest.Rows> rows = new ArrayList<>();
      writers.forEach(
          (table, writer) -> {
            for (DataFile file : writer.finish()) {
              rows.add(
                  new ReviewRequest.Rows(
                      table,
                      action == Action.REPLAY ? withoutValues(file) : file,
                      RequestedRow.types(pipeline.table(table).orElseThrow()),
                      refreshed.get(table)));
            }
          });
      return rows.isEmpty()
          ? Optional.empty()
          : Optional.of(new ReviewRequest(0, action, clock.instant(), by, reason, rows));
    } finally {
      writers.values().forEach(DataFileWriter::close);
    }
  }
}
