package io.lakebeam.pipeline.graph;

import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.epoch.Decision;
import io.lakebeam.epoch.Decisions;
import io.lakebeam.epoch.EpochFailure;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.event.EventLog;
import io.lakebeam.event.FlowDefinition;
import io.lakebeam.event.ViewPlanning;
import io.lakebeam.pipeline.Budgets;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.Definitions;
import io.lakebeam.pipeline.MaskedErrors;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.source.Backlog;
import io.lakebeam.source.BadFile;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/**
 * Ends an epoch once every dataset's outcome is in: writes its events, then marks it as done. An
 * epoch in which a dataset has stopped stays undone and says why. One that leaves a view behind is
 * done, and says why too.
 */
final class CompleteEpoch extends DoFn<KV<String, Iterable<EpochPart>>, Long> {
  private final LedgerPlace ledgerPlace;
  private final List<FlowDefinition> flows;
  private final List<ViewPlanning> views;
  private final boolean looksUp;
  private final Budgets budgets;
  private final MaskedErrors errors;
  private final TreeSet<String> declared;

  /** The sources that each table reads itself. */
  private final TreeMap<String, TreeSet<String>> sources = new TreeMap<>();

  CompleteEpoch(CompiledPipeline pipeline) {
    this.ledgerPlace = LedgerPlace.of(pipeline);
    this.looksUp = !pipeline.lookups().isEmpty();
    this.flows = FlowDefinition.of(pipeline.graph());
    this.views = pipeline.views().stream().map(CompleteEpoch::planning).toList();
    this.budgets = Budgets.of(pipeline.spec());
    this.errors = MaskedErrors.of(pipeline);
    this.declared = new TreeSet<>(Definitions.of(pipeline).keySet());
    pipeline
        .tables()
        .forEach(table -> sources.put(table.name(), new TreeSet<>(pipeline.sourcesOf(table))));
  }

  @ProcessElement
  public void complete(@Element KV<String, Iterable<EpochPart>> parts, OutputReceiver<Long> out) {
    Outcomes outcomes = new Outcomes();
    parts.getValue().forEach(part -> part.tell(outcomes));
    EpochPlan plan = outcomes.plan;
    outcomes.requireNoneForgotten();
    List<DatasetResult> results = outcomes.results;
    List<DatasetOutcome.Stopped> stops = outcomes.stops;
    List<DatasetOutcome.Behind> behind = outcomes.behind;
    Set<BadFile> setAside = outcomes.setAside;
    Ledger ledger = ledgerPlace.ledger();
    Decisions before =
        plan.rounds() == 0
            ? Decisions.NONE
            : ledger.rounds(plan.number()).stream()
                .limit(plan.rounds())
                .reduce(Decisions.NONE, Decisions::then);
    for (String dataset : plan.decided()) {
      // Carried out before this attempt began; none of a dataset that takes no part.
      Optional<Decision> decided = before.of(dataset);
      decided.ifPresent(each -> results.add(each.counted().with("already committed", -1)));
      decided.ifPresent(each -> setAside.addAll(each.setAside()));
    }
    results.sort(Comparator.comparing(DatasetResult::dataset));
    EventLog events =
        new EventLog(ledgerPlace.lake(), ledgerPlace.id(), ledgerPlace.pipeline(), plan.update());
    if (stops.isEmpty()) {
      EpochResult result =
          new EpochResult(
              ledgerPlace.pipeline(),
              plan.number(),
              plan.plannedAt(),
              Clock.systemUTC().instant(),
              results,
              setAside.stream()
                  .map(errors::of)
                  .sorted(Comparator.comparing(BadFile::source).thenComparing(BadFile::path))
                  .toList(),
              Definitions.goneSince(plan.inputs(), declared),
              budgets.settle(ledger, plan, results));
      Optional<CommitOutcome> logged =
          events.append(
              result,
              plan.startsUpdate() ? flows : List.of(),
              plan.startsUpdate() ? views : List.of(),
              changed(ledger, plan),
              backlogs(plan));
      if (logged.isEmpty() || logged.get().isIn()) {
        ledger.done(result);
        behind.stream()
            .min(Comparator.comparing(DatasetOutcome.Behind::dataset))
            .map(view -> failure(result.number(), view))
            .ifPresent(ledger::failed);
        out.output(plan.number());
        return;
      }
      stops.add(CommitTables.stopped(EventLog.TABLE, logged.get()));
    }
    stops.sort(Comparator.comparing(DatasetOutcome.Stopped::dataset));
    DatasetOutcome.Stopped first = stops.get(0);
    ledger.failed(
        new EpochFailure(
            plan.number(),
            first.dataset(),
            errors.ofDataset(first.dataset(), first.told()),
            first.samples()));
  }

  private static ViewPlanning planning(CompiledView of) {
    if (!(of instanceof ComputedView view)) {
      return new ViewPlanning(of.name(), ViewPlanning.BY_GROUPS, "", "");
    }
    return new ViewPlanning(
        view.name(),
        view.isIncremental() ? ViewPlanning.BY_KEYS : ViewPlanning.WHOLE,
        view.why().name(),
        view.why().text());
  }

  /** What became of the epoch's datasets. */
  private static final class Outcomes implements EpochPart.Listener, DatasetOutcome.Listener {
    private EpochPlan plan;
    private final List<DatasetResult> results = new ArrayList<>();
    private final List<DatasetOutcome.Stopped> stops = new ArrayList<>();
    private final List<DatasetOutcome.Behind> behind = new ArrayList<>();
    private final List<DatasetOutcome.Waiting> waiting = new ArrayList<>();

    /** Each table that reads a file tells of it. */
    private final Set<BadFile> setAside = new HashSet<>();

    @Override
    public void planned(EpochPlan of) {
      plan = of;
    }

    @Override
    public void ended(DatasetOutcome outcome) {
      outcome.tell(this);
    }

    @Override
    public void finished(DatasetOutcome.Finished finished) {
      results.add(finished.result());
      setAside.addAll(finished.setAside());
    }

    @Override
    public void waiting(DatasetOutcome.Waiting table) {
      waiting.add(table);
    }

    @Override
    public void behind(DatasetOutcome.Behind view) {
      behind.add(view);
      results.add(unfinished(view.dataset()));
    }

    @Override
    public void stopped(DatasetOutcome.Stopped stopped) {
      stops.add(stopped);
    }

    /** A table waits for one that has stopped; an epoch that is done would forget it. */
    void requireNoneForgotten() {
      if (stops.isEmpty() && !waiting.isEmpty()) {
        throw new IllegalStateException(waiting + ", and nothing has stopped");
      }
    }
  }

  /**
   * What is otherwise since the epoch before: declarations, which nobody edits within an update,
   * and reference files.
   */
  private List<String> changed(Ledger ledger, EpochPlan plan) {
    return (plan.startsUpdate() || looksUp) && plan.number() > 1
        ? ledger
            .plan(plan.number() - 1)
            .map(before -> Definitions.changed(before.inputs(), plan.inputs()))
            .orElse(List.of())
        : List.of();
  }

  /** By table: what is behind the epoch of the sources that it reads, where that is known. */
  private Map<String, Backlog> backlogs(EpochPlan plan) {
    Map<String, Backlog> backlogs = new TreeMap<>();
    sources.forEach(
        (table, read) ->
            read.stream()
                .filter(plan.backlogs()::containsKey)
                .map(plan.backlogs()::get)
                .reduce(Backlog::plus)
                .ifPresent(backlog -> backlogs.put(table, backlog)));
    return backlogs;
  }

  private EpochFailure failure(long epoch, DatasetOutcome.Behind view) {
    return new EpochFailure(
        epoch, view.dataset(), errors.ofDataset(view.dataset(), view.told()), List.of());
  }

  private static DatasetResult unfinished(String view) {
    return new DatasetResult(view, EventLog.BEHIND, -1, 0, 0, 0, 0, 0, 0, Map.of());
  }
}
