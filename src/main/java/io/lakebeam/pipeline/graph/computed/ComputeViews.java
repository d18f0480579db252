package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.view.ComputedTable;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.References;
import io.lakebeam.pipeline.graph.DatasetOutcome;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.PackedCoder;
import io.lakebeam.pipeline.graph.plan.Triggers;
import io.lakebeam.row.Packed;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
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
 * Computes views that read no view of the same group of views, once the tables that they read are
 * committed. Operators of all of them that lie as far from the leaves share one exchange:
 *
 * <pre>
 *  started ─ keys ─ scans ─┬─ level 1 ─┬─ level 2 ─┬─ result ─ commit
 *                          └───────────┴───────────┘
 * </pre>
 */
public final class ComputeViews {
  private static final KvCoder<String, Packed<ComputedPart>> PARTS =
      KvCoder.of(StringUtf8Coder.of(), PackedCoder.of());
  private static final KvCoder<String, Packed<RowBatch>> BATCHES =
      KvCoder.of(StringUtf8Coder.of(), PackedCoder.of());
  private static final KvCoder<String, Packed<KeyPart>> KEYS =
      KvCoder.of(StringUtf8Coder.of(), PackedCoder.of());
  private static final KvCoder<String, String> TRIGGERS =
      KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of());

  /** A bucket of an operator has about so many bytes of the tables that are read. */
  private static final long BUCKET_BYTES = 8L << 20;

  private final String name;
  private final List<String> names;
  private final int levels;
  private final Payload<HashMap<String, ComputedView>> views;
  private final Payload<HashMap<String, ComputedTable>> tables;
  private final RegisterLookups lookups;
  private final References references;

  /**
   * @param name what the group is called in the graph
   */
  public ComputeViews(
      String name, CompiledPipeline pipeline, List<ComputedView> group, RegisterLookups lookups) {
    this.name = name;
    this.names = group.stream().map(ComputedView::name).toList();
    this.levels = group.stream().mapToInt(view -> view.query().levels()).max().orElse(1);
    HashMap<String, ComputedView> byName = new HashMap<>();
    HashMap<String, ComputedTable> stored = new HashMap<>();
    for (ComputedView view : group) {
      byName.put(view.name(), view);
      stored.put(view.name(), stored(pipeline.id(), view));
    }
    this.views = Payload.of(byName);
    this.tables = Payload.of(stored);
    this.lookups = lookups;
    this.references = new References(pipeline);
  }

  /**
   * The computed views of a pipeline in groups that read no view of their own group, nor of a later
   * one.
   */
  public static List<List<ComputedView>> groups(CompiledPipeline pipeline) {
    Map<String, Integer> groupOf = new HashMap<>();
    pipeline.additiveViews().forEach(view -> groupOf.put(view.name(), 0));
    List<List<ComputedView>> groups = new ArrayList<>();
    for (ComputedView view : pipeline.computedViews()) {
      int group =
          view.inputs().stream()
              .filter(groupOf::containsKey)
              .mapToInt(input -> groupOf.get(input) + 1)
              .max()
              .orElse(0);
      groupOf.put(view.name(), group);
      while (groups.size() <= group) {
        groups.add(new ArrayList<>());
      }
      groups.get(group).add(view);
    }
    groups.removeIf(List::isEmpty);
    return groups;
  }

  /** The stored form of a view. */
  public static ComputedTable stored(String id, ComputedView view) {
    TreeMap<String, Place> inputs = new TreeMap<>();
    view.tables().forEach((table, of) -> inputs.put(table, of.path()));
    return new ComputedTable(
        view.path(),
        id + "/" + view.name(),
        inputs,
        view.columns(),
        view.partitionBy(),
        view.query().text() + view.rules());
  }

  public PCollection<DatasetOutcome> after(
      PCollection<EpochPlan> plans, PCollection<DatasetOutcome> committed) {
    TupleTag<KV<String, Packed<ComputedPart>>> parts = new TupleTag<>("parts");
    TupleTag<Scan> scans = new TupleTag<>("scans");
    TupleTag<KeyPart.File> files = new TupleTag<>("files");
    TupleTag<KV<String, Packed<KeyPart>>> keys = new TupleTag<>("keys");
    PCollectionTuple started =
        PCollectionList.of(
                plans
                    .apply(called("heartbeats"), ParDo.of(new TriggerAll(names)))
                    .setCoder(TRIGGERS))
            .and(
                committed
                    .apply(called("triggers"), ParDo.of(new TriggerFirst(names)))
                    .setCoder(TRIGGERS))
            .apply(called("all triggers"), Flatten.pCollections())
            .apply(called("triggers of a view"), GroupByKey.create())
            .apply(
                called("start"),
                ParDo.of(
                        new StartComputation(
                            references, views, tables, BUCKET_BYTES, scans, files, keys, parts))
                    .withOutputTags(parts, TupleTagList.of(scans).and(files).and(keys)));
    PCollectionTuple spread =
        PCollectionList.of(started.get(keys).setCoder(KEYS))
            .and(
                started
                    .get(files)
                    .setCoder(SerializableCoder.of(KeyPart.File.class))
                    .apply(called("spread files"), Redistribute.arbitrarily())
                    .apply(called("read keys"), ParDo.of(new ReadKeys(lookups, views)))
                    .setCoder(KEYS))
            .apply(called("keys"), Flatten.pCollections())
            .apply(called("keys of a view"), GroupByKey.create())
            .apply(
                called("scans of keys"),
                ParDo.of(new SpreadScans(views, BUCKET_BYTES, scans, parts))
                    .withOutputTags(parts, TupleTagList.of(scans)));
    List<TupleTag<KV<String, Packed<RowBatch>>>> tags = new ArrayList<>();
    for (int level = 1; level <= levels; level++) {
      tags.add(new TupleTag<>("level " + level));
    }
    List<PCollection<KV<String, Packed<ComputedPart>>>> allParts = new ArrayList<>();
    allParts.add(started.get(parts).setCoder(PARTS));
    allParts.add(spread.get(parts).setCoder(PARTS));
    List<List<PCollection<KV<String, Packed<RowBatch>>>>> incoming = new ArrayList<>();
    tags.forEach(tag -> incoming.add(new ArrayList<>()));
    PCollectionTuple sent =
        PCollectionList.of(started.get(scans).setCoder(SerializableCoder.of(Scan.class)))
            .and(spread.get(scans).setCoder(SerializableCoder.of(Scan.class)))
            .apply(called("all scans"), Flatten.pCollections())
            .apply(called("spread scans"), Redistribute.arbitrarily())
            .apply(
                called("scan"),
                ParDo.of(new ScanRows(lookups, views, tags, parts))
                    .withOutputTags(parts, tagList(tags, 1)));
    gather(sent, tags, 1, incoming, allParts, parts);
    for (int level = 1; level < levels; level++) {
      PCollectionTuple operated =
          grouped(incoming.get(level - 1), "level " + level)
              .apply(
                  called("operate level " + level),
                  ParDo.of(new Operate(lookups, views, tags, parts))
                      .withOutputTags(parts, tagList(tags, level + 1)));
      gather(operated, tags, level + 1, incoming, allParts, parts);
    }
    allParts.add(
        grouped(incoming.get(levels - 1), "result")
            .apply(called("write"), ParDo.of(new WriteResult(views)))
            .setCoder(PARTS));
    return PCollectionList.of(allParts)
        .apply(called("parts"), Flatten.pCollections())
        .apply(called("parts of a view"), GroupByKey.create())
        .apply(called("commit"), ParDo.of(new CommitComputed(views, tables)))
        .setCoder(SerializableCoder.of(DatasetOutcome.class));
  }

  private String called(String step) {
    return name + ": " + step;
  }

  /** Where rows of a level may go: to the levels from this one on. */
  private static TupleTagList tagList(List<TupleTag<KV<String, Packed<RowBatch>>>> tags, int from) {
    TupleTagList list = TupleTagList.empty();
    for (int level = from; level <= tags.size(); level++) {
      list = list.and(tags.get(level - 1));
    }
    return list;
  }

  private static void gather(
      PCollectionTuple sent,
      List<TupleTag<KV<String, Packed<RowBatch>>>> tags,
      int from,
      List<List<PCollection<KV<String, Packed<RowBatch>>>>> incoming,
      List<PCollection<KV<String, Packed<ComputedPart>>>> allParts,
      TupleTag<KV<String, Packed<ComputedPart>>> parts) {
    allParts.add(sent.get(parts).setCoder(PARTS));
    for (int level = from; level <= tags.size(); level++) {
      incoming.get(level - 1).add(sent.get(tags.get(level - 1)).setCoder(BATCHES));
    }
  }

  private PCollection<KV<String, Iterable<Packed<RowBatch>>>> grouped(
      List<PCollection<KV<String, Packed<RowBatch>>>> batches, String of) {
    return PCollectionList.of(batches)
        .apply(called("batches of " + of), Flatten.pCollections())
        .apply(called("buckets of " + of), GroupByKey.create());
  }

  private static final class TriggerAll extends DoFn<EpochPlan, KV<String, String>> {
    private final List<String> views;

    TriggerAll(List<String> views) {
      this.views = List.copyOf(views);
    }

    @ProcessElement
    public void trigger(@Element EpochPlan plan, OutputReceiver<KV<String, String>> out) {
      views.forEach(view -> out.output(KV.of(view, Triggers.of(plan))));
    }
  }

  /** Lets views wait for all that is committed before them. */
  private static final class TriggerFirst extends DoFn<DatasetOutcome, KV<String, String>> {
    private final List<String> views;

    TriggerFirst(List<String> views) {
      this.views = List.copyOf(views);
    }

    @ProcessElement
    public void trigger(OutputReceiver<KV<String, String>> out) {
      views.forEach(view -> out.output(KV.of(view, Triggers.NONE)));
    }
  }
}
