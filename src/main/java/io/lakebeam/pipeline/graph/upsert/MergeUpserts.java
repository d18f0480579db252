package io.lakebeam.pipeline.graph.upsert;

import io.lakebeam.delta.upsert.MergeUnit;
import io.lakebeam.delta.upsert.UnmergeableChangeException;
import io.lakebeam.delta.upsert.UpsertTable;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledUpsert;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.DatasetOutcome;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.pipeline.graph.plan.PackedCoder;
import io.lakebeam.pipeline.graph.plan.Triggers;
import io.lakebeam.row.Packed;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Redistribute;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;

/**
 * Brings every upsert table up to date with its changes, once these are committed. Each epoch looks
 * at each of them, so one that missed something in an earlier attempt catches up.
 */
public final class MergeUpserts {
  private static final KvCoder<String, Packed<UpsertPart>> PARTS =
      KvCoder.of(StringUtf8Coder.of(), PackedCoder.of());
  private static final KvCoder<String, String> TRIGGERS =
      KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of());
  private static final KvCoder<String, MergeUnit> UNITS =
      KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(MergeUnit.class));

  private final Payload<HashMap<String, UpsertTable>> tables;
  private final List<CompiledUpsert> upserts;

  public MergeUpserts(CompiledPipeline pipeline) {
    this.upserts = pipeline.upserts();
    HashMap<String, UpsertTable> all = new HashMap<>();
    upserts.forEach(each -> all.put(each.name(), each.in(pipeline.id(), pipeline.lake())));
    this.tables = Payload.of(all);
  }

  public PCollection<DatasetOutcome> after(
      PCollection<EpochPlan> plans, PCollection<DatasetOutcome> committed) {
    PCollection<KV<String, Packed<UpsertPart>>> started =
        PCollectionList.of(
                plans
                    .apply(
                        "Upsert heartbeats",
                        ParDo.of(
                            new PlanOfUpserts(upserts.stream().map(CompiledUpsert::name).toList())))
                    .setCoder(TRIGGERS))
            .and(
                committed
                    .apply("Upsert triggers", ParDo.of(new Committed(upserts)))
                    .setCoder(TRIGGERS))
            .apply("Triggers of upserts", Flatten.pCollections())
            .apply("Triggers of an upsert table", GroupByKey.create())
            .apply("Start merges", ParDo.of(new StartMerge(tables)))
            .setCoder(PARTS);
    PCollection<KV<String, Packed<UpsertPart>>> done =
        started
            .apply("Units of merges", ParDo.of(new UnitsOf()))
            .setCoder(UNITS)
            .apply("Spread units", Redistribute.arbitrarily())
            .apply("Merge units", ParDo.of(new MergeUnits(tables)))
            .setCoder(PARTS);
    return PCollectionList.of(started)
        .and(done)
        .apply("Parts of merges", Flatten.pCollections())
        .apply("Parts of an upsert table", GroupByKey.create())
        .apply("Commit merges", ParDo.of(new CommitMerge(tables.get())))
        .setCoder(SerializableCoder.of(DatasetOutcome.class));
  }

  /** Tells each table when the epoch was planned. */
  private static final class PlanOfUpserts extends DoFn<EpochPlan, KV<String, String>> {
    private final List<String> tables;

    PlanOfUpserts(List<String> tables) {
      this.tables = List.copyOf(tables);
    }

    @ProcessElement
    public void trigger(@Element EpochPlan plan, OutputReceiver<KV<String, String>> out) {
      tables.forEach(table -> out.output(KV.of(table, Triggers.of(plan))));
    }
  }

  /** Tells a table that its changes are committed. */
  private static final class Committed extends DoFn<DatasetOutcome, KV<String, String>> {
    private final Map<String, String> upstream = new HashMap<>();

    Committed(List<CompiledUpsert> upserts) {
      upserts.forEach(each -> upstream.put(each.name(), each.upstream()));
    }

    @ProcessElement
    public void trigger(@Element DatasetOutcome outcome, OutputReceiver<KV<String, String>> out) {
      upstream.forEach(
          (name, changes) -> {
            if (changes.equals(outcome.dataset())) {
              out.output(KV.of(name, Triggers.NONE));
            }
          });
    }
  }

  /** Looks how far a table is behind its changes. */
  private static final class StartMerge
      extends DoFn<KV<String, Iterable<String>>, KV<String, Packed<UpsertPart>>> {
    private final Payload<HashMap<String, UpsertTable>> tables;

    StartMerge(Payload<HashMap<String, UpsertTable>> tables) {
      this.tables = tables;
    }

    @ProcessElement
    public void start(
        @Element KV<String, Iterable<String>> triggers,
        OutputReceiver<KV<String, Packed<UpsertPart>>> out) {
      String name = triggers.getKey();
      Instant plannedAt = Triggers.plannedAt(triggers.getValue());
      try {
        tables
            .get()
            .get(name)
            .merge(plannedAt)
            .ifPresent(
                merge ->
                    out.output(KV.of(name, Packed.of(new UpsertPart.Started(merge, plannedAt)))));
      } catch (UnmergeableChangeException e) {
        out.output(KV.of(name, Packed.of(new UpsertPart.Broken(e.told().in("table " + name)))));
      }
    }
  }

  private static final class UnitsOf
      extends DoFn<KV<String, Packed<UpsertPart>>, KV<String, MergeUnit>> {
    @ProcessElement
    public void units(
        @Element KV<String, Packed<UpsertPart>> part, OutputReceiver<KV<String, MergeUnit>> out) {
      if (part.getValue().unpack() instanceof UpsertPart.Started started) {
        started.merge().units().forEach(unit -> out.output(KV.of(part.getKey(), unit)));
      }
    }
  }

  /** Does units. */
  private static final class MergeUnits
      extends DoFn<KV<String, MergeUnit>, KV<String, Packed<UpsertPart>>> {
    private final Payload<HashMap<String, UpsertTable>> tables;

    MergeUnits(Payload<HashMap<String, UpsertTable>> tables) {
      this.tables = tables;
    }

    @ProcessElement
    public void merge(
        @Element KV<String, MergeUnit> unit,
        BoundedWindow window,
        OutputReceiver<KV<String, Packed<UpsertPart>>> out) {
      String name = unit.getKey();
      UpsertPart part;
      try {
        part =
            new UpsertPart.Done(
                tables.get().get(name).merge(unit.getValue(), Epochs.stem(Epochs.of(window))));
      } catch (UnmergeableChangeException e) {
        part = new UpsertPart.Broken(e.told().in("table " + name));
      }
      out.output(KV.of(name, Packed.of(part)));
    }
  }
}
