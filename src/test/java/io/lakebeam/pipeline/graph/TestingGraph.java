package io.lakebeam.pipeline.graph;

import io.lakebeam.delta.upsert.Merge;
import io.lakebeam.delta.upsert.MergeUnit;
import io.lakebeam.delta.upsert.UpsertTable;
import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.epoch.Decision;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.pipeline.AdditiveView;
import io.lakebeam.pipeline.Budgets;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledUpsert;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.pipeline.References;
import io.lakebeam.pipeline.graph.computed.TestingComputation;
import io.lakebeam.pipeline.graph.flow.FlowReport;
import io.lakebeam.pipeline.graph.flow.FlowRun;
import io.lakebeam.pipeline.graph.flow.FlowTree;
import io.lakebeam.pipeline.graph.flow.FlowTrees;
import io.lakebeam.pipeline.graph.flow.ReadFlows;
import io.lakebeam.pipeline.graph.flow.ReadTableRows;
import io.lakebeam.pipeline.graph.flow.ReadTask;
import io.lakebeam.pipeline.graph.flow.RejectedRow;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.pipeline.graph.upsert.CommitMerge;
import io.lakebeam.pipeline.graph.upsert.UpsertPart;
import io.lakebeam.pipeline.graph.view.CommitViews;
import io.lakebeam.pipeline.graph.view.GroupFiles;
import io.lakebeam.pipeline.graph.view.MergeSlots;
import io.lakebeam.pipeline.graph.view.RefreshViews;
import io.lakebeam.pipeline.graph.view.StartViewRefresh;
import io.lakebeam.pipeline.graph.view.ViewPart;
import io.lakebeam.pipeline.graph.view.ViewTables;
import io.lakebeam.pipeline.graph.window.CommitWindows;
import io.lakebeam.pipeline.graph.window.GroupWindows;
import io.lakebeam.pipeline.graph.window.StartWindows;
import io.lakebeam.pipeline.graph.window.WindowPart;
import io.lakebeam.row.Packed;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.Slice;
import io.lakebeam.spec.SourceSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Duration;

/**
 * Plays the runner of an {@link EpochGraph}: the same functions in the same order of stages, but
 * bundles of any size and order, done again and again as a runner that loses workers does. What
 * comes out of a step counts once, from one of its attempts; what the attempts did to files stays.
 *
 * <p>Queries are planned once; the pipeline that runs may be in another lake.
 */
public final class TestingGraph {
  private final Map<String, FlowTree> trees = new LinkedHashMap<>();
  private final FlowTrees flows;

  /** Reads the records of a slice of a source. */
  public interface Records {
    void read(SourceSpec source, Slice slice, Instant ingestedAt, RowOutput out);
  }

  public TestingGraph(CompiledPipeline pipeline) {
    this.flows = new FlowTrees(pipeline);
    for (SourceSpec source : pipeline.readSources()) {
      trees.put(source.name(), flows.of(source));
    }
  }

  /**
   * Runs an epoch to its end.
   *
   * @param random decides on everything that a runner is free to do
   * @throws RuntimeException what a step failed with, when it is not tried again
   */
  public void run(CompiledPipeline pipeline, EpochPlan plan, Records records, Random random) {
    new Run(pipeline, plan, records, random).run();
  }

  /** One epoch in one run. */
  private final class Run {
    private final CompiledPipeline pipeline;
    private final EpochPlan plan;
    private final Records records;
    private final Random random;
    private final BoundedWindow window;
    private final RegisterLookups lookups;
    private final Map<String, ViewTable> views = new LinkedHashMap<>();
    private final Map<String, AdditiveView> inputs = new LinkedHashMap<>();

    Run(CompiledPipeline pipeline, EpochPlan plan, Records records, Random random) {
      this.pipeline = pipeline;
      this.plan = plan;
      this.records = records;
      this.random = random;
      this.lookups = new RegisterLookups(pipeline);
      this.window = new IntervalWindow(Epochs.timestamp(plan.number()), Duration.millis(1));
      for (AdditiveView view : pipeline.additiveViews()) {
        views.put(view.name(), ViewTables.of(pipeline.id(), view));
        inputs.put(view.name(), view);
      }
    }

    void run() {
      List<DatasetOutcome> outcomes = commitTables(reports());
      outcomes.addAll(closeWindows());
      outcomes.addAll(mergeUpserts());
      outcomes.addAll(commitViews());
      outcomes.addAll(
          new TestingComputation(
                  pipeline,
                  plan,
                  lookups,
                  window,
                  random,
                  new TestingComputation.Steps() {
                    @Override
                    public <T> T step(Supplier<T> each) {
                      return Run.this.step(each);
                    }
                  })
              .run());
      List<EpochPart> parts = new ArrayList<>();
      parts.add(new EpochPart.Planned(plan));
      outcomes.forEach(outcome -> parts.add(new EpochPart.Ended(outcome)));
      CompleteEpoch complete = new CompleteEpoch(pipeline);
      step(
          () -> {
            Collections.shuffle(parts, random);
            List<Long> done = new ArrayList<>();
            complete.complete(KV.of("", parts), new CollectedOutput<>(done));
            return done;
          });
    }

    /** A step's output: of its only attempt, of a second after a failure, or of a needless one. */
    private <T> T step(Supplier<T> step) {
      T output;
      try {
        output = step.get();
      } catch (RuntimeException e) {
        if (random.nextInt(4) == 0) {
          return step.get();
        }
        throw e;
      }
      if (random.nextInt(12) == 0) {
        T other = step.get();
        return random.nextBoolean() ? output : other;
      }
      return output;
    }

    private Map<String, List<Packed<FlowReport>>> reports() {
      Map<String, List<Packed<FlowReport>>> reports = new LinkedHashMap<>();
      for (SourceSpec source : pipeline.readSources()) {
        Set<Set<String>> takers = new LinkedHashSet<>(Set.of(Set.of()));
        plan.slices().stream()
            .filter(slice -> slice.source().equals(source.name()))
            .forEach(slice -> takers.add(slice.into()));
        for (Set<String> into : takers) {
          for (List<Slice> bundle : bundles(source.name(), into)) {
            step(() -> flows(source, into, bundle))
                .forEach(
                    report ->
                        reports
                            .computeIfAbsent(report.table(), table -> new ArrayList<>())
                            .add(Packed.of(report)));
          }
        }
      }
      for (Slice slice : plan.slices()) {
        if (slice instanceof Slice.TableRows rows) {
          for (Slice.TableRows file : rows.parts(1)) {
            step(() -> flows(file))
                .forEach(
                    report ->
                        reports
                            .computeIfAbsent(report.table(), table -> new ArrayList<>())
                            .add(Packed.of(report)));
          }
        }
      }
      return reports;
    }

    private List<FlowReport> flows(Slice.TableRows rows) {
      lookups.register(plan.number());
      CompiledTable table = pipeline.table(rows.source()).orElseThrow();
      FlowTree tree = here(flows.rows(table, rows.into())).without(plan.decided());
      try (FlowRun run = new FlowRun(tree, plan.number())) {
        ReadTableRows.read(table, rows, run);
        return run.finish();
      }
    }

    /** The slices of a source cut anywhere, in any order, in as many bundles as may be. */
    private List<List<Slice>> bundles(String source, Set<String> into) {
      List<Slice> slices = new ArrayList<>();
      for (ReadTask task : ReadTask.of(plan, source, into, !into.isEmpty(), 1, Slice::parts)) {
        for (Slice slice : task.slices()) {
          if (random.nextInt(3) == 0) {
            slices.addAll(slice.parts(1 + random.nextInt(3)));
          } else {
            slices.add(slice);
          }
        }
      }
      Collections.shuffle(slices, random);
      List<List<Slice>> bundles = new ArrayList<>();
      for (int at = 0; at < slices.size(); ) {
        int to = Math.min(slices.size(), at + 1 + random.nextInt(3));
        bundles.add(slices.subList(at, to));
        at = to;
      }
      return bundles;
    }

    private List<FlowReport> flows(SourceSpec source, Set<String> into, List<Slice> bundle) {
      Instant ingestedAt = plan.plannedAt();
      lookups.register(plan.number());
      List<CompiledTable> quarantines =
          pipeline.tables().stream()
              .filter(table -> pipeline.sourcesOf(table).contains(source.name()))
              .filter(table -> into.isEmpty() || into.contains(table.name()))
              .filter(table -> !plan.decided().contains(table.name()))
              .toList();
      FlowTree all = here(into.isEmpty() ? trees.get(source.name()) : flows.of(source, into));
      Set<String> newFields = new LinkedHashSet<>();
      try (FlowRun run = new FlowRun(all.without(plan.decided()), plan.number())) {
        RowOutput output =
            new RowOutput() {
              @Override
              public void newField(String name) {
                newFields.add(name);
              }

              @Override
              public void row(InternalRow row) {
                run.row(row);
              }

              @Override
              public void rejected(Rejected record) {
                RejectedRow rejected =
                    new RejectedRow(
                        record.source(),
                        record.position(),
                        ingestedAt,
                        new String(record.raw(), StandardCharsets.UTF_8),
                        null,
                        record.error());
                quarantines.forEach(table -> run.reject(table, rejected));
              }

              @Override
              public void warning(String text) {
                throw new IllegalStateException(text);
              }
            };
        for (Slice slice : bundle) {
          records.read(source, slice, ingestedAt, output);
        }
        ReadFlows.requireColumns(LedgerPlace.of(pipeline).ledger(), source.name(), newFields);
        return run.finish();
      }
    }

    /** A flow tree over the tables of this run's lake. */
    private FlowTree here(FlowTree tree) {
      return new FlowTree(
          tree.relation(),
          tree.rows(),
          tree.isHandedOut(),
          tree.branches().stream()
              .map(
                  branch ->
                      new FlowTree.Branch(
                          here(branch.table()),
                          branch.query(),
                          branch.dependents().stream().map(this::here).toList(),
                          here(branch.accepted())))
              .toList());
    }

    private CompiledTable here(CompiledTable table) {
      return pipeline.table(table.name()).orElseThrow();
    }

    private List<DatasetOutcome> commitTables(Map<String, List<Packed<FlowReport>>> reports) {
      DecideTables decide = new DecideTables(pipeline);
      Decided decided =
          step(
              () -> {
                List<Packed<EpochPart>> parts = new ArrayList<>();
                parts.add(Packed.of(new EpochPart.Planned(plan)));
                reports.forEach(
                    (table, mine) -> {
                      // After the loss of a worker its bundles are written again, into other files.
                      List<Packed<FlowReport>> all =
                          random.nextInt(20) == 0 ? reports().get(table) : mine;
                      all.forEach(each -> parts.add(Packed.of(new EpochPart.Reported(each))));
                    });
                Collections.shuffle(parts, random);
                Decided out = Decided.nothing();
                decide.decide(KV.of("", parts), window, out);
                return out;
              });
      CommitTables commit = new CommitTables(LedgerPlace.of(pipeline), pipeline.tables());
      List<Packed<Decision>> tables = new ArrayList<>(decided.decisions());
      Collections.shuffle(tables, random);
      List<DatasetOutcome> outcomes = new ArrayList<>(decided.outcomes());
      for (Packed<Decision> table : tables) {
        outcomes.addAll(
            step(
                () -> {
                  List<DatasetOutcome> out = new ArrayList<>();
                  commit.commit(table, window, new CollectedOutput<>(out));
                  return out;
                }));
      }
      return outcomes;
    }

    private List<DatasetOutcome> closeWindows() {
      Map<String, CompiledWindows> windows = new LinkedHashMap<>();
      pipeline.windows().forEach(each -> windows.put(each.name(), each));
      StartWindows start = new StartWindows(LedgerPlace.of(pipeline), windows);
      CommitWindows commit =
          new CommitWindows(LedgerPlace.of(pipeline), windows, Budgets.of(pipeline.spec()));
      commit.setup();
      List<DatasetOutcome> outcomes = new ArrayList<>();
      for (String table : windows.keySet()) {
        List<KV<String, Packed<WindowPart>>> started = step(() -> look(start, table));
        if (started.isEmpty()) {
          continue;
        }
        WindowPart.Started read = (WindowPart.Started) started.get(0).getValue().unpack();
        List<Packed<WindowPart>> parts = new ArrayList<>(groups(read.files(), windows));
        // After the loss of a worker the table may be looked at once more.
        if (random.nextInt(20) == 0) {
          started = look(start, table);
        }
        started.forEach(each -> parts.add(each.getValue()));
        outcomes.addAll(
            step(
                () -> {
                  Collections.shuffle(parts, random);
                  List<DatasetOutcome> out = new ArrayList<>();
                  commit.commit(KV.of(table, parts), window, new CollectedOutput<>(out));
                  return out;
                }));
      }
      return outcomes;
    }

    private List<KV<String, Packed<WindowPart>>> look(StartWindows start, String table) {
      List<KV<String, Packed<WindowPart>>> out = new ArrayList<>();
      List<String> triggers = new ArrayList<>(List.of("", plan.plannedAt().toString()));
      Collections.shuffle(triggers, random);
      start.start(KV.of(table, triggers), window, new CollectedOutput<>(out));
      return out;
    }

    private List<Packed<WindowPart>> groups(
        List<WindowPart.File> files, Map<String, CompiledWindows> windows) {
      List<Packed<WindowPart>> parts = new ArrayList<>();
      for (int at = 0; at < files.size(); ) {
        int to = Math.min(files.size(), at + 1 + random.nextInt(4));
        List<WindowPart.File> bundle = files.subList(at, to);
        parts.addAll(step(() -> group(bundle, windows)));
        at = to;
      }
      return parts;
    }

    private List<Packed<WindowPart>> group(
        List<WindowPart.File> files, Map<String, CompiledWindows> windows) {
      GroupWindows group = new GroupWindows(lookups, windows);
      group.setup();
      group.startBundle();
      files.forEach(file -> group.read(file, window));
      List<Packed<WindowPart>> parts = new ArrayList<>();
      group.finishBundle(new FinishedWindows(group, parts));
      return parts;
    }

    private List<DatasetOutcome> mergeUpserts() {
      List<DatasetOutcome> outcomes = new ArrayList<>();
      for (CompiledUpsert upsert : pipeline.upserts()) {
        UpsertTable table = small(upsert.in(pipeline.id(), pipeline.lake()));
        Optional<Merge> merge = step(() -> table.merge(plan.plannedAt()));
        if (merge.isEmpty()) {
          continue;
        }
        String stem = Epochs.stem(plan.number());
        List<Packed<UpsertPart>> parts = new ArrayList<>();
        for (MergeUnit unit : merge.get().units()) {
          parts.add(Packed.of(new UpsertPart.Done(step(() -> table.merge(unit, stem)))));
        }
        // After the loss of a worker the table may be looked at once more.
        Optional<Merge> seen = random.nextInt(20) == 0 ? table.merge(plan.plannedAt()) : merge;
        seen.ifPresent(
            each -> parts.add(Packed.of(new UpsertPart.Started(each, plan.plannedAt()))));
        CommitMerge commit = new CommitMerge(Map.of(upsert.name(), table));
        outcomes.addAll(
            step(
                () -> {
                  Collections.shuffle(parts, random);
                  List<DatasetOutcome> out = new ArrayList<>();
                  commit.commit(KV.of(upsert.name(), parts), window, new CollectedOutput<>(out));
                  return out;
                }));
      }
      return outcomes;
    }

    /** The same table with files of a few rows. */
    private static UpsertTable small(UpsertTable table) {
      return new UpsertTable(
          table.path(),
          table.remembered(),
          table.upstream(),
          table.upstreamSchema(),
          table.application(),
          table.query(),
          table.partitionBy(),
          3);
    }

    private List<DatasetOutcome> commitViews() {
      StartViewRefresh start = new StartViewRefresh(new References(pipeline), views);
      start.setup();
      List<DatasetOutcome> outcomes = new ArrayList<>();
      for (String view : views.keySet()) {
        Refreshing started = step(() -> look(start, view));
        if (started.commits.isEmpty()) {
          continue;
        }
        Refreshing read = read(started.files);
        // After the loss of a worker the view may be looked at once more, when it has moved.
        if (random.nextInt(20) == 0) {
          started = look(start, view);
        }
        Refreshing meeting = started.with(read);
        meeting.commits.addAll(merge(meeting.slots));
        outcomes.addAll(
            step(
                () -> {
                  Collections.shuffle(meeting.commits, random);
                  List<DatasetOutcome> out = new ArrayList<>();
                  List<Packed<ViewPart>> parts =
                      meeting.commits.stream().map(KV::getValue).toList();
                  new CommitViews(views)
                      .commit(KV.of(view, parts), window, new CollectedOutput<>(out));
                  return out;
                }));
      }
      return outcomes;
    }

    private Refreshing look(StartViewRefresh start, String view) {
      Refreshing out = Refreshing.nothing();
      start.start(KV.of(view, List.of("")), out);
      return out;
    }

    private Refreshing read(List<ViewPart.File> files) {
      Refreshing all = Refreshing.nothing();
      for (int at = 0; at < files.size(); ) {
        int to = Math.min(files.size(), at + 1 + random.nextInt(4));
        List<ViewPart.File> bundle = files.subList(at, to);
        all = all.with(step(() -> group(bundle)));
        at = to;
      }
      return all;
    }

    private Refreshing group(List<ViewPart.File> files) {
      GroupFiles group = new GroupFiles(lookups, inputs, views);
      group.setup();
      group.startBundle();
      Refreshing out = Refreshing.nothing();
      files.forEach(file -> group.read(file, window, out));
      group.finishBundle(new Finished(group, out));
      return out;
    }

    private List<KV<String, Packed<ViewPart>>> merge(
        List<KV<KV<String, Integer>, Packed<ViewPart.OfSlot>>> parts) {
      MergeSlots merge = new MergeSlots(views);
      merge.setup();
      Map<KV<String, Integer>, List<Packed<ViewPart.OfSlot>>> slots = new LinkedHashMap<>();
      parts.forEach(
          part ->
              slots.computeIfAbsent(part.getKey(), key -> new ArrayList<>()).add(part.getValue()));
      List<KV<String, Packed<ViewPart>>> merged = new ArrayList<>();
      slots.forEach(
          (slot, of) ->
              merged.addAll(
                  step(
                      () -> {
                        Collections.shuffle(of, random);
                        List<KV<String, Packed<ViewPart>>> out = new ArrayList<>();
                        merge.merge(KV.of(slot, of), window, new CollectedOutput<>(out));
                        return out;
                      })));
      return merged;
    }
  }

  /** What refreshes of views put out. */
  private record Refreshing(
      List<ViewPart.File> files,
      List<KV<String, Packed<ViewPart>>> commits,
      List<KV<KV<String, Integer>, Packed<ViewPart.OfSlot>>> slots)
      implements DoFn.MultiOutputReceiver {
    static Refreshing nothing() {
      return new Refreshing(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    Refreshing with(Refreshing other) {
      Refreshing both = nothing();
      for (Refreshing each : List.of(this, other)) {
        both.files.addAll(each.files);
        both.commits.addAll(each.commits);
        both.slots.addAll(each.slots);
      }
      return both;
    }

    @SuppressWarnings("unchecked") // the tags are told apart
    <T> List<T> of(TupleTag<T> tag) {
      List<?> output =
          tag.equals(RefreshViews.FILES)
              ? files
              : tag.equals(RefreshViews.COMMITS) ? commits : slots;
      return (List<T>) output;
    }

    @Override
    public <T> DoFn.OutputReceiver<T> get(TupleTag<T> tag) {
      return new CollectedOutput<>(of(tag));
    }

    @Override
    public <T> DoFn.OutputReceiver<Row> getRowReceiver(TupleTag<T> tag) {
      throw new IllegalStateException("functions put out values, and nothing else");
    }
  }

  /** What is decided of tables, and what became of those of which nothing is. */
  record Decided(List<Packed<Decision>> decisions, List<DatasetOutcome> outcomes)
      implements DoFn.MultiOutputReceiver {
    static Decided nothing() {
      return new Decided(new ArrayList<>(), new ArrayList<>());
    }

    @Override
    @SuppressWarnings("unchecked") // the two tags are told apart
    public <T> DoFn.OutputReceiver<T> get(TupleTag<T> tag) {
      List<?> output = tag.equals(DecideTables.DECIDED) ? decisions : outcomes;
      return new CollectedOutput<>((List<T>) output);
    }

    @Override
    public <T> DoFn.OutputReceiver<Row> getRowReceiver(TupleTag<T> tag) {
      throw new IllegalStateException("functions put out values, and nothing else");
    }
  }

  /** Keeps what a function puts out when its bundle ends. */
  private static final class FinishedWindows
      extends DoFn<WindowPart.File, KV<String, Packed<WindowPart>>>.FinishBundleContext {
    private final List<Packed<WindowPart>> output;

    FinishedWindows(GroupWindows function, List<Packed<WindowPart>> output) {
      function.super();
      this.output = output;
    }

    @Override
    public org.apache.beam.sdk.options.PipelineOptions getPipelineOptions() {
      throw new IllegalStateException("nothing depends on options");
    }

    @Override
    public void output(
        KV<String, Packed<WindowPart>> value,
        org.joda.time.Instant timestamp,
        BoundedWindow window) {
      output.add(value.getValue());
    }

    @Override
    public <T> void output(
        TupleTag<T> tag, T value, org.joda.time.Instant timestamp, BoundedWindow window) {
      throw new IllegalStateException("there is one output");
    }
  }

  /** Keeps what a function puts out when its bundle ends. */
  private static final class Finished
      extends DoFn<ViewPart.File, KV<KV<String, Integer>, Packed<ViewPart.OfSlot>>>
          .FinishBundleContext {
    private final Refreshing output;

    public Finished(GroupFiles function, Refreshing output) {
      function.super();
      this.output = output;
    }

    @Override
    public org.apache.beam.sdk.options.PipelineOptions getPipelineOptions() {
      throw new IllegalStateException("nothing depends on options");
    }

    @Override
    public void output(
        KV<KV<String, Integer>, Packed<ViewPart.OfSlot>> value,
        org.joda.time.Instant timestamp,
        BoundedWindow window) {
      throw new IllegalStateException("outputs are told apart");
    }

    @Override
    public <T> void output(
        TupleTag<T> tag, T value, org.joda.time.Instant timestamp, BoundedWindow window) {
      output.of(tag).add(value);
    }
  }
}
