package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.row.Packed;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.Slice;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/**
 * Reads rows that a table has, and takes them through the flows that follow: what the table does
 * not store of a row is NULL.
 */
public final class ReadTableRows extends DoFn<ReadTask, KV<String, Packed<FlowReport>>> {
  private final Payload<CompiledTable> table;
  private final Payload<FlowTree> tree;
  private final HandedOut.Outputs handedOut;
  private final RegisterLookups lookups;
  private final FlowReport.Origin origin;
  private transient BundleWriters<FlowRun> bundle;

  /**
   * @param tree of the rows that the table has accepted
   * @param handedOut outputs for relations that transforms read
   * @param origin of the rows
   */
  public ReadTableRows(
      CompiledTable table,
      FlowTree tree,
      HandedOut.Outputs handedOut,
      RegisterLookups lookups,
      FlowReport.Origin origin) {
    this.table = Payload.of(table);
    this.tree = Payload.of(tree);
    this.handedOut = handedOut;
    this.lookups = lookups;
    this.origin = origin;
  }

  @Setup
  public void setup() {
    bundle = new BundleWriters<>();
  }

  @StartBundle
  public void startBundle() {
    bundle.abort();
  }

  @ProcessElement
  public void read(@Element ReadTask task, BoundedWindow window, MultiOutputReceiver out) {
    lookups.register(Epochs.of(window));
    FlowRun run = bundle.of(window, w -> new FlowRun(tree.get(), Epochs.of(w)));
    run.handOutTo(handedOut.to(out));
    for (Slice slice : task.slices()) {
      read(table.get(), (Slice.TableRows) slice, run);
    }
  }

  /** Takes the rows of a slice through a tree. */
  public static void read(CompiledTable table, Slice.TableRows slice, FlowRun run) {
    TableSchema schema = table.rowSchema();
    List<String> columns = schema.columns().stream().map(Column::name).toList();
    RowsRead.Counter counter = RowsRead.of(slice);
    for (DataFile file : slice.files()) {
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(table.path(), file, schema, columns)) {
        while (rows.hasNext()) {
          counter.row();
          run.row(rows.next());
        }
      } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
        throw StoppedAtException.of("table " + table.name() + ", file " + file.path(), e);
      }
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    bundle.finish(
        (window, run) ->
            run.finish()
                .forEach(
                    report ->
                        context.output(
                            FlowReport.counted(report.of(origin)), window.maxTimestamp(), window)));
  }

  @Teardown
  public void teardown() {
    if (bundle != null) {
      bundle.abort();
    }
  }
}
