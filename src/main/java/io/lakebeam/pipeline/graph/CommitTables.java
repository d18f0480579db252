package io.lakebeam.pipeline.graph;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.RuleResult;
import io.lakebeam.expectation.Expectation;
import io.lakebeam.expectation.RowCounts;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.row.Packed;
import io.lakebeam.source.BadFile;
import io.lakebeam.spec.StorageSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/**
 * Commits what an epoch wrote to a table: first to its quarantine, then to the table itself. Both
 * commits carry the epoch's number as the version of their application, so repeating them changes
 * nothing:
 *
 * <ul>
 *   <li>dies before the first commit: the epoch is replayed, the files written so far are orphans;
 *   <li>dies between the two: the replay finds the quarantine committed and commits the table;
 *   <li>dies after both: the replay finds both committed.
 * </ul>
 *
 * A table that reads rows of one that breaks a {@code fail} rule is not committed either: it would
 * never get the rows that the next attempt may let through.
 */
public final class CommitTables
    extends StorageFn<KV<String, Iterable<Packed<FlowReport>>>, DatasetOutcome> {
  private final String pipeline;
  private final Payload<ArrayList<CompiledTable>> tables;

  CommitTables(StorageSpec storage, String pipeline, List<CompiledTable> tables) {
    super(storage);
    this.pipeline = pipeline;
    this.tables = Payload.of(new ArrayList<>(tables));
  }

  @ProcessElement
  public void commit(
      @Element KV<String, Iterable<Packed<FlowReport>>> reports,
      BoundedWindow window,
      OutputReceiver<DatasetOutcome> out) {
    CompiledTable table =
        tables.get().stream()
            .filter(t -> t.name().equals(reports.getKey()))
            .findFirst()
            .orElseThrow();
    out.output(commit(table, Epochs.of(window), reports.getValue()));
  }

  private DatasetOutcome commit(
      CompiledTable table, long epoch, Iterable<Packed<FlowReport>> reports) {
    List<DataFile> files = new ArrayList<>();
    List<DataFile> quarantineFiles = new ArrayList<>();
    List<FlowReport.Violation> violations = new ArrayList<>();
    RowCounts counts = RowCounts.none(table.rules().size());
    String waitsFor = "";
    List<BadFile> setAside = new ArrayList<>();
    for (Packed<FlowReport> packed : reports) {
      FlowReport report = packed.unpack();
      files.addAll(report.files());
      quarantineFiles.addAll(report.quarantineFiles());
      violations.addAll(report.violations());
      setAside.addAll(report.setAside());
      counts = counts.plus(report.counts());
      waitsFor = report.waitsFor().isEmpty() ? waitsFor : report.waitsFor();
    }
    if (counts.failed() > 0) {
      return violated(table, counts, violations);
    }
    if (!waitsFor.isEmpty()) {
      return new DatasetOutcome.Waiting(table.name(), waitsFor);
    }
    CommitOutcome quarantine =
        commit(
            table.quarantineName(),
            table.quarantinePath(),
            table.quarantineDefinition(),
            epoch,
            quarantineFiles);
    if (isIn(quarantine)) {
      CommitOutcome rows = commit(table.name(), table.path(), table.definition(), epoch, files);
      return isIn(rows)
          ? finished(table, rows, counts, files, quarantineFiles, setAside)
          : stopped(table.name(), rows);
    }
    return stopped(table.quarantineName(), quarantine);
  }

  private CommitOutcome commit(
      String name, String path, TableDefinition definition, long epoch, List<DataFile> files) {
    String application = application(pipeline, name);
    if (files.isEmpty()) {
      return new CommitOutcome.AlreadyCommitted(epoch);
    }
    return DeltaTable.at(path)
        .commit(
            Commit.builder(application, epoch)
                .add(files)
                .writtenFor(definition)
                .operation(Commit.Operation.STREAMING_UPDATE)
                .parameters(Map.of("pipeline", pipeline, "epoch", Long.toString(epoch)))
                .build());
  }

  /** Who commits an epoch's rows to a table, as Delta knows it. */
  public static String application(String pipeline, String table) {
    return pipeline + "/" + table;
  }

  static boolean isIn(CommitOutcome outcome) {
    return outcome instanceof CommitOutcome.Committed
        || outcome instanceof CommitOutcome.AlreadyCommitted;
  }

  /** What rules have said. */
  static Map<String, RuleResult> rules(CompiledTable table, RowCounts counts) {
    Map<String, RuleResult> rules = new LinkedHashMap<>();
    for (int i = 0; i < table.rules().size(); i++) {
      Expectation rule = table.rules().get(i);
      long failed = counts.brokenRules().get(i);
      rules.put(rule.name(), new RuleResult(counts.judged() - failed, failed));
    }
    return rules;
  }

  private static DatasetOutcome finished(
      CompiledTable table,
      CommitOutcome outcome,
      RowCounts counts,
      List<DataFile> files,
      List<DataFile> quarantineFiles,
      List<BadFile> setAside) {
    long version = outcome instanceof CommitOutcome.Committed committed ? committed.version() : -1;
    String words = version >= 0 ? "committed" : files.isEmpty() ? "unchanged" : "already committed";
    List<DataFile> all = new ArrayList<>(files);
    all.addAll(quarantineFiles);
    return new DatasetOutcome.Finished(
        new DatasetResult(
            table.name(),
            words,
            version,
            counts.in(),
            counts.accepted(),
            counts.dropped(),
            counts.quarantined(),
            all.size(),
            all.stream().mapToLong(DataFile::bytes).sum(),
            rules(table, counts)),
        setAside);
  }

  static DatasetOutcome violated(
      CompiledTable table, RowCounts counts, List<FlowReport.Violation> violations) {
    FlowReport.Violation first = violations.get(0);
    return new DatasetOutcome.Stopped(
        table.name(),
        "expectation " + first.rule() + " of " + table.name() + " stops the update",
        counts.failed() + " of " + counts.in() + " rows break it, and its on_violation is fail",
        "change the rule (quarantine and drop let the other rows through) or the query, and run the"
            + " update again: it goes on with the same rows. Leave its files as they are: tables"
            + " without this rule may have their rows already",
        violations.stream().limit(5).map(FlowReport.Violation::row).toList());
  }

  static DatasetOutcome.Stopped stopped(String table, CommitOutcome outcome) {
    String reason =
        outcome instanceof CommitOutcome.Conflicted conflicted
            ? conflicted.reason()
            : outcome instanceof CommitOutcome.Failed failed ? failed.reason() : outcome.toString();
    return new DatasetOutcome.Stopped(
        table,
        "table " + table + " could not be committed",
        reason,
        "remove the cause; the next update goes on with the same rows",
        List.of());
  }
}
