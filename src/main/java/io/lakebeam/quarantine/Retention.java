package io.lakebeam.quarantine;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TimeRange;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.epoch.ReviewRequest;
import io.lakebeam.epoch.ReviewRequest.Action;
import io.lakebeam.epoch.ReviewRequests;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.DecidedTables;
import io.lakebeam.pipeline.QuarantineLog;
import io.lakebeam.pipeline.QuarantineLog.Outcome;
import io.lakebeam.pipeline.replay.RequestedRow;
import io.lakebeam.quarantine.RowStates.Status;
import io.lakebeam.row.Microseconds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Deletes refused rows that quarantines do not keep any longer. It is a request among those of
 * {@link Review}, in their order: which rows go is looked up after all requests before it, and
 * whoever asks for something of them later finds them closed. A row that somebody may still ask for
 * something of gets an entry in the quarantine log first.
 *
 * <p>Whole hours count, so that there is a request an hour at most, whoever looks how often.
 */
public final class Retention {
  /** Who asks for it. */
  private static final String BY = "retention";

  private final CompiledPipeline pipeline;
  private final Clock clock;
  private final Map<String, Duration> kept;

  public Retention(CompiledPipeline pipeline, Clock clock) {
    this.pipeline = pipeline;
    this.clock = clock;
    this.kept = pipeline.spec().refusedRowsKept();
  }

  /**
   * A quarantine that seems to have rows that are too old.
   *
   * @param before when they were refused, exclusive
   * @param rows of files that have no others; there may be more
   */
  public record Due(CompiledTable table, Instant before, long rows) {}

  /** Quarantines that seem to have rows that are too old, as far as their logs tell. */
  public List<Due> due() {
    List<Due> due = new ArrayList<>();
    for (CompiledTable table : pipeline.streamingTables()) {
      if (!kept.containsKey(table.name())) {
        continue;
      }
      Instant before = clock.instant().truncatedTo(ChronoUnit.HOURS).minus(kept.get(table.name()));
      long rows = 0;
      boolean isDue = false;
      for (DataFile file :
          DeltaTable.at(table.quarantinePath())
              .latest()
              .map(now -> now.files())
              .orElse(List.of())) {
        TimeRange times = TimeRange.of(file, HiddenColumns.INGESTED_AT.name());
        isDue |= times.least() < Microseconds.of(before);
        rows += times.greatest() < Microseconds.of(before) ? Math.max(0, file.rows()) : 0;
      }
      if (isDue) {
        due.add(new Due(table, before, rows));
      }
    }
    return due;
  }

  /**
   * Deletes what is too old, and what a run that has died was to delete. A quarantine with rows
   * that are being taken again waits until they are.
   *
   * @return true when nothing is left to be deleted this hour
   * @throws io.lakebeam.graph.ExplainedException when a table cannot be written; doing it again
   *     goes on
   */
  public boolean expire() {
    if (kept.isEmpty()) {
      return true;
    }
    ReviewLog.catchUp(pipeline);
    List<Due> due = due();
    if (due.isEmpty()) {
      return true;
    }
    DeltaTable.at(QuarantineLog.in(pipeline.lake())).create(QuarantineLog.DEFINITION);
    boolean[] waits = new boolean[1];
    Optional<ReviewRequest> request =
        new ReviewRequests(pipeline.lake(), pipeline.id())
            .add(
                number -> {
                  // Rows that another run deletes at this moment are not deleted twice.
                  ReviewLog.catchUp(pipeline);
                  Request next = new Request(number, RowStates.of(pipeline), clock.instant());
                  due.forEach(next::add);
                  waits[0] = next.waits;
                  return next.request();
                });
    if (request.isPresent()) {
      ReviewLog.catchUp(pipeline);
    }
    return !waits[0];
  }

  /** A request that is being made. */
  private final class Request {
    private final long number;
    private final RowStates states;
    private final Instant at;
    private final List<ReviewRequest.Rows> rows = new ArrayList<>();
    private final List<ReviewRequest.Expired> expired = new ArrayList<>();
    private boolean waits;

    Request(long number, RowStates states, Instant at) {
      this.number = number;
      this.states = states;
      this.at = at;
    }

    void add(Due due) {
      CompiledTable table = due.table();
      // Before the rows are looked up: what is made anew meanwhile is told by it.
      long refreshed = DecidedTables.refreshed(pipeline.id(), table);
      long[] counts = new long[3];
      read(
          due,
          (row, state) -> {
            counts[0]++;
            counts[1] += state.isFinal() ? 0 : 1;
            counts[2] += state.status() == Status.REPLAYING ? 1 : 0;
          });
      if (counts[2] > 0) {
        waits = true;
        return;
      }
      if (counts[0] == 0) {
        return;
      }
      expired.add(
          new ReviewRequest.Expired(table.name(), due.before(), counts[0], counts[1], refreshed));
      if (counts[1] > 0) {
        try (DataFileWriter writer =
            new DataFileWriter(
                QuarantineLog.in(pipeline.lake()),
                QuarantineLog.SCHEMA,
                List.of(),
                String.format(Locale.ROOT, "review-%08d", number))) {
          read(
              due,
              (row, state) -> {
                if (!state.isFinal()) {
                  writer.write(entry(table, row).row());
                }
              });
          writer
              .finish()
              .forEach(
                  file ->
                      rows.add(
                          new ReviewRequest.Rows(
                              table.name(), file, RequestedRow.types(table), refreshed)));
        }
      }
    }

    private void read(Due due, BiConsumer<QuarantinedRow, RowStates.State> out) {
      new QuarantineReader(pipeline)
          .read(
              RowFilter.refusedBefore(QuarantineReader.name(due.table()), due.before()),
              false,
              row -> out.accept(row, states.of(row)));
    }

    private QuarantineLog.Entry entry(CompiledTable table, QuarantinedRow row) {
      return new QuarantineLog.Entry(
          pipeline.name(),
          number,
          table.quarantineName(),
          row.id(),
          row.source(),
          row.position(),
          row.plannedAt().orElse(null),
          Action.EXPIRE.word(),
          Outcome.EXPIRED,
          Optional.empty(),
          at,
          BY,
          "kept for " + told(kept.get(table.name())),
          "",
          "");
    }

    Optional<ReviewRequest> request() {
      return expired.isEmpty()
          ? Optional.empty()
          : Optional.of(new ReviewRequest(0, Action.EXPIRE, at, BY, "", rows, expired));
    }
  }

  /** As a pipeline file writes it. */
  private static String told(Duration time) {
    return time.toHours() % 24 == 0 ? time.toDays() + "d" : time.toHours() + "h";
  }
}
