package io.lakebeam.review;

import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.graph.flow.ReplayTrial;
import io.lakebeam.pipeline.replay.RequestedRow;
import io.lakebeam.quarantine.Masks;
import io.lakebeam.quarantine.QuarantineReader;
import io.lakebeam.quarantine.QuarantinedRow;
import io.lakebeam.quarantine.ReasonCounts;
import io.lakebeam.quarantine.Review;
import io.lakebeam.quarantine.RowFilter;
import io.lakebeam.quarantine.RowStates;
import io.lakebeam.quarantine.RowStates.Status;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.spec.profile.RunnerProfile;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Refused rows that are to be taken again: which, and with what corrections. Only open rows of
 * tables that flows write are meant. Used by one thread.
 */
public final class RowReplay {
  private static final int MOST_TOLD = 5;
  private static final long LOOK_MILLIS = 500;

  private final CompiledPipeline pipeline;
  private final QuarantineReader reader;
  private final RowFilter filter;
  private final Function<RowStates, Predicate<QuarantinedRow>> isAsked;
  private final RowEdits edits;
  private Set<String> found = new HashSet<>();
  private long closed;

  /**
   * @param isAsked tells, once it is known how rows stand, which of those that meet the filter are
   *     asked for
   */
  public RowReplay(
      CompiledPipeline pipeline,
      QuarantineReader reader,
      RowFilter filter,
      Function<RowStates, Predicate<QuarantinedRow>> isAsked,
      RowEdits edits) {
    this.pipeline = pipeline;
    this.reader = reader;
    this.filter = filter;
    this.isAsked = isAsked;
    this.edits = edits;
  }

  /** Ids of rows that are asked for, as of the last look, open or not. */
  public Set<String> found() {
    return Set.copyOf(found);
  }

  /** How many of them are not open. */
  public long closed() {
    return closed;
  }

  /**
   * Looks the rows up, as they stand.
   *
   * @throws UsageException when one cannot be corrected so
   */
  public void rows(RowStates states, Consumer<RequestedRow> out) {
    edits.reset();
    closed = 0;
    found = new HashSet<>();
    Set<String> fromFlows = new HashSet<>();
    pipeline.tables().forEach(table -> fromFlows.add(table.name()));
    Predicate<QuarantinedRow> asked = isAsked.apply(states);
    reader.readStored(
        filter,
        (row, table, stored) -> {
          if (!asked.test(row)) {
            return;
          }
          found.add(row.id());
          if (states.of(row).status() != Status.OPEN) {
            closed++;
          } else if (!fromFlows.contains(table.name())) {
            edits
                .problems()
                .add("row " + row.id() + ": what windows have become is not taken again");
          } else {
            edits.of(row, table, stored).ifPresent(out);
          }
        });
    List<String> problems = edits.problems();
    if (!problems.isEmpty()) {
      int more = problems.size() - MOST_TOLD;
      throw new UsageException(
          String.join("\n", problems.stream().limit(MOST_TOLD).toList())
              + (more > 0 ? "\n(and " + more + (more == 1 ? " row" : " rows") + " more)" : ""));
    }
  }

  /**
   * Tries what would become of the rows, and writes nothing.
   *
   * @param masks what errors do not tell
   * @return by the names that readers of quarantines know tables by
   */
  public Map<String, ReplayTrial> tried(Masks masks, Clock clock) {
    long epoch = new Ledger(pipeline.lake(), pipeline.id()).contents().lastPlanned();
    Instant now = clock.instant();
    Map<String, ReplayTrial> trials = new TreeMap<>();
    rows(
        RowStates.of(pipeline),
        row -> {
          CompiledTable table = row.table();
          trials
              .computeIfAbsent(
                  QuarantineReader.name(table),
                  name ->
                      new ReplayTrial(
                          pipeline,
                          table,
                          epoch,
                          now,
                          error -> ReasonCounts.kind(masks.error(table.quarantineName(), error))))
              .row(row);
        });
    return trials;
  }

  /**
   * Does the epochs that take up requests, or waits for a run that is under way, which does.
   *
   * @param last of the requests that are meant
   * @param most how long to wait for a run
   * @param waiting is called once when there is one
   * @return false when it has not taken them up by then
   * @throws io.lakebeam.runner.UpdateFailedException when an epoch fails
   */
  public static boolean carryOut(
      CompiledPipeline pipeline,
      long last,
      RunnerProfile where,
      UpdateListener listener,
      Clock clock,
      Duration most,
      Runnable waiting)
      throws InterruptedException {
    Instant end = clock.instant().plus(most);
    boolean isTold = false;
    while (!Review.isDone(pipeline, last)) {
      try {
        new Update(pipeline, where, listener, clock).takeUpRequests();
        return true;
      } catch (LeaseLostException e) {
        if (clock.instant().isAfter(end)) {
          return false;
        }
        if (!isTold) {
          waiting.run();
          isTold = true;
        }
        Thread.sleep(LOOK_MILLIS);
      }
    }
    return true;
  }
}
