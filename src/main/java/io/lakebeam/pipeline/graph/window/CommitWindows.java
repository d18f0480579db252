package io.lakebeam.pipeline.graph.window;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.view.Groups;
import io.lakebeam.delta.view.NoRoomException;
import io.lakebeam.epoch.Closing;
import io.lakebeam.epoch.Decision;
import io.lakebeam.epoch.EpochNotWholeException;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.expectation.RowCounts;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.Budgets;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.pipeline.DecidedTables;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.CommitTables;
import io.lakebeam.pipeline.graph.DatasetOutcome;
import io.lakebeam.pipeline.graph.flow.FlowReport;
import io.lakebeam.pipeline.graph.flow.FlowRun;
import io.lakebeam.pipeline.graph.flow.FlowTrees;
import io.lakebeam.pipeline.graph.flow.RowMetrics;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.row.Packed;
import io.lakebeam.sink.Outbox;
import io.lakebeam.sql.RowProgram;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Adds up the groups of the windows that an epoch closes, judges their rows, and commits them:
 * first those of the quarantine, then the table's, with how far it is. An attempt after the one
 * that was committed changes nothing, and counts the same.
 */
public final class CommitWindows
    extends DoFn<KV<String, Iterable<Packed<WindowPart>>>, DatasetOutcome> {
  private final LedgerPlace ledgerPlace;
  private final Payload<HashMap<String, CompiledWindows>> windows;
  private final Budgets budgets;
  private transient Map<String, Groups> none;
  private transient Map<String, WindowRows> rows;

  public CommitWindows(
      LedgerPlace ledgerPlace, Map<String, CompiledWindows> windows, Budgets budgets) {
    this.ledgerPlace = ledgerPlace;
    this.windows = Payload.of(new HashMap<>(windows));
    this.budgets = budgets;
  }

  @Setup
  public void setup() {
    none = new HashMap<>();
    rows = new HashMap<>();
  }

  /** What has met at the commit. */
  private static final class Gathered implements WindowPart.Listener {
    private final List<WindowPart.Part> read = new ArrayList<>();
    private WindowPart.@Nullable Started started;
    private WindowPart.@Nullable Broken broken;

    @Override
    public void started(WindowPart.Started of) {
      started = of;
    }

    @Override
    public void part(WindowPart.Part part) {
      read.add(part);
    }

    @Override
    public void broken(WindowPart.Broken of) {
      broken = of;
    }
  }

  @ProcessElement
  public void commit(
      @Element KV<String, Iterable<Packed<WindowPart>>> parts,
      BoundedWindow epoch,
      OutputReceiver<DatasetOutcome> out) {
    CompiledWindows table = windows.get().get(parts.getKey());
    Gathered gathered = new Gathered();
    parts.getValue().forEach(part -> part.unpack().tell(gathered));
    if (gathered.broken != null) {
      out.output(behind(table, gathered.broken.told()));
      return;
    }
    WindowPart.Started started = gathered.started;
    List<WindowPart.Part> read = gathered.read;
    checkComplete(table, started, read);
    try {
      out.output(commit(table, started, read, Epochs.of(epoch)));
    } catch (NoRoomException e) {
      out.output(behind(table, e.told().in("table " + table.name())));
    } catch (RowProgram.RowFailedException e) {
      out.output(
          behind(
              table,
              Problem.of(
                  ErrorCode.QUERY_FAILED,
                  "the query of table " + table.name() + " fails on a group",
                  e.getMessage(),
                  "guard the expression in the query, for instance with TRY_CAST or NULLIF")));
    }
  }

  /** As a view is looked at twice by a runner that loses a worker, so is a table of windows. */
  private static void checkComplete(
      CompiledWindows table, WindowPart.Started started, List<WindowPart.Part> read) {
    int files = read.stream().mapToInt(WindowPart.Part::files).sum();
    boolean isWhole =
        started != null
            && files == started.files().size()
            && read.stream().allMatch(part -> part.closing().equals(started.closing()));
    if (!isWhole) {
      throw new EpochNotWholeException(
          "table " + table.name(), "its windows are of several versions of the table below");
    }
  }

  private DatasetOutcome commit(
      CompiledWindows table, WindowPart.Started started, List<WindowPart.Part> read, long epoch)
      throws RowProgram.RowFailedException {
    if (started.decided() != null) {
      Decision decided = started.decided();
      return CommitTables.outcome(carryOut(table, started.closing(), epoch, decided), decided);
    }
    Groups groups =
        none.computeIfAbsent(table.name(), name -> new Groups(table.query().groups())).none();
    read.forEach(part -> groups.merge(part.groups()));
    int rules = table.table().rules().size();
    FlowReport report;
    try (FlowRun run = new FlowRun(FlowTrees.into(table.table()), epoch)) {
      rows.computeIfAbsent(table.name(), name -> new WindowRows(table))
          .of(groups.rows(), started.plannedAt(), run::row);
      report =
          run.finish().stream()
              .findFirst()
              .orElseGet(
                  () ->
                      new FlowReport(
                          table.name(), List.of(), List.of(), RowCounts.none(rules), List.of()));
    }
    RowMetrics.count(table.name(), report.counts());
    if (report.counts().failed() > 0) {
      return CommitTables.violated(table.table(), report.counts(), report.violations());
    }
    long late = read.stream().mapToLong(WindowPart.Part::late).sum();
    RowCounts unjudged = RowCounts.droppedUnjudged(late, rules);
    RowMetrics.count(table.name(), unjudged);
    RowMetrics.late(table.name(), late);
    RowCounts counts = report.counts().plus(unjudged);
    List<DataFile> files = Outbox.posted(report.files(), started.isNews());
    List<DataFile> quarantineFiles = Outbox.posted(report.quarantineFiles(), started.isNews());
    DatasetResult counted =
        CommitTables.counted(table.table(), counts, late, files, quarantineFiles);
    Ledger ledger = ledgerPlace.ledger();
    Optional<Problem> stop = budgets.stop(ledger, plan(epoch, started.plannedAt()), counted);
    if (stop.isPresent()) {
      return new DatasetOutcome.Stopped(table.name(), stop.get(), List.of());
    }
    Decision decided =
        DecidedTables.decide(
            ledger,
            ledgerPlace.lake(),
            table.table(),
            epoch,
            new Decision(
                WindowTable.basis(started.closing()), files, quarantineFiles, counted, List.of()));
    return CommitTables.outcome(carryOut(table, started.closing(), epoch, decided), decided);
  }

  /** As far as its budget is concerned: what windows have become is not taken again. */
  private EpochPlan plan(long epoch, Instant plannedAt) {
    return new EpochPlan(ledgerPlace.pipeline(), epoch, plannedAt, List.of(), Map.of());
  }

  private DecidedTables.CarriedOut carryOut(
      CompiledWindows table, Closing closing, long epoch, Decision decided) {
    CommitOutcome quarantine = quarantine(table, closing, epoch, decided.quarantineFiles());
    return quarantine.isIn()
        ? new DecidedTables.CarriedOut(table.name(), commit(table, closing, epoch, decided.files()))
        : new DecidedTables.CarriedOut(table.table().quarantineName(), quarantine);
  }

  private CommitOutcome quarantine(
      CompiledWindows table, Closing closing, long epoch, List<DataFile> files) {
    CompiledTable of = table.table();
    Optional<Snapshot> replaced =
        new WindowTable(ledgerPlace.id(), table).replaced(closing, of.quarantinePath());
    if (files.isEmpty() && replaced.isEmpty()) {
      return new CommitOutcome.AlreadyCommitted(closing.to());
    }
    String application =
        WindowTable.application(
            ledgerPlace.id(), of.quarantineName(), table.upstream(), closing.read());
    String generations = WindowTable.generations(ledgerPlace.id(), table.name());
    long generation = WindowTable.generation(closing);
    Commit.Builder commit =
        Commit.builder(application, closing.to())
            .unlessBeyond(generations, generation)
            .marks(replaced.isPresent() ? Map.of(generations, generation) : Map.of())
            .add(files)
            .parameters(parameters(epoch));
    return DeltaTable.at(of.quarantinePath())
        .commit(in(commit, of.quarantineDefinition(), replaced).build());
  }

  private CommitOutcome commit(
      CompiledWindows table, Closing closing, long epoch, List<DataFile> files) {
    String application =
        WindowTable.application(ledgerPlace.id(), table.name(), table.upstream(), closing.read());
    Optional<Snapshot> replaced =
        new WindowTable(ledgerPlace.id(), table).replaced(closing, table.table().path());
    String generations = WindowTable.generations(ledgerPlace.id(), table.name());
    long generation = WindowTable.generation(closing);
    Map<String, Long> marks = new HashMap<>();
    marks.put(WindowTable.watermark(ledgerPlace.id(), table.name()), closing.until());
    if (replaced.isPresent()) {
      marks.put(generations, generation);
    }
    Commit.Builder commit =
        Commit.builder(application, closing.to())
            .follows(closing.from())
            .unlessBeyond(generations, generation)
            .marks(marks)
            .add(files)
            .parameters(parameters(epoch));
    return DeltaTable.at(table.table().path())
        .commit(in(commit, table.table().definition(), replaced).build());
  }

  /** Beside what the table has, or in its place. */
  private static Commit.Builder in(
      Commit.Builder commit, TableDefinition definition, Optional<Snapshot> replaced) {
    return replaced.isEmpty()
        ? commit.writtenFor(definition)
        : commit
            .remove(replaced.get().files())
            .readFrom(replaced.get().version())
            .redefine(definition);
  }

  private Map<String, String> parameters(long epoch) {
    return Map.of("pipeline", ledgerPlace.pipeline(), "epoch", Long.toString(epoch));
  }

  private static DatasetOutcome behind(CompiledWindows table, Problem told) {
    return new DatasetOutcome.Behind(
        table.name(),
        told.withFix(
            told.fix()
                + "; everything else is up to date, and the windows come in the next update"));
  }
}
