package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.expectation.RowCounts;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.QuarantineLog.Outcome;
import io.lakebeam.pipeline.replay.Replayer;
import io.lakebeam.pipeline.replay.RequestedRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of a refused row that its table has taken again.
 *
 * @param error the rules that it breaks, or what else was wrong; empty when nothing was
 */
record Replayed(Outcome outcome, String error) {
  /**
   * Takes a row through the flows.
   *
   * @param run of the table that has refused it
   */
  static Replayed of(Replayer replayer, FlowRun run, RequestedRow row, Instant ingestedAt) {
    CompiledTable table = row.table();
    RowCounts before = run.counts(table);
    Replayer.Result result = replayer.replay(row, ingestedAt, run::row);
    if (result instanceof Replayer.Result.Impossible impossible) {
      return new Replayed(Outcome.NOT_REPLAYED, impossible.reason());
    }
    if (result instanceof Replayer.Result.Refused refused) {
      run.reject(table, RejectedRow.again(row, ingestedAt, refused.error()));
      return new Replayed(Outcome.FAILED_AGAIN, refused.error());
    }
    RowCounts after = run.counts(table);
    Outcome outcome = outcome(before, after);
    return new Replayed(
        outcome,
        outcome == Outcome.REPLAYED ? "" : String.join(", ", broken(table, before, after)));
  }

  private static Outcome outcome(RowCounts before, RowCounts after) {
    if (after.quarantined() > before.quarantined()) {
      return Outcome.FAILED_AGAIN;
    }
    if (after.accepted() > before.accepted()) {
      return Outcome.REPLAYED;
    }
    return after.dropped() > before.dropped() ? Outcome.DROPPED : Outcome.LEFT_OUT;
  }

  /** Names of the rules that were broken in between. */
  static List<String> broken(CompiledTable table, RowCounts before, RowCounts after) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < table.rules().size(); i++) {
      if (after.brokenRules().get(i) > before.brokenRules().get(i)) {
        names.add(table.rules().get(i).name());
      }
    }
    return names;
  }
}
