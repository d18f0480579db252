package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.delta.file.RowFit;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.row.BeamRows;
import io.lakebeam.row.Packed;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;

/** Takes the rows of an author's transform through all flows that follow. */
public final class TransformedFlows extends DoFn<Row, KV<String, Packed<FlowReport>>> {
  private final BeamRows rows;
  private final Payload<FlowTree> tree;
  private final HandedOut.Outputs handedOut;
  private final RegisterLookups lookups;
  private transient RowFields fields;
  private transient RowFit fit;
  private transient BundleWriters<FlowRun> bundle;

  /**
   * @param rows what the transform gives
   * @param tree of one branch
   * @param handedOut outputs for relations that transforms read
   */
  public TransformedFlows(
      BeamRows rows, FlowTree tree, HandedOut.Outputs handedOut, RegisterLookups lookups) {
    this.rows = rows;
    this.tree = Payload.of(tree);
    this.handedOut = handedOut;
    this.lookups = lookups;
  }

  @Setup
  public void setup() {
    fields = new RowFields(tree.get().rows());
    fit = new RowFit(tree.get().rows(), List.of());
    bundle = new BundleWriters<>();
  }

  @StartBundle
  public void startBundle() {
    bundle.abort();
  }

  @ProcessElement
  public void write(@Element Row row, BoundedWindow window, MultiOutputReceiver out) {
    FlowRun run = bundle.of(window, this::open);
    lookups.lookUp();
    run.handOutTo(handedOut.to(out));
    take(rows.fromBeam(row), run);
  }

  /** A query is asked of rows only that have what their columns say. */
  private void take(InternalRow row, FlowRun run) {
    FlowTree.Branch branch = tree.get().branches().get(0);
    Optional<String> misfit = branch.query() == null ? Optional.empty() : fit.problem(row);
    if (misfit.isPresent()) {
      run.reject(branch.table(), RejectedRow.of(fields, row, misfit.get()));
    } else {
      run.row(row);
    }
  }

  private FlowRun open(BoundedWindow window) {
    lookups.register(Epochs.of(window));
    return new FlowRun(tree.get(), Epochs.of(window));
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    bundle.finish(
        (window, run) ->
            run.finish()
                .forEach(
                    report ->
                        context.output(
                            FlowReport.counted(report.of(FlowReport.Origin.MIXED)),
                            window.maxTimestamp(),
                            window)));
  }

  @Teardown
  public void teardown() {
    if (bundle != null) {
      bundle.abort();
    }
  }
}
