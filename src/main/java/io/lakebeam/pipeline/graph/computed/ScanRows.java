package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.flow.StoppedAtException;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.row.Packed;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.TableQuery;
import io.lakebeam.sql.catalyst.operator.ChannelRun;
import io.lakebeam.sql.catalyst.operator.Leaf;
import io.lakebeam.sql.catalyst.operator.OperatorPlan;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;

/** Reads the rows of leaves. */
final class ScanRows extends ExchangeFn<Scan> {
  ScanRows(
      RegisterLookups lookups,
      Payload<HashMap<String, ComputedView>> views,
      List<TupleTag<KV<String, Packed<RowBatch>>>> levels,
      TupleTag<KV<String, Packed<ComputedPart>>> parts) {
    super(lookups, views, levels, parts);
  }

  @ProcessElement
  public void scan(@Element Scan scan, BoundedWindow window, MultiOutputReceiver out) {
    if (scan.node() == Scan.BEGINNING) {
      begin(scan.of(), out);
      return;
    }
    Prepared view = prepared(scan.of().view());
    if (scan.node() == Scan.SHOWN) {
      keep(view.view(), scan, out);
      return;
    }
    Leaf leaf = (Leaf) view.plan().nodes().get(scan.node());
    send(
        scan.of(),
        scan.node(),
        scan.touched(),
        1,
        0,
        to -> rows(view.view(), leaf, scan, to),
        window,
        out);
  }

  /** Rows of the view that are not computed again go along, if others of their file are. */
  private void keep(ComputedView view, Scan scan, MultiOutputReceiver out) {
    Batches batches =
        new Batches(
            scan.of(),
            0,
            prepared(view.name()).partition(),
            (bucket, batch) ->
                out.get(result())
                    .output(
                        KV.of(scan.of().bucket(OperatorPlan.RESULT, bucket), Packed.of(batch))));
    Kept kept = new Kept(view, scan);
    if (kept.isReplaced()) {
      kept.send(batches);
      tell(scan.of(), new ComputedPart.Replaced(scan.of().refresh(), scan.file()), out);
    }
    batches.finish(1, 0);
  }

  private static long rows(ComputedView view, Leaf leaf, Scan scan, Consumer<InternalRow> out) {
    long[] rows = {0};
    Consumer<InternalRow> counted =
        row -> {
          rows[0]++;
          out.accept(row);
        };
    if (leaf instanceof Leaf.Values values) {
      ChannelRun.values(values, counted);
      return 0;
    }
    Leaf.Table table = (Leaf.Table) leaf;
    if (table.isHeld()) {
      TableQuery.tables().rows(table.name()).forEach(counted);
      return rows[0];
    }
    ComputedView.Table stored = view.tables().get(table.name());
    DataFile file = scan.file();
    try (CloseableIterator<InternalRow> each =
        DataFileReader.read(stored.path(), file, stored.schema(), table.columns())) {
      while (each.hasNext()) {
        counted.accept(each.next());
      }
    } catch (QueryFailedException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw StoppedAtException.of("view " + view.name() + ", file " + file.path(), e);
    }
    return rows[0];
  }
}
