package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.row.Packed;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.SourceException;
import io.lakebeam.sql.catalyst.operator.KeyedRows;
import io.lakebeam.sql.catalyst.operator.Leaf;
import io.lakebeam.sql.catalyst.operator.ResultKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/** Looks which keys files have that have come or gone. */
final class ReadKeys extends DoFn<KeyPart.File, KV<String, Packed<KeyPart>>> {
  /** A file has no more keys that are held against those of others. */
  private static final int MOST_KEYS = 500_000;

  private final RegisterLookups lookups;
  private final Payload<HashMap<String, ComputedView>> views;
  private transient Map<String, Prepared> prepared;

  ReadKeys(RegisterLookups lookups, Payload<HashMap<String, ComputedView>> views) {
    this.lookups = lookups;
    this.views = views;
  }

  @Setup
  public void setup() {
    prepared = new HashMap<>();
  }

  @ProcessElement
  public void read(
      @Element KeyPart.File file,
      BoundedWindow window,
      OutputReceiver<KV<String, Packed<KeyPart>>> out) {
    Computation of = file.of();
    Prepared view =
        prepared.computeIfAbsent(of.view(), name -> new Prepared(views.get().get(name)));
    KeyPart part;
    try {
      lookups.register(Epochs.of(window), of.lookedUp());
      part = part(view, file);
    } catch (SourceException e) {
      // What is wrong with it is told when all is read.
      part = new KeyPart.Gone(of.refresh());
    }
    out.output(KV.of(of.view(), Packed.of(part)));
  }

  private static KeyPart part(Prepared view, KeyPart.File file) {
    ResultKey key = view.view().key().orElseThrow();
    Leaf.Table leaf = (Leaf.Table) view.plan().nodes().get(key.leaf());
    ComputedView.Table table = view.view().tables().get(leaf.name());
    KeyedRows.Reader reader = new KeyedRows.Reader(view.run(key.leaf()), key);
    KeyedRows rows = new KeyedRows();
    try (CloseableIterator<InternalRow> each =
        DataFileReader.read(table.path(), file.file(), table.schema(), leaf.columns())) {
      while (each.hasNext() && rows.size() <= MOST_KEYS) {
        InternalRow row = each.next();
        ExchangeFn.guarded(() -> reader.take(row, (of, sent) -> rows.add(of, sent, file.weight())));
      }
    } catch (RuntimeException e) {
      // What fails on a row is told when it is computed; what has gone may be deleted.
      return new KeyPart.Gone(file.of().refresh());
    }
    if (rows.size() > MOST_KEYS) {
      return new KeyPart.Gone(file.of().refresh());
    }
    return new KeyPart.Read(file.of().refresh(), new ArrayList<>(rows.parts()));
  }
}
