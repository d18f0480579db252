package io.lakebeam.pipeline;

import io.lakebeam.spec.StorageSpec;
import java.util.Map;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;

/** Takes the rows of an author's transform through all flows that follow. */
final class TransformedFlows extends StorageFn<Row, KV<String, Packed<FlowReport>>> {
  private final FlowTree tree;
  private final Map<String, TupleTag<Row>> handedOut;
  private final RegisterLookups lookups;
  private transient BundleWriters<FlowRun> bundle;

  /**
   * @param handedOut outputs for relations that transforms read
   */
  TransformedFlows(
      StorageSpec storage,
      FlowTree tree,
      Map<String, TupleTag<Row>> handedOut,
      RegisterLookups lookups) {
    super(storage);
    this.tree = tree;
    this.handedOut = Map.copyOf(handedOut);
    this.lookups = lookups;
  }

  @Setup
  @Override
  public void setup() {
    super.setup();
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
    run.handOutTo((relation, value) -> out.get(handedOut.get(relation)).output(value));
    run.row(row);
  }

  private FlowRun open(BoundedWindow window) {
    lookups.register(Epochs.of(window));
    return new FlowRun(tree, Epochs.of(window));
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    bundle.finish(
        (window, run) ->
            run.finish()
                .forEach(
                    report ->
                        context.output(FlowReport.keyed(report), window.maxTimestamp(), window)));
  }

  @Teardown
  public void teardown() {
    if (bundle != null) {
      bundle.abort();
    }
  }
}
