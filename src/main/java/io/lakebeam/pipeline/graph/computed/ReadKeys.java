package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.flow.StoppedAtException;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.row.Packed;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.catalyst.operator.EpochTime;
import io.lakebeam.sql.catalyst.operator.KeyedRows;
import io.lakebeam.sql.catalyst.operator.Leaf;
import io.lakebeam.sql.catalyst.operator.ResultKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/** Looks which keys files have that have come or gone. */
final class ReadKeys extends DoFn<KeyPart.File, KV<String, Packed<KeyPart>>> {
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
    lookups.register(Epochs.of(window), of.lookedUp());
    EpochTime.set(of.plannedAt());
    out.output(KV.of(of.view(), Packed.of(part(view, file))));
  }

  private static KeyPart part(Prepared view, KeyPart.File file) {
    ResultKey key = Objects.requireNonNull(view.view().query().key());
    Leaf.Table leaf = (Leaf.Table) view.plan().nodes().get(key.leaf());
    ComputedView.Table table = view.view().tables().get(leaf.name());
    KeyedRows.Reader reader = new KeyedRows.Reader(view.run(key.leaf()), key);
    KeyedRows rows = new KeyedRows();
    try (CloseableIterator<InternalRow> each =
        DataFileReader.read(table.path(), file.file(), table.schema(), leaf.columns())) {
      while (each.hasNext()) {
        InternalRow row = each.next();
        ExchangeFn.guarded(() -> reader.take(row, (of, sent) -> rows.add(of, sent, file.weight())));
      }
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      // What fails on a row is told when it is computed; what has gone may be deleted.
      if (e instanceof ExchangeFn.QueryFailedException || file.weight() < 0) {
        return new KeyPart.Gone(file.of().refresh());
      }
      throw StoppedAtException.of("view " + view.view().name() + ", file " + file.file().path(), e);
    }
    return new KeyPart.Read(file.of().refresh(), new ArrayList<>(rows.parts()));
  }
}
