package io.lakebeam.pipeline.graph;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledFlow;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.Deduplication;
import io.lakebeam.pipeline.TransformLoader;
import io.lakebeam.pipeline.graph.computed.ComputeViews;
import io.lakebeam.pipeline.graph.flow.BucketedRows;
import io.lakebeam.pipeline.graph.flow.DropDuplicates;
import io.lakebeam.pipeline.graph.flow.FilesOf;
import io.lakebeam.pipeline.graph.flow.FlowReport;
import io.lakebeam.pipeline.graph.flow.FlowTree;
import io.lakebeam.pipeline.graph.flow.FlowTrees;
import io.lakebeam.pipeline.graph.flow.HandedOut;
import io.lakebeam.pipeline.graph.flow.ReadFlows;
import io.lakebeam.pipeline.graph.flow.ReadTableRows;
import io.lakebeam.pipeline.graph.flow.ReadTask;
import io.lakebeam.pipeline.graph.flow.ReplayRefused;
import io.lakebeam.pipeline.graph.flow.SlicesOf;
import io.lakebeam.pipeline.graph.flow.TransformedFlows;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.pipeline.graph.plan.PackedCoder;
import io.lakebeam.pipeline.graph.plan.PlanRoots;
import io.lakebeam.pipeline.graph.upsert.MergeUpserts;
import io.lakebeam.pipeline.graph.view.RefreshViews;
import io.lakebeam.pipeline.graph.window.CloseWindows;
import io.lakebeam.pipeline.replay.Replayer;
import io.lakebeam.row.BeamRows;
import io.lakebeam.row.BeamSchemas;
import io.lakebeam.row.Packed;
import io.lakebeam.source.Patience;
import io.lakebeam.source.Slice;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.Trust;
import io.lakebeam.storage.Storage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Redistribute;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * A compiled pipeline as one Beam graph, the same on every runner and for every kind of update;
 * only the root differs, which says where plans come from. Building it does no I/O.
 *
 * <pre>
 *  plans ─┬─ slices ─ spread ─ read, query, judge, write ─┬─ reports ─ gather, decide ─ commit
 *         │                       (a source's flow tree)   │
 *         │                                                └─ rows for an author's transform, or to
 *         │                                                   meet those like them
 *         │                                                                 │ outcomes
 *         ├─ look which windows are closed ─ files ─ spread ─ read, query, group ─ judge, commit
 *         │                                                                 │ outcomes
 *         ├─ look how far upsert tables are behind ─ units ─ spread ─ merge ─ commit
 *         │                                                                 │ outcomes
 *         ├─ look how far views are behind ─ files ─ spread ─ read, query, group ─ merge, commit
 *         │                                                                 │ outcomes
 *         ├─ look what other views lack ─ scans ─ spread ─ read ─ exchange, operate ... ─ write, commit
 *         │                                                                 │ outcomes
 *         └─ heartbeat ──────────────────────────────────────── complete the epoch
 * </pre>
 *
 * All row-wise work on a slice is one step (docs/decisions/0008-fused-flows.md): runners that pass
 * rows between steps would store them, and compute a step twice that two others follow.
 */
public final class EpochGraph {
  /** More make more files, fewer hold more rows in memory at once. */
  private static final int BUCKETS_OF_A_WORKER = 2;

  private static final TupleTag<KV<String, Packed<FlowReport>>> REPORTS = new TupleTag<>() {};

  private final CompiledPipeline pipeline;
  private final Storage storage;
  private final FlowTrees trees;
  private final RegisterLookups lookups;
  private final CloseWindows windows;
  private final MergeUpserts upserts;
  private final RefreshViews views;
  private final Patience patience;

  /**
   * Plans the pipeline's queries; one graph may be built any number of times.
   *
   * @param patience with a broker that goes away while it is read
   */
  public EpochGraph(CompiledPipeline pipeline, Patience patience) {
    this.pipeline = pipeline;
    this.storage = pipeline.storage();
    this.trees = new FlowTrees(pipeline);
    this.lookups = new RegisterLookups(pipeline);
    this.windows = new CloseWindows(pipeline, lookups);
    this.upserts = new MergeUpserts(pipeline);
    this.views = new RefreshViews(pipeline, lookups);
    this.patience = patience;
  }

  /**
   * Builds the graph of one epoch.
   *
   * @param plan the attempt at it
   * @param workers how many workers read at the same time; slices are cut for them
   */
  public void build(Pipeline beam, EpochPlan plan, int workers) {
    build(beam, PlanRoots.of(plan), workers, plan.decided(), partialReads(plan));
  }

  /**
   * Builds the graph of all epochs to come, of which nothing is decided and that read no tables.
   *
   * @param root gives the plans, each at the timestamp of its epoch: {@link PlanRoots}
   * @param workers how many workers read at the same time; slices are cut for them
   */
  public void build(Pipeline beam, PTransform<PBegin, PCollection<EpochPlan>> root, int workers) {
    build(beam, root, workers, Set.of(), Set.of());
  }

  /** What an epoch reads for some tables only, each once. */
  private static Set<PartialRead> partialReads(EpochPlan plan) {
    Set<PartialRead> reads = new LinkedHashSet<>();
    for (Slice slice : plan.slices()) {
      if (!slice.into().isEmpty()) {
        reads.add(new PartialRead(slice.source(), slice.into(), slice.isHistory()));
      }
    }
    return reads;
  }

  /** Rows of a table or source for some of those that read it. */
  private record PartialRead(String relation, Set<String> into, boolean isHistory) {
    FlowReport.Origin origin() {
      return isHistory ? FlowReport.Origin.HISTORY : FlowReport.Origin.NEWS;
    }

    @Override
    public String toString() {
      return (isHistory ? "history of " : "") + relation + " for " + String.join(", ", into);
    }
  }

  private void build(
      Pipeline beam,
      PTransform<PBegin, PCollection<EpochPlan>> root,
      int workers,
      Set<String> decided,
      Set<PartialRead> partialReads) {
    PCollection<EpochPlan> plans =
        beam.apply("Plans", root)
            .setCoder(SerializableCoder.of(EpochPlan.class))
            .apply("Epochs", Window.into(Epochs.windows()));
    PCollection<DatasetOutcome> tables =
        commitTables(plans, reports(plans, workers, decided, partialReads));
    PCollectionList<DatasetOutcome> outcomes = PCollectionList.of(tables);
    PCollection<DatasetOutcome> committed = tables;
    if (!pipeline.windows().isEmpty()) {
      outcomes = outcomes.and(windows.after(plans, tables));
    }
    if (!pipeline.upserts().isEmpty()) {
      outcomes = outcomes.and(upserts.after(plans, tables));
    }
    if (outcomes.size() > 1) {
      committed = outcomes.apply("All tables", Flatten.pCollections());
    }
    if (!pipeline.additiveViews().isEmpty()) {
      outcomes = outcomes.and(views.after(plans, committed));
    }
    List<List<ComputedView>> groups = ComputeViews.groups(pipeline);
    for (int i = 0; i < groups.size(); i++) {
      String name = groups.size() == 1 ? "Computed views" : "Computed views " + (i + 1);
      // What they read is committed then, views too.
      PCollection<DatasetOutcome> before =
          outcomes.apply("All before " + name, Flatten.pCollections());
      outcomes =
          outcomes.and(
              new ComputeViews(name, pipeline, groups.get(i), lookups).after(plans, before));
    }
    complete(plans, outcomes);
  }

  /** What the flows of all sources and transforms have written. */
  private PCollectionList<KV<String, Packed<FlowReport>>> reports(
      PCollection<EpochPlan> plans,
      int workers,
      Set<String> decided,
      Set<PartialRead> partialReads) {
    HandedOut handedOut = new HandedOut();
    List<PCollection<KV<String, Packed<FlowReport>>>> reports = new ArrayList<>();
    for (SourceSpec source : pipeline.readSources()) {
      reports.add(read(plans, source, Set.of(), workers, decided, handedOut));
    }
    for (PartialRead each : partialReads) {
      pipeline.readSources().stream()
          .filter(source -> source.name().equals(each.relation()))
          .map(source -> read(plans, source, each.into(), workers, decided, handedOut))
          .forEach(reports::add);
      pipeline.tables().stream()
          .filter(table -> table.name().equals(each.relation()))
          .map(table -> rows(plans, table, each, workers, decided, handedOut))
          .forEach(reports::add);
      pipeline.tables().stream()
          .filter(table -> each.relation().equals(Slice.RefusedRows.SOURCE))
          .filter(table -> each.into().contains(table.name()) && !decided.contains(table.name()))
          .map(table -> refused(plans, table, each, workers, decided, handedOut))
          .forEach(reports::add);
    }
    // In topological order: when a transform's turn comes, all rows of its inputs are there.
    for (CompiledTable table : pipeline.tables()) {
      if (decided.contains(table.name())) {
        continue;
      }
      for (CompiledFlow flow : table.flows()) {
        if (flow.input() instanceof CompiledFlow.FromTransform transform) {
          reports.add(transform(table, flow, transform, decided, handedOut));
        }
      }
      if (table.deduplication().isPresent()) {
        reports.add(distinct(table, workers, decided, handedOut));
      }
    }
    return PCollectionList.of(reports);
  }

  /**
   * @param into the tables that take the rows; none where all take them that read the source
   */
  private PCollection<KV<String, Packed<FlowReport>>> read(
      PCollection<EpochPlan> plans,
      SourceSpec source,
      Set<String> into,
      int workers,
      Set<String> decided,
      HandedOut handedOut) {
    FlowTree all = into.isEmpty() ? trees.of(source) : trees.of(source, into);
    FlowTree tree = all.without(decided);
    String name =
        into.isEmpty() ? source.name() : new PartialRead(source.name(), into, true).toString();
    HandedOut.Outputs handed = handedOut.outputs(tree);
    List<CompiledTable> quarantines =
        pipeline.tables().stream()
            .filter(table -> pipeline.sourcesOf(table).contains(source.name()))
            .filter(table -> into.isEmpty() || into.contains(table.name()))
            .filter(table -> !decided.contains(table.name()))
            .toList();
    PCollectionTuple read =
        plans
            .apply("Slices of " + name, ParDo.of(new SlicesOf(storage, source, into, workers)))
            .setCoder(SerializableCoder.of(ReadTask.class))
            .apply("Spread " + name, Redistribute.arbitrarily())
            .apply(
                "Flows from " + name,
                ParDo.of(
                        new ReadFlows(
                            storage,
                            ledgerPlace(),
                            source,
                            tree,
                            quarantines,
                            handed,
                            lookups,
                            patience,
                            into.isEmpty() ? FlowReport.Origin.NEWS : FlowReport.Origin.HISTORY))
                    .withOutputTags(REPORTS, handed.tags()));
    handedOut.add(read, handed);
    return read.get(REPORTS).setCoder(FlowReport.coder());
  }

  /** Rows that a table has, into what takes them. */
  private PCollection<KV<String, Packed<FlowReport>>> rows(
      PCollection<EpochPlan> plans,
      CompiledTable table,
      PartialRead read,
      int workers,
      Set<String> decided,
      HandedOut handedOut) {
    FlowTree tree = trees.rows(table, read.into()).without(decided);
    HandedOut.Outputs handed = handedOut.outputs(tree);
    PCollectionTuple rows =
        plans
            .apply(
                "Files of " + read,
                ParDo.of(new FilesOf(table.name(), read.into(), read.isHistory(), workers)))
            .setCoder(SerializableCoder.of(ReadTask.class))
            .apply("Spread " + read, Redistribute.arbitrarily())
            .apply(
                "Flows from " + read,
                ParDo.of(new ReadTableRows(table, tree, handed, lookups, read.origin()))
                    .withOutputTags(REPORTS, handed.tags()));
    handedOut.add(rows, handed);
    return rows.get(REPORTS).setCoder(FlowReport.coder());
  }

  /** Rows that a table has refused, into that table once more and what takes its rows. */
  private PCollection<KV<String, Packed<FlowReport>>> refused(
      PCollection<EpochPlan> plans,
      CompiledTable table,
      PartialRead read,
      int workers,
      Set<String> decided,
      HandedOut handedOut) {
    FlowTree tree = trees.again(table).without(decided);
    HandedOut.Outputs handed = handedOut.outputs(tree);
    PCollectionTuple rows =
        plans
            .apply(
                "Files of " + read,
                ParDo.of(new FilesOf(read.relation(), read.into(), read.isHistory(), workers)))
            .setCoder(SerializableCoder.of(ReadTask.class))
            .apply("Spread " + read, Redistribute.arbitrarily())
            .apply(
                "Flows from " + read,
                ParDo.of(
                        new ReplayRefused(
                            ledgerPlace(),
                            Replayer.Plan.of(pipeline, table),
                            tree,
                            handed,
                            lookups))
                    .withOutputTags(REPORTS, handed.tags()));
    handedOut.add(rows, handed);
    return rows.get(REPORTS).setCoder(FlowReport.coder());
  }

  private PCollection<KV<String, Packed<FlowReport>>> transform(
      CompiledTable table,
      CompiledFlow flow,
      CompiledFlow.FromTransform transform,
      Set<String> decided,
      HandedOut handedOut) {
    String name = table.name() + " from " + flow.name();
    PCollection<Row> rows;
    try {
      rows =
          handedOut
              .inputs(name, transform.from())
              .apply(
                  "Transform " + name,
                  TransformLoader.load(transform.className(), transform.options(), Trust.AS_CODE));
    } catch (TransformLoader.UnusableTransformException e) {
      throw new IllegalStateException(
          "it was usable, and allowed, when the pipeline was compiled", e);
    }
    TableSchema columns = columns(rows.getSchema());
    FlowTree tree = trees.of(table, flow, columns).without(decided);
    HandedOut.Outputs handed = handedOut.outputs(tree);
    PCollectionTuple written =
        rows.apply(
            "Flows from " + name,
            ParDo.of(
                    new TransformedFlows(
                        new BeamRows(columns.columns(), rows.getSchema()), tree, handed, lookups))
                .withOutputTags(REPORTS, handed.tags()));
    handedOut.add(written, handed);
    return written.get(REPORTS).setCoder(FlowReport.coder());
  }

  /**
   * Rows that are like each other meet in one place, where those are dropped that the table has
   * already.
   */
  private PCollection<KV<String, Packed<FlowReport>>> distinct(
      CompiledTable table, int workers, Set<String> decided, HandedOut handedOut) {
    String candidates = Deduplication.candidates(table.name());
    PCollection<Row> rows =
        handedOut.inputs("duplicates of " + table.name(), List.of(candidates)).get(candidates);
    BeamRows beamRows = new BeamRows(table.rowSchema().columns(), rows.getSchema());
    FlowTree tree = trees.withoutDuplicates(table).without(decided);
    HandedOut.Outputs handed = handedOut.outputs(tree);
    PCollectionTuple written =
        rows.apply(
                "Buckets of " + table.name(),
                ParDo.of(
                    new BucketedRows(
                        beamRows,
                        table.rowSchema(),
                        table.deduplication().orElseThrow().by(),
                        workers * BUCKETS_OF_A_WORKER)))
            .setCoder(KvCoder.of(VarIntCoder.of(), rows.getCoder()))
            .apply("Rows alike of " + table.name(), GroupByKey.create())
            .apply(
                "Drop duplicates of " + table.name(),
                ParDo.of(new DropDuplicates(ledgerPlace(), beamRows, table, tree, handed, lookups))
                    .withOutputTags(REPORTS, handed.tags()));
    handedOut.add(written, handed);
    return written.get(REPORTS).setCoder(FlowReport.coder());
  }

  private static TableSchema columns(Schema schema) {
    try {
      return BeamSchemas.columns(schema);
    } catch (BeamSchemas.UnsupportedFieldException e) {
      throw new IllegalStateException("the fields had types when the pipeline was compiled", e);
    }
  }

  private PCollection<DatasetOutcome> commitTables(
      PCollection<EpochPlan> plans, PCollectionList<KV<String, Packed<FlowReport>>> reports) {
    PCollection<Packed<EpochPart>> written =
        reports
            .apply("Reports", Flatten.pCollections())
            .apply("Written", ParDo.of(new OfReport()))
            .setCoder(PackedCoder.of());
    PCollection<Packed<EpochPart>> planned =
        plans.apply("Planned", ParDo.of(new ToDecide())).setCoder(PackedCoder.of());
    PCollectionTuple decided =
        PCollectionList.of(written)
            .and(planned)
            .apply("Plan and reports", Flatten.pCollections())
            .apply("One decision", WithKeys.of(""))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), PackedCoder.of()))
            .apply("Reports of an epoch", GroupByKey.create())
            .apply(
                "Decide tables",
                ParDo.of(new DecideTables(pipeline))
                    .withOutputTags(
                        DecideTables.DECIDED, TupleTagList.of(DecideTables.NOT_DECIDED)));
    PCollection<DatasetOutcome> committed =
        decided
            .get(DecideTables.DECIDED)
            .setCoder(PackedCoder.of())
            .apply("Spread decisions", Redistribute.arbitrarily())
            .apply(
                "Commit tables",
                ParDo.of(new CommitTables(LedgerPlace.of(pipeline), pipeline.tables())))
            .setCoder(SerializableCoder.of(DatasetOutcome.class));
    return PCollectionList.of(committed)
        .and(
            decided
                .get(DecideTables.NOT_DECIDED)
                .setCoder(SerializableCoder.of(DatasetOutcome.class)))
        .apply("Outcomes of tables", Flatten.pCollections());
  }

  private static final class OfReport
      extends DoFn<KV<String, Packed<FlowReport>>, Packed<EpochPart>> {
    @ProcessElement
    public void part(
        @Element KV<String, Packed<FlowReport>> report, OutputReceiver<Packed<EpochPart>> out) {
      out.output(Packed.of(new EpochPart.Reported(report.getValue())));
    }
  }

  private static final class ToDecide extends DoFn<EpochPlan, Packed<EpochPart>> {
    @ProcessElement
    public void part(@Element EpochPlan plan, OutputReceiver<Packed<EpochPart>> out) {
      out.output(Packed.of(new EpochPart.Planned(plan)));
    }
  }

  private LedgerPlace ledgerPlace() {
    return LedgerPlace.of(pipeline);
  }

  private void complete(PCollection<EpochPlan> plans, PCollectionList<DatasetOutcome> outcomes) {
    SerializableCoder<EpochPart> coder = SerializableCoder.of(EpochPart.class);
    PCollection<EpochPart> heartbeats =
        plans.apply("Heartbeat", ParDo.of(new OfPlan())).setCoder(coder);
    PCollection<EpochPart> ends =
        outcomes
            .apply("Outcomes", Flatten.pCollections())
            .apply("Ends", ParDo.of(new OfOutcome()))
            .setCoder(coder);
    PCollectionList.of(heartbeats)
        .and(ends)
        .apply("Epoch parts", Flatten.pCollections())
        .apply("One epoch", WithKeys.of(""))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), coder))
        .apply("Parts of an epoch", GroupByKey.create())
        .apply("Complete epochs", ParDo.of(new CompleteEpoch(pipeline)));
  }

  private static final class OfPlan extends DoFn<EpochPlan, EpochPart> {
    @ProcessElement
    public void part(@Element EpochPlan plan, OutputReceiver<EpochPart> out) {
      out.output(new EpochPart.Planned(plan));
    }
  }

  private static final class OfOutcome extends DoFn<DatasetOutcome, EpochPart> {
    @ProcessElement
    public void part(@Element DatasetOutcome outcome, OutputReceiver<EpochPart> out) {
      out.output(new EpochPart.Ended(outcome));
    }
  }
}
