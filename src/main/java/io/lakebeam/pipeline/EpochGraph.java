package io.lakebeam.pipeline;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.source.SourceReader;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.sql.FunctionLibrary;
import io.lakebeam.sql.Lookups;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.sql.SqlTransform;
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
import org.apache.beam.sdk.values.TupleTagList;

/**
 * A compiled pipeline as one Beam graph, the same on every runner and for every kind of update;
 * only the root differs, which says where plans come from. Building it does no I/O.
 *
 * <pre>
 *  plans ─┬─ slices ─ read ─┬─ rows ─ SQL and verdicts ─ write ─┬─ accepted rows ─ (next table)
 *         │                 └─ rejected ─ write ─┐              └─ reports ─┐
 *         │                                      └──────── reports ─────────┤
 *         │                                                  group by table, commit
 *         │                                                                 │
 *         ├──────────────────────────── look how far views are behind ──────┤ outcomes
 *         │                              files ─ read ─ SQL ─ group ─ merge, commit
 *         │                                                                 │
 *         └─ heartbeat ──────────────────────────────────────── complete the epoch
 * </pre>
 */
public final class EpochGraph {
  private final CompiledPipeline pipeline;
  private final int workers;
  private final FunctionLibrary functions;
  private final RegisterLookups lookups;
  private final Map<String, PCollection<Row>> sourceRows = new HashMap<>();
  private final Map<String, PCollection<RejectedRow>> rejected = new HashMap<>();
  private final Map<String, PCollection<Row>> tableRows = new HashMap<>();
  private final List<PCollection<KV<String, Packed<FlowReport>>>> reports = new ArrayList<>();

  private EpochGraph(CompiledPipeline pipeline, int workers) {
    this.pipeline = pipeline;
    this.workers = workers;
    this.functions = pipeline.functions().with(Map.copyOf(Lookups.functions()));
    this.lookups = new RegisterLookups(pipeline);
  }

  /**
   * Builds the graph.
   *
   * @param root gives the plans, each at the timestamp of its epoch: {@link PlanRoots}
   * @param workers how many workers read at the same time; slices are cut for them
   */
  public static void build(
      Pipeline beam,
      CompiledPipeline pipeline,
      PTransform<PBegin, PCollection<EpochPlan>> root,
      int workers) {
    new EpochGraph(pipeline, workers).build(beam, root);
  }

  private void build(Pipeline beam, PTransform<PBegin, PCollection<EpochPlan>> root) {
    PCollection<EpochPlan> plans =
        beam.apply("Plans", root)
            .setCoder(SerializableCoder.of(EpochPlan.class))
            .apply("Epochs", Window.into(Epochs.windows()));
    pipeline.readSources().forEach(source -> read(plans, source));
    pipeline.tables().forEach(this::write);
    PCollection<DatasetOutcome> tables = commitTables(beam);
    PCollectionList<DatasetOutcome> outcomes = PCollectionList.of(tables);
    if (!pipeline.views().isEmpty()) {
      outcomes = outcomes.and(new RefreshViews(pipeline, functions, lookups).after(plans, tables));
    }
    complete(plans, outcomes);
  }

  private void read(PCollection<EpochPlan> plans, SourceSpec source) {
    PCollectionTuple read =
        plans
            .apply("Slices of " + source.name(), ParDo.of(new SlicesOf(source.name(), workers)))
            .setCoder(SerializableCoder.of(ReadTask.class))
            .apply("Spread " + source.name(), Redistribute.arbitrarily())
            .apply(
                "Read " + source.name(),
                ParDo.of(new ReadSlices(source, lookups))
                    .withOutputTags(ReadSlices.ROWS, TupleTagList.of(ReadSlices.REJECTED)));
    Schema schema = SourceReader.rowSchema(source).beamSchema();
    sourceRows.put(source.name(), read.get(ReadSlices.ROWS).setRowSchema(schema));
    rejected.put(
        source.name(),
        read.get(ReadSlices.REJECTED).setCoder(SerializableCoder.of(RejectedRow.class)));
  }

  private void write(CompiledTable table) {
    List<CompiledTable> followers = followers(table.name());
    Schema schema = table.rowSchema().beamSchema();
    List<PCollection<Row>> accepted = new ArrayList<>();
    for (String source : pipeline.sourcesOf(table)) {
      quarantine(table.name() + " from " + source + ", rejected", table, rejected.get(source));
    }
    for (CompiledFlow flow : table.flows()) {
      String name = table.name() + " from " + flow.name();
      PCollectionTuple written =
          rows(name, table, flow)
              .apply(
                  "Write " + name,
                  ParDo.of(new WriteFlow(table, followers))
                      .withOutputTags(WriteFlow.ACCEPTED, TupleTagList.of(WriteFlow.REPORTS)));
      accepted.add(written.get(WriteFlow.ACCEPTED).setRowSchema(schema));
      reports.add(written.get(WriteFlow.REPORTS).setCoder(FlowReport.coder()));
    }
    if (!followers.isEmpty()) {
      tableRows.put(
          table.name(),
          accepted.size() == 1
              ? accepted.get(0)
              : PCollectionList.of(accepted)
                  .apply("Rows of " + table.name(), Flatten.pCollections()));
    }
  }

  /** Every table that reads a table's rows, itself or through others. */
  private List<CompiledTable> followers(String table) {
    Set<String> reached = new LinkedHashSet<>(Set.of(table));
    List<CompiledTable> followers = new ArrayList<>();
    // In topological order, so one pass reaches all.
    for (CompiledTable candidate : pipeline.tables()) {
      Set<String> inputs = pipeline.graph().dataset(candidate.name()).orElseThrow().inputs();
      if (!candidate.name().equals(table) && !Collections.disjoint(inputs, reached)) {
        reached.add(candidate.name());
        followers.add(candidate);
      }
    }
    return followers;
  }

  /** The flow's rows with their verdicts; rows on which its SQL fails go to the quarantine. */
  private PCollection<Row> rows(String name, CompiledTable table, CompiledFlow flow) {
    PCollection<Row> input = input(name, flow);
    if (!(flow.query() instanceof CompiledFlow.Sql sql)) {
      return input;
    }
    return PCollectionTuple.of(sql.relation(), input)
        .apply(
            "Query " + name,
            functions
                .register(SqlTransform.query(sql.text()).withAutoLoading(false))
                .withErrorsTransformer(new QuarantineSqlErrors(name, table)));
  }

  private PCollection<Row> input(String name, CompiledFlow flow) {
    if (flow.input() instanceof CompiledFlow.FromSource source) {
      return sourceRows.get(source.source());
    }
    if (flow.input() instanceof CompiledFlow.FromTable from) {
      return tableRows.get(from.table());
    }
    CompiledFlow.FromTransform transform = (CompiledFlow.FromTransform) flow.input();
    PCollectionTuple inputs = null;
    for (String from : transform.from()) {
      PCollection<Row> rows = tableRows.getOrDefault(from, sourceRows.get(from));
      inputs = inputs == null ? PCollectionTuple.of(from, rows) : inputs.and(from, rows);
    }
    try {
      return inputs.apply(
          "Transform " + name, TransformLoader.load(transform.className(), transform.options()));
    } catch (TransformLoader.UnusableTransformException e) {
      throw new IllegalStateException("it was usable when the pipeline was compiled", e);
    }
  }

  private void quarantine(String name, CompiledTable table, PCollection<RejectedRow> rows) {
    reports.add(
        rows.apply("Quarantine " + name, ParDo.of(new WriteRejected(table)))
            .setCoder(FlowReport.coder()));
  }

  /** What becomes of the rows on which a flow's SQL fails. */
  private final class QuarantineSqlErrors
      extends PTransform<PCollection<Row>, PCollection<RejectedRow>> {
    private final transient String flow;
    private final transient CompiledTable table;
    private int stages;

    QuarantineSqlErrors(String flow, CompiledTable table) {
      this.flow = flow;
      this.table = table;
    }

    @Override
    public PCollection<RejectedRow> expand(PCollection<Row> failures) {
      PCollection<RejectedRow> rows =
          failures
              .apply("Explain", ParDo.of(new ExplainSqlError()))
              .setCoder(SerializableCoder.of(RejectedRow.class));
      quarantine(flow + ", failed " + stages++, table, rows);
      return rows;
    }
  }

  private PCollection<DatasetOutcome> commitTables(Pipeline beam) {
    return PCollectionList.of(reports)
        .apply("Reports", Flatten.pCollections())
        .apply("Reports of a table", GroupByKey.create())
        .apply("Commit tables", ParDo.of(new CommitTables(pipeline.name(), pipeline.tables())))
        .setCoder(SerializableCoder.of(DatasetOutcome.class));
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
        .apply(
            "Complete epochs",
            ParDo.of(new CompleteEpoch(pipeline.spec().lake(), pipeline.name())));
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
