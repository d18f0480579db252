package io.lakebeam.pipeline;

import io.lakebeam.delta.DataFileWriter;
import io.lakebeam.expectation.RowCounts;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/** Writes records that never became rows into a table's quarantine. */
final class WriteRejected extends DoFn<RejectedRow, KV<String, Packed<FlowReport>>> {
  private final CompiledTable table;
  private transient QuarantineRows quarantineRows;
  private transient BundleWriters<Writer> bundle;

  WriteRejected(CompiledTable table) {
    this.table = table;
  }

  private static final class Writer implements AutoCloseable {
    private final DataFileWriter files;
    private long rows;

    Writer(CompiledTable table, long epoch) {
      this.files =
          new DataFileWriter(
              table.quarantinePath(), table.quarantineSchema(), List.of(), WriteFlow.stem(epoch));
    }

    @Override
    public void close() {
      files.close();
    }
  }

  @Setup
  public void setup() {
    quarantineRows = new QuarantineRows(table);
    bundle = new BundleWriters<>();
  }

  @StartBundle
  public void startBundle() {
    bundle.abort();
  }

  @ProcessElement
  public void write(@Element RejectedRow rejected, BoundedWindow window) {
    Writer writer = bundle.of(window, w -> new Writer(table, Epochs.of(w)));
    writer.files.write(quarantineRows.of(rejected));
    writer.rows++;
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    bundle.finish(
        (window, writer) ->
            context.output(
                FlowReport.keyed(
                    new FlowReport(
                        table.name(),
                        List.of(),
                        writer.files.finish(),
                        RowCounts.undecoded(writer.rows, table.rules().size()),
                        List.of())),
                window.maxTimestamp(),
                window));
  }

  @Teardown
  public void teardown() {
    if (bundle != null) {
      bundle.abort();
    }
  }
}
