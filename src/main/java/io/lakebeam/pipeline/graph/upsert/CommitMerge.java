package io.lakebeam.pipeline.graph.upsert;

import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.upsert.Merge;
import io.lakebeam.delta.upsert.UnmergeableChangeException;
import io.lakebeam.delta.upsert.UpsertTable;
import io.lakebeam.epoch.EpochNotWholeException;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.UpsertResult;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.CommitTables;
import io.lakebeam.pipeline.graph.DatasetOutcome;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.row.Packed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Commits what an epoch has merged into each upsert table. */
public final class CommitMerge
    extends DoFn<KV<String, Iterable<Packed<UpsertPart>>>, DatasetOutcome> {
  private static final String GOES_ON =
      "; everything else is up to date, and the table catches up in the next update";

  private final Payload<HashMap<String, UpsertTable>> tables;

  public CommitMerge(Map<String, UpsertTable> tables) {
    this.tables = Payload.of(new HashMap<>(tables));
  }

  /** What has met at the commit. */
  private static final class Gathered implements UpsertPart.Listener {
    private final List<Merge.Part> parts = new ArrayList<>();
    private UpsertPart.@Nullable Started started;
    private UpsertPart.@Nullable Broken broken;

    @Override
    public void started(UpsertPart.Started of) {
      started = of;
    }

    @Override
    public void done(UpsertPart.Done done) {
      parts.add(done.part());
    }

    @Override
    public void broken(UpsertPart.Broken of) {
      broken = of;
    }
  }

  @ProcessElement
  public void commit(
      @Element KV<String, Iterable<Packed<UpsertPart>>> all,
      BoundedWindow window,
      OutputReceiver<DatasetOutcome> out) {
    String name = all.getKey();
    Gathered gathered = new Gathered();
    all.getValue().forEach(part -> part.unpack().tell(gathered));
    if (gathered.broken != null) {
      out.output(behind(name, gathered.broken.told()));
      return;
    }
    UpsertPart.Started started = gathered.started;
    if (started == null || !isWhole(started.merge(), gathered.parts)) {
      throw new EpochNotWholeException(
          "table " + name, "what was merged is of several versions of its changes");
    }
    UpsertTable.Merged merged;
    try {
      merged =
          tables
              .get()
              .get(name)
              .commit(
                  started.merge(),
                  gathered.parts,
                  started.plannedAt(),
                  Epochs.stem(Epochs.of(window)));
    } catch (UnmergeableChangeException e) {
      out.output(behind(name, e.told().in("table " + name)));
      return;
    }
    CommitOutcome outcome = merged.outcome();
    out.output(
        outcome.isIn()
            ? new DatasetOutcome.Finished(result(name, merged))
            : CommitTables.stopped(name, outcome));
  }

  /**
   * A runner that loses a worker may look once more what is to be merged, and find it otherwise.
   */
  private static boolean isWhole(Merge merge, List<Merge.Part> parts) {
    return parts.size() == merge.units().size()
        && parts.stream().map(Merge.Part::unit).distinct().count() == parts.size()
        && parts.stream().allMatch(part -> part.merge().equals(merge.key()));
  }

  private static DatasetOutcome behind(String name, Problem told) {
    return new DatasetOutcome.Behind(name, told.withFix(told.fix() + GOES_ON));
  }

  private static DatasetResult result(String name, UpsertTable.Merged merged) {
    CommitOutcome outcome = merged.outcome();
    Merge.Counts counts = merged.counts();
    return new DatasetResult(
        name,
        outcome.version() < 0 ? "already committed" : "committed",
        outcome.version(),
        counts.changes(),
        counts.changes(),
        0,
        0,
        0,
        merged.files(),
        merged.bytes(),
        Map.of(),
        new UpsertResult(counts.upserted(), counts.deleted(), counts.late(), counts.ties()));
  }
}
