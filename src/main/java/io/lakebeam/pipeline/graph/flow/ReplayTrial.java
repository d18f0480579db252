package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.expectation.RowCounts;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.QuarantineLog.Outcome;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.replay.Replayer;
import io.lakebeam.pipeline.replay.RequestedRow;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Tries what would become of refused rows if their table took them again, in it and in all tables
 * that follow it row by row, and writes nothing. Used by one thread.
 */
public final class ReplayTrial {
  private final CompiledTable table;
  private final Replayer replayer;
  private final FlowRun run;
  private final Instant now;
  private final UnaryOperator<String> kind;
  private final Map<Outcome, Long> outcomes = new TreeMap<>();
  private final Map<String, Long> errors = new LinkedHashMap<>();

  /**
   * @param table that has refused the rows
   * @param epoch whose versions of tables its queries may join with
   * @param now what the rows would have as the time of their epoch
   * @param kind what errors have in common that are counted as one
   */
  public ReplayTrial(
      CompiledPipeline pipeline,
      CompiledTable table,
      long epoch,
      Instant now,
      UnaryOperator<String> kind) {
    new RegisterLookups(pipeline).register(epoch);
    this.table = table;
    this.replayer = Replayer.Plan.of(pipeline, table).replayer();
    this.run = new FlowRun(new FlowTrees(pipeline).again(table), epoch, TableWriter.Manner.TRIAL);
    this.now = now;
    this.kind = kind;
  }

  /** Tries a row. */
  public void row(RequestedRow row) {
    Replayed replayed = Replayed.of(replayer, run, row, now);
    outcomes.merge(replayed.outcome(), 1L, Long::sum);
    if (!replayed.error().isEmpty()) {
      errors.merge(kind.apply(replayed.error()), 1L, Long::sum);
    }
  }

  /** How many rows would end how. */
  public Map<Outcome, Long> outcomes() {
    return Collections.unmodifiableMap(outcomes);
  }

  /** How many rows the table would not take, by the rules that they break or what else is wrong. */
  public Map<String, Long> errors() {
    return Collections.unmodifiableMap(errors);
  }

  /**
   * How many rows tables that follow would refuse of those that the table takes, by the names of
   * these tables.
   */
  public Map<String, Long> refusedBelow() {
    Map<String, Long> refused = new TreeMap<>();
    for (CompiledTable each : run.tables()) {
      RowCounts counts = run.counts(each);
      if (!each.name().equals(table.name()) && counts.quarantined() > 0) {
        refused.put(each.name(), counts.quarantined());
      }
    }
    return refused;
  }
}
