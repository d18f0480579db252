package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.row.Packed;
import io.lakebeam.sql.catalyst.operator.OperatorWork;
import java.util.HashMap;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;

/** Does the buckets of the operators of a level. */
final class Operate extends ExchangeFn<KV<String, Iterable<Packed<RowBatch>>>> {
  Operate(
      RegisterLookups lookups,
      Payload<HashMap<String, ComputedView>> views,
      List<TupleTag<KV<String, Packed<RowBatch>>>> levels,
      TupleTag<KV<String, Packed<ComputedPart>>> parts) {
    super(lookups, views, levels, parts);
  }

  @ProcessElement
  public void operate(
      @Element KV<String, Iterable<Packed<RowBatch>>> bucket,
      BoundedWindow window,
      MultiOutputReceiver out) {
    Computation of = null;
    int scans = 0;
    long read = 0;
    for (Packed<RowBatch> each : bucket.getValue()) {
      RowBatch batch = each.unpack();
      of = batch.of();
      scans += batch.scans();
      read += batch.read();
    }
    int node = Computation.node(bucket.getKey());
    OperatorWork work = prepared(of.view()).work(node);
    boolean isFirst = Computation.number(bucket.getKey()) == 0;
    OperatorWork.Rows rows =
        (side, taker) -> {
          for (Packed<RowBatch> each : bucket.getValue()) {
            RowBatch batch = each.unpack();
            if (batch.side() == side) {
              batch.forEach(taker);
            }
          }
        };
    send(
        of,
        node,
        null,
        scans,
        read,
        to -> {
          guarded(() -> work.run(rows, isFirst, to));
          return 0;
        },
        window,
        out);
  }
}
