package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.view.ComputedTable;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.References;
import io.lakebeam.row.Packed;
import io.lakebeam.sql.catalyst.operator.Leaf;
import io.lakebeam.sql.catalyst.operator.OperatorPlan;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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
  private static final int MOST_BUCKETS = 256;

  private final References references;
  private final Payload<HashMap<String, ComputedView>> views;
  private final Payload<HashMap<String, ComputedTable>> tables;
  private final long bucketBytes;
  private final TupleTag<Scan> scans;
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
      TupleTag<KV<String, Packed<ComputedPart>>> parts) {
    this.references = references;
    this.views = views;
    this.tables = tables;
    this.bucketBytes = bucketBytes;
    this.scans = scans;
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
    int buckets =
        (int) Math.max(1, Math.min(MOST_BUCKETS, (refresh.bytes() - 1) / bucketBytes + 1));
    Computation of =
        new Computation(
            name,
            refresh.key(),
            ChronoUnit.MICROS.between(Instant.EPOCH, plannedAt(triggers.getValue())),
            buckets,
            lookedUp);
    List<Scan> all = scans(of, view.query().operators().unpack(), refresh);
    all.forEach(scan -> out.get(scans).output(scan));
    TreeMap<String, ArrayList<DataFile>> none = new TreeMap<>();
    ComputedTable.Refresh slim =
        new ComputedTable.Refresh(
            refresh.number(), refresh.inputs(), refresh.definition(), refresh.why(), none);
    ComputedPart part = new ComputedPart.Started(slim, all.size());
    out.get(parts).output(KV.of(name, Packed.of(part)));
  }

  private static List<Scan> scans(
      Computation of, OperatorPlan plan, ComputedTable.Refresh refresh) {
    List<Scan> scans = new ArrayList<>();
    scans.add(new Scan(of, Scan.BEGINNING, null));
    for (int node = 0; node < plan.nodes().size(); node++) {
      if (plan.nodes().get(node) instanceof Leaf.Table table && !table.isHeld()) {
        for (DataFile file : refresh.files().get(table.name())) {
          scans.add(new Scan(of, node, file));
        }
      } else if (plan.nodes().get(node) instanceof Leaf) {
        scans.add(new Scan(of, node, null));
      }
    }
    return scans;
  }

  private static Instant plannedAt(Iterable<String> triggers) {
    for (String trigger : triggers) {
      if (!trigger.isEmpty()) {
        return Instant.parse(trigger);
      }
    }
    throw new IllegalStateException("there was no plan; the epoch is to be repeated");
  }
}
