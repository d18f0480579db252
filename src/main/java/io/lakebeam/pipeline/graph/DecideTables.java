package io.lakebeam.pipeline.graph;

import io.lakebeam.delta.DataFile;
import io.lakebeam.epoch.Decision;
import io.lakebeam.epoch.Decisions;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.expectation.RowCounts;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.Budgets;
import io.lakebeam.pipeline.CompiledFlow;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.DecidedTables;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.flow.FlowReport;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.row.Packed;
import io.lakebeam.sink.Outbox;
import io.lakebeam.source.BadFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Decides what an epoch puts into all its tables and their quarantines, in one step, before any of
 * it is committed. So a table and the ones that follow it are of one attempt: another one, of
 * declarations edited meanwhile, finds all of that decided, or nothing.
 *
 * <p>Not decided are a table of which a row breaks a {@code fail} rule, and those that follow it:
 * they would never get the rows that the next attempt may let through.
 */
final class DecideTables extends DoFn<KV<String, Iterable<Packed<EpochPart>>>, Packed<Decision>> {
  /** What is decided, to be committed. */
  static final TupleTag<Packed<Decision>> DECIDED = new TupleTag<>() {};

  /** What became of tables that are not. */
  static final TupleTag<DatasetOutcome> NOT_DECIDED = new TupleTag<>() {};

  private final LedgerPlace ledgerPlace;
  private final Payload<ArrayList<CompiledTable>> tables;
  private final SettleBadFiles badFiles;
  private final Budgets budgets;
  private final boolean hasSinks;

  DecideTables(CompiledPipeline pipeline) {
    this.ledgerPlace = LedgerPlace.of(pipeline);
    this.tables = Payload.of(new ArrayList<>(pipeline.tables()));
    this.badFiles = SettleBadFiles.of(pipeline);
    this.budgets = Budgets.of(pipeline.spec());
    this.hasSinks = !pipeline.spec().sinks().isEmpty();
  }

  /** What the bundles of a table have written. */
  private static final class Written {
    private final List<DataFile> files = new ArrayList<>();
    private final List<DataFile> quarantineFiles = new ArrayList<>();
    private final List<FlowReport.Violation> violations = new ArrayList<>();
    private final List<BadFile> setAside = new ArrayList<>();
    private final List<DataFile> logFiles = new ArrayList<>();
    private RowCounts counts;
    private String waitsFor = "";

    Written(CompiledTable table) {
      counts = RowCounts.none(table.rules().size());
    }

    void add(FlowReport report, boolean isPosted) {
      files.addAll(Outbox.posted(report.files(), isPosted));
      quarantineFiles.addAll(Outbox.posted(report.quarantineFiles(), isPosted));
      violations.addAll(report.violations());
      setAside.addAll(report.setAside());
      logFiles.addAll(report.logFiles());
      counts = counts.plus(report.counts());
      waitsFor = report.waitsFor().isEmpty() ? waitsFor : report.waitsFor();
    }

    Decision decision(CompiledTable table) {
      return new Decision(
          "",
          files,
          quarantineFiles,
          CommitTables.counted(table, counts, 0, files, quarantineFiles),
          setAside,
          logFiles);
    }
  }

  @ProcessElement
  public void decide(
      @Element KV<String, Iterable<Packed<EpochPart>>> parts,
      BoundedWindow window,
      MultiOutputReceiver out) {
    Gathered gathered = new Gathered(tables.get());
    parts.getValue().forEach(part -> part.unpack().tell(gathered));
    gathered.reports.forEach(report -> add(report, gathered));
    if (!gathered.written.isEmpty()) {
      badFiles.settle(
          Epochs.of(window),
          gathered.plan.decided(),
          gathered.written.values().stream().flatMap(each -> each.setAside.stream()).toList());
    }
    decide(gathered.plan, gathered.known, gathered.written, out);
  }

  /** What an epoch has before anything of it is decided. */
  private static final class Gathered implements EpochPart.Listener {
    private final Map<String, CompiledTable> known = new LinkedHashMap<>();
    private final Map<String, Written> written = new TreeMap<>();
    private final List<FlowReport> reports = new ArrayList<>();
    private EpochPlan plan;

    Gathered(List<CompiledTable> tables) {
      tables.forEach(table -> known.put(table.name(), table));
    }

    @Override
    public void planned(EpochPlan of) {
      plan = of;
    }

    @Override
    public void reported(FlowReport report) {
      reports.add(report);
    }
  }

  /** What comes to a table is for its sinks; what was there before it was, is not. */
  private void add(FlowReport report, Gathered gathered) {
    CompiledTable table = gathered.known.get(report.table());
    boolean isNews =
        switch (report.origin()) {
          case NEWS -> true;
          case HISTORY -> false;
          case MIXED -> !hasHistory(gathered.plan, report.table());
        };
    gathered
        .written
        .computeIfAbsent(report.table(), name -> new Written(table))
        .add(report, hasSinks && isNews);
  }

  private static boolean hasHistory(EpochPlan plan, String table) {
    return plan.slices().stream()
        .anyMatch(slice -> slice.isHistory() && slice.into().contains(table));
  }

  private void decide(
      EpochPlan plan,
      Map<String, CompiledTable> known,
      Map<String, Written> written,
      MultiOutputReceiver out) {
    Map<String, DatasetOutcome> stopped = new TreeMap<>();
    Map<String, Decision> made = new TreeMap<>();
    Set<String> without = new TreeSet<>();
    // In topological order.
    known.forEach(
        (name, table) -> {
          if (plan.decided().contains(name)) {
            return;
          }
          Optional<Written> mine = Optional.ofNullable(written.get(name));
          Optional<DatasetOutcome> stop =
              stop(table, mine, stopped.keySet()).or(() -> overBudget(plan, table, mine));
          if (stop.isPresent()) {
            stopped.put(name, stop.get());
          } else if (mine.isPresent()) {
            made.put(name, mine.get().decision(table));
          } else {
            without.add(name);
          }
        });
    Decisions mine = new Decisions(made, without);
    Decisions decided = mine;
    int round = plan.rounds() + 1;
    Ledger ledger = ledgerPlace.ledger();
    // Also that tables get nothing: somebody may hold rows of a file that was there before.
    boolean isMine = mine.isEmpty() || ledger.decide(plan.number(), round, mine);
    if (!ledger.isUnderWay(plan.number())) {
      // What others had decided may be forgotten, or vacuumed, and then this is in its place.
      known.keySet().stream()
          .filter(name -> !plan.decided().contains(name))
          .forEach(name -> out.get(NOT_DECIDED).output(byAnotherRun(plan, name)));
      return;
    }
    if (!isMine) {
      decided = ledger.round(plan.number(), round).orElseThrow();
      Map<String, DatasetOutcome> left = left(plan, stopped, decided, known);
      stopped.clear();
      stopped.putAll(left);
    }
    stopped.values().forEach(out.get(NOT_DECIDED)::output);
    decided.made().values().stream()
        .filter(each -> known.containsKey(each.dataset()) && !stopped.containsKey(each.dataset()))
        // Others may decide of tables that this run has computed anew, or decided earlier.
        .filter(each -> !plan.decided().contains(each.dataset()))
        .forEach(each -> out.get(DECIDED).output(Packed.of(each)));
  }

  /** Why a table is not decided; empty when it may be. */
  private static Optional<DatasetOutcome> stop(
      CompiledTable table, Optional<Written> written, Set<String> stopped) {
    if (written.isPresent() && written.get().counts.failed() > 0) {
      return Optional.of(
          CommitTables.violated(table, written.get().counts, written.get().violations));
    }
    Optional<String> told =
        written.map(each -> each.waitsFor).filter(waitsFor -> !waitsFor.isEmpty());
    return told.or(() -> followed(table).stream().filter(stopped::contains).findFirst())
        .map(waitsFor -> new DatasetOutcome.Waiting(table.name(), waitsFor));
  }

  private Optional<DatasetOutcome> overBudget(
      EpochPlan plan, CompiledTable table, Optional<Written> written) {
    return written
        .map(each -> CommitTables.counted(table, each.counts, 0, List.of(), List.of()))
        .flatMap(counted -> budgets.stop(ledgerPlace.ledger(), plan, counted))
        .map(told -> new DatasetOutcome.Stopped(table.name(), told, List.of()));
  }

  private static Set<String> followed(CompiledTable table) {
    Set<String> followed = new TreeSet<>();
    for (CompiledFlow flow : table.flows()) {
      followed.addAll(flow.takes());
    }
    return followed;
  }

  /**
   * What others, who have decided first, leave for the next attempt. None of it may only wait: what
   * it waits for may be decided.
   */
  private Map<String, DatasetOutcome> left(
      EpochPlan plan,
      Map<String, DatasetOutcome> stopped,
      Decisions theirs,
      Map<String, CompiledTable> known) {
    Map<String, DatasetOutcome> left = new TreeMap<>();
    known.forEach(
        (name, table) -> {
          boolean isDecided =
              theirs.has(name)
                  && theirs.of(name).stream()
                      .allMatch(each -> DecidedTables.isThere(ledgerPlace.lake(), table, each));
          if (!isDecided && !plan.decided().contains(name)) {
            DatasetOutcome mine = stopped.get(name);
            left.put(
                name, mine instanceof DatasetOutcome.Stopped ? mine : byAnotherRun(plan, name));
          }
        });
    return left;
  }

  private static DatasetOutcome byAnotherRun(EpochPlan plan, String table) {
    return new DatasetOutcome.Stopped(
        table,
        Problem.of(
            ErrorCode.LEASE_HELD,
            "another run does epoch " + plan.number() + " of " + plan.pipeline() + " as well",
            "it has decided what tables get, and nothing of " + table,
            "let the other run end, and run again"),
        List.of());
  }
}
