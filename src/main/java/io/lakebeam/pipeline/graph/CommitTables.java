package io.lakebeam.pipeline.graph;

import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.epoch.Decision;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.RuleResult;
import io.lakebeam.epoch.EpochResult.UpsertResult;
import io.lakebeam.expectation.Expectation;
import io.lakebeam.expectation.RowCounts;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.DecidedTables;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.flow.FlowReport;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.row.Packed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * Commits what is decided of a table: first to its quarantine, then to the table itself. Both
 * commits carry the epoch's number as the version of their application, so repeating them changes
 * nothing:
 *
 * <ul>
 *   <li>dies before it is decided: the epoch is done again, the files written so far are orphans;
 *   <li>dies between that and the end of the commits: the next attempt commits what is decided, and
 *       computes nothing;
 *   <li>dies after both: the next attempt finds both committed.
 * </ul>
 */
public final class CommitTables extends DoFn<Packed<Decision>, DatasetOutcome> {
  private final LedgerPlace ledgerPlace;
  private final Payload<ArrayList<CompiledTable>> tables;

  public CommitTables(LedgerPlace ledgerPlace, List<CompiledTable> tables) {
    this.ledgerPlace = ledgerPlace;
    this.tables = Payload.of(new ArrayList<>(tables));
  }

  @ProcessElement
  public void commit(
      @Element Packed<Decision> packed, BoundedWindow window, OutputReceiver<DatasetOutcome> out) {
    Decision decided = packed.unpack();
    CompiledTable table =
        tables.get().stream()
            .filter(each -> each.name().equals(decided.dataset()))
            .findFirst()
            .orElseThrow();
    out.output(
        outcome(
            DecidedTables.carryOut(
                ledgerPlace.lake(),
                ledgerPlace.id(),
                ledgerPlace.pipeline(),
                table,
                Epochs.of(window),
                decided),
            decided));
  }

  /** What became of a decision, for the epoch's result. */
  public static DatasetOutcome outcome(DecidedTables.CarriedOut done, Decision decided) {
    if (!done.isWhole()) {
      return stopped(done.table(), done.outcome());
    }
    return new DatasetOutcome.Finished(
        decided
            .counted()
            .with(DecidedTables.word(done.outcome(), decided), done.outcome().version()),
        decided.setAside());
  }

  /** What rules have said. */
  public static Map<String, RuleResult> rules(CompiledTable table, RowCounts counts) {
    return rules(table.rules(), counts);
  }

  /** What rules have said, in their order. */
  public static Map<String, RuleResult> rules(List<Expectation> of, RowCounts counts) {
    Map<String, RuleResult> rules = new LinkedHashMap<>();
    for (int i = 0; i < of.size(); i++) {
      Expectation rule = of.get(i);
      long failed = counts.brokenRules().get(i);
      rules.put(rule.name(), new RuleResult(counts.judged() - failed, failed));
    }
    return rules;
  }

  /** What a dataset gets, before anything of it is committed. */
  public static DatasetResult counted(
      CompiledTable table,
      RowCounts counts,
      long late,
      List<DataFile> files,
      List<DataFile> quarantineFiles) {
    long bytes =
        Stream.concat(files.stream(), quarantineFiles.stream()).mapToLong(DataFile::bytes).sum();
    return new DatasetResult(
        table.name(),
        "decided",
        -1,
        counts.in(),
        counts.accepted(),
        counts.dropped(),
        counts.duplicates(),
        counts.quarantined(),
        late,
        files.size() + quarantineFiles.size(),
        bytes,
        rules(table, counts),
        UpsertResult.NONE);
  }

  public static DatasetOutcome violated(
      CompiledTable table, RowCounts counts, List<FlowReport.Violation> violations) {
    FlowReport.Violation first = violations.get(0);
    return new DatasetOutcome.Stopped(
        table.name(),
        Problem.of(
            ErrorCode.EXPECTATION_VIOLATED,
            "expectation " + first.rule() + " of " + table.name() + " stops the update",
            counts.failed() + " of " + counts.in() + " rows break it, and its on_violation is fail",
            "change the rule (quarantine and drop let the other rows through) or the query, and run the"
                + " update again: it goes on with the same rows. Leave its files as they are: tables"
                + " without this rule may have their rows already"),
        violations.stream().limit(5).map(FlowReport.Violation::row).toList());
  }

  public static DatasetOutcome.Stopped stopped(String table, CommitOutcome outcome) {
    return new DatasetOutcome.Stopped(table, outcome.problem(table).orElseThrow(), List.of());
  }
}
