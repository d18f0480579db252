package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.view.ComputedTable;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.References;
import io.lakebeam.pipeline.graph.plan.Triggers;
import io.lakebeam.row.Packed;
import io.lakebeam.sql.catalyst.operator.OperatorPlan;
import io.lakebeam.sql.catalyst.operator.ResultKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;

/** Looks what is to be computed. */
final class StartComputation
    extends DoFn<KV<String, Iterable<String>>, KV<String, Packed<ComputedPart>>> {
  private static final long LITTLE_BYTES = 1L << 20;
  private static final long MUCH_BYTES = 1L << 30;

  private final References references;
  private final Payload<HashMap<String, ComputedView>> views;
  private final Payload<HashMap<String, ComputedTable>> tables;
  private final long bucketBytes;
  private final TupleTag<Scan> scans;
  private final TupleTag<KeyPart.File> files;
  private final TupleTag<KV<String, Packed<KeyPart>>> keys;
  private final TupleTag<KV<String, Packed<ComputedPart>>> parts;

  /**
   * @param bucketBytes of the tables that are read, for each bucket of an operator
   */
  StartComputation(
      References references,
      Payload<HashMap<String, ComputedView>> views,
      Payload<HashMap<String, ComputedTable>> tables,
      long bucketBytes,
      TupleTag<Scan> scans,
      TupleTag<KeyPart.File> files,
      TupleTag<KV<String, Packed<KeyPart>>> keys,
      TupleTag<KV<String, Packed<ComputedPart>>> parts) {
    this.references = references;
    this.views = views;
    this.tables = tables;
    this.bucketBytes = bucketBytes;
    this.scans = scans;
    this.files = files;
    this.keys = keys;
    this.parts = parts;
  }

  @ProcessElement
  public void start(@Element KV<String, Iterable<String>> triggers, MultiOutputReceiver out) {
    String name = triggers.getKey();
    ComputedView view = views.get().get(name);
    TreeMap<String, String> lookedUp = references.of(name);
    Optional<ComputedTable.Refresh> due =
        tables.get().get(name).refresh(References.text(lookedUp), view.query().asksTime());
    if (due.isEmpty()) {
      return;
    }
    ComputedTable.Refresh refresh = due.get();
    int buckets = Computation.buckets(refresh.bytes(), bucketBytes);
    Computation of =
        new Computation(
            name,
            refresh.key(),
            ChronoUnit.MICROS.between(Instant.EPOCH, Triggers.plannedAt(triggers.getValue())),
            buckets,
            lookedUp);
    OperatorPlan plan = view.query().operators().unpack();
    ComputedTable.Moved moved = refresh.moved();
    ResultKey key = view.key().orElse(null);
    // What is read twice has to be little, or much less than all.
    boolean isLittle =
        moved != null
            && moved.bytes() <= Math.max(LITTLE_BYTES, Math.min(MUCH_BYTES, refresh.bytes() / 2));
    if (isLittle && key != null) {
      if (view.query().readsOnly() && Scans.isGrown(refresh)) {
        start(name, refresh, Scans.ofAdded(of, plan, key, moved, bucketBytes), false, out);
      } else {
        moved.added().forEach(file -> out.get(files).output(new KeyPart.File(of, file, 1)));
        moved.removed().forEach(file -> out.get(files).output(new KeyPart.File(of, file, -1)));
        KeyPart begun =
            new KeyPart.Begun(of, refresh, moved.added().size() + moved.removed().size());
        out.get(keys).output(KV.of(name, Packed.of(begun)));
      }
    } else {
      start(name, refresh, Scans.whole(of, plan, refresh), true, out);
    }
  }

  private void start(
      String name,
      ComputedTable.Refresh refresh,
      List<Scan> all,
      boolean isWhole,
      MultiOutputReceiver out) {
    all.forEach(scan -> out.get(scans).output(scan));
    ComputedPart part = new ComputedPart.Started(refresh.withoutFiles(), all.size(), isWhole);
    out.get(parts).output(KV.of(name, Packed.of(part)));
  }
}
