package io.lakebeam.pipeline.graph.view;

import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.pipeline.AdditiveView;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.References;
import io.lakebeam.pipeline.graph.DatasetOutcome;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.PackedCoder;
import io.lakebeam.row.Packed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Redistribute;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Brings every view up to date with the table it follows, once that table is committed. Each epoch
 * looks at each view, so a view that missed something in an earlier attempt catches up.
 */
public final class RefreshViews {
  private static final KvCoder<String, Packed<ViewPart>> PARTS =
      KvCoder.of(StringUtf8Coder.of(), PackedCoder.of());
  private static final KvCoder<String, String> TRIGGERS =
      KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of());
  private static final KvCoder<KV<String, Integer>, Packed<ViewPart.OfSlot>> OF_SLOTS =
      KvCoder.of(KvCoder.of(StringUtf8Coder.of(), VarIntCoder.of()), PackedCoder.of());

  /** Files to be read. */
  public static final TupleTag<ViewPart.File> FILES = new TupleTag<>() {};

  /** What meets at the commit of a view. */
  public static final TupleTag<KV<String, Packed<ViewPart>>> COMMITS = new TupleTag<>() {};

  /** What meets at a slot of a view. */
  public static final TupleTag<KV<KV<String, Integer>, Packed<ViewPart.OfSlot>>> SLOTS =
      new TupleTag<>() {};

  private final List<AdditiveView> views;
  private final Map<String, ViewTable> tables = new LinkedHashMap<>();
  private final Map<String, AdditiveView> inputs = new LinkedHashMap<>();
  private final RegisterLookups lookups;
  private final References references;

  public RefreshViews(CompiledPipeline pipeline, RegisterLookups lookups) {
    this.views = pipeline.additiveViews();
    this.lookups = lookups;
    this.references = new References(pipeline);
    for (AdditiveView view : views) {
      tables.put(view.name(), ViewTables.of(pipeline.id(), view));
      inputs.put(view.name(), view);
    }
  }

  public PCollection<DatasetOutcome> after(
      PCollection<EpochPlan> plans, PCollection<DatasetOutcome> committed) {
    PCollectionTuple started =
        PCollectionList.of(
                plans.apply("View heartbeats", ParDo.of(new TriggerAll(views))).setCoder(TRIGGERS))
            .and(
                committed
                    .apply("View triggers", ParDo.of(new TriggerFollowers(views)))
                    .setCoder(TRIGGERS))
            .apply("Triggers", Flatten.pCollections())
            .apply("Triggers of a view", GroupByKey.create())
            .apply(
                "Start refreshes",
                ParDo.of(new StartViewRefresh(references, tables))
                    .withOutputTags(FILES, TupleTagList.of(COMMITS).and(SLOTS)));
    PCollectionTuple read =
        started
            .get(FILES)
            .setCoder(SerializableCoder.of(ViewPart.File.class))
            .apply("Spread files", Redistribute.arbitrarily())
            .apply(
                "Group files",
                ParDo.of(new GroupFiles(lookups, inputs, tables))
                    .withOutputTags(SLOTS, TupleTagList.of(COMMITS)));
    PCollection<KV<String, Packed<ViewPart>>> merged =
        PCollectionList.of(started.get(SLOTS).setCoder(OF_SLOTS))
            .and(read.get(SLOTS).setCoder(OF_SLOTS))
            .apply("Parts of slots", Flatten.pCollections())
            .apply("Parts of a slot", GroupByKey.create())
            .apply("Merge slots", ParDo.of(new MergeSlots(tables)))
            .setCoder(PARTS);
    return PCollectionList.of(started.get(COMMITS).setCoder(PARTS))
        .and(read.get(COMMITS).setCoder(PARTS))
        .and(merged)
        .apply("View parts", Flatten.pCollections())
        .apply("Parts of a view", GroupByKey.create())
        .apply("Commit views", ParDo.of(new CommitViews(tables)))
        .setCoder(SerializableCoder.of(DatasetOutcome.class));
  }

  private static final class TriggerAll extends DoFn<EpochPlan, KV<String, String>> {
    private final List<String> views;

    TriggerAll(List<AdditiveView> views) {
      this.views = views.stream().map(AdditiveView::name).toList();
    }

    @ProcessElement
    public void trigger(OutputReceiver<KV<String, String>> out) {
      views.forEach(view -> out.output(KV.of(view, "")));
    }
  }

  private static final class TriggerFollowers extends DoFn<DatasetOutcome, KV<String, String>> {
    /** The tables that the views follow, by view. */
    private final Map<String, String> views = new LinkedHashMap<>();

    TriggerFollowers(List<AdditiveView> views) {
      views.forEach(view -> this.views.put(view.name(), view.upstream()));
    }

    @ProcessElement
    public void trigger(@Element DatasetOutcome outcome, OutputReceiver<KV<String, String>> out) {
      views.forEach(
          (view, upstream) -> {
            if (upstream.equals(outcome.dataset())) {
              out.output(KV.of(view, upstream));
            }
          });
    }
  }
}
