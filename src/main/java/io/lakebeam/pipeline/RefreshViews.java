package io.lakebeam.pipeline;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.sql.FunctionLibrary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.sql.SqlTransform;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Redistribute;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Brings every view up to date with the table it follows, once that table is committed. Each epoch
 * looks at each view, so a view that missed something in an earlier attempt catches up.
 */
final class RefreshViews {
  private static final KvCoder<String, Packed<ViewPart>> PARTS =
      KvCoder.of(StringUtf8Coder.of(), Packed.coder());
  private static final KvCoder<String, String> TRIGGERS =
      KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of());

  private final List<CompiledView> views;
  private final Map<String, ViewTable> tables = new LinkedHashMap<>();
  private final FunctionLibrary functions;
  private final RegisterLookups lookups;

  RefreshViews(CompiledPipeline pipeline, FunctionLibrary functions, RegisterLookups lookups) {
    this.views = pipeline.views();
    this.functions = functions;
    this.lookups = lookups;
    views.forEach(view -> tables.put(view.name(), ViewTables.of(pipeline.name(), view)));
  }

  PCollection<DatasetOutcome> after(
      PCollection<EpochPlan> plans, PCollection<DatasetOutcome> committed) {
    PCollection<KV<String, Iterable<String>>> triggers =
        PCollectionList.of(
                plans.apply("View heartbeats", ParDo.of(new TriggerAll(views))).setCoder(TRIGGERS))
            .and(
                committed
                    .apply("View triggers", ParDo.of(new TriggerFollowers(views)))
                    .setCoder(TRIGGERS))
            .apply("Triggers", Flatten.pCollections())
            .apply("Triggers of a view", GroupByKey.create());
    List<PCollection<KV<String, Packed<ViewPart>>>> parts = new ArrayList<>();
    views.forEach(view -> parts.addAll(refresh(triggers, view)));
    return PCollectionList.of(parts)
        .apply("View parts", Flatten.pCollections())
        .apply("Parts of a view", GroupByKey.create())
        .apply("Commit views", ParDo.of(new CommitViews(tables)))
        .setCoder(SerializableCoder.of(DatasetOutcome.class));
  }

  private List<PCollection<KV<String, Packed<ViewPart>>>> refresh(
      PCollection<KV<String, Iterable<String>>> triggers, CompiledView view) {
    String name = view.name();
    PCollectionTuple started =
        triggers.apply(
            "Refresh " + name,
            ParDo.of(new StartViewRefresh(name, tables.get(name)))
                .withOutputTags(StartViewRefresh.FILES, TupleTagList.of(StartViewRefresh.PARTS)));
    List<String> reads = view.query().reads();
    PCollection<Row> rows =
        started
            .get(StartViewRefresh.FILES)
            .setCoder(SerializableCoder.of(DataFile.class))
            .apply("Spread files for " + name, Redistribute.arbitrarily())
            .apply(
                "Read files for " + name,
                ParDo.of(
                    new ReadTableFile(lookups, view.upstreamPath(), view.upstreamSchema(), reads)))
            .setRowSchema(ReadTableFile.rowSchema(view.upstreamSchema(), reads));
    Failures failures = new Failures(name);
    PCollection<KV<String, Packed<ViewPart>>> groups =
        PCollectionTuple.of(view.upstream(), rows)
            .apply(
                "Query " + name,
                functions
                    .register(SqlTransform.query(view.query().rows().sql()).withAutoLoading(false))
                    .withErrorsTransformer(failures))
            .apply("Group " + name, ParDo.of(new GroupRows(name, view.query())))
            .setCoder(PARTS);
    List<PCollection<KV<String, Packed<ViewPart>>>> parts = new ArrayList<>(failures.collected);
    parts.add(started.get(StartViewRefresh.PARTS).setCoder(PARTS));
    parts.add(groups);
    return parts;
  }

  /** Rows on which a view's SQL fails stop the view: it cannot leave them out and be right. */
  private static final class Failures
      extends PTransform<PCollection<Row>, PCollection<KV<String, Packed<ViewPart>>>> {
    private final transient List<PCollection<KV<String, Packed<ViewPart>>>> collected =
        new ArrayList<>();
    private final String view;

    Failures(String view) {
      this.view = view;
    }

    @Override
    public PCollection<KV<String, Packed<ViewPart>>> expand(PCollection<Row> failures) {
      PCollection<KV<String, Packed<ViewPart>>> parts =
          failures.apply("Explain", ParDo.of(new ExplainFailure(view))).setCoder(PARTS);
      collected.add(parts);
      return parts;
    }
  }

  private static final class ExplainFailure extends DoFn<Row, KV<String, Packed<ViewPart>>> {
    private final String view;

    ExplainFailure(String view) {
      this.view = view;
    }

    @ProcessElement
    public void explain(@Element Row failure, OutputReceiver<KV<String, Packed<ViewPart>>> out) {
      String text = failure.getString("error") + ", on " + failure.getRow("row");
      out.output(KV.of(view, Packed.of(new ViewPart.Broken(text))));
    }
  }

  private static final class TriggerAll extends DoFn<EpochPlan, KV<String, String>> {
    private final List<CompiledView> views;

    TriggerAll(List<CompiledView> views) {
      this.views = views;
    }

    @ProcessElement
    public void trigger(OutputReceiver<KV<String, String>> out) {
      views.forEach(view -> out.output(KV.of(view.name(), "")));
    }
  }

  private static final class TriggerFollowers extends DoFn<DatasetOutcome, KV<String, String>> {
    private final List<CompiledView> views;

    TriggerFollowers(List<CompiledView> views) {
      this.views = views;
    }

    @ProcessElement
    public void trigger(@Element DatasetOutcome outcome, OutputReceiver<KV<String, String>> out) {
      for (CompiledView view : views) {
        if (view.upstream().equals(outcome.dataset())) {
          out.output(KV.of(view.name(), outcome.dataset()));
        }
      }
    }
  }
}
