package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.epoch.ReviewRequest;
import io.lakebeam.epoch.ReviewRequests;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.pipeline.replay.Replayer;
import io.lakebeam.pipeline.replay.RequestedRow;
import io.lakebeam.row.Packed;
import io.lakebeam.source.Slice;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/**
 * Takes rows that a table has refused through its query and rules again, and through all flows that
 * follow. What became of each is reported with what was written, so both are decided together.
 */
public final class ReplayRefused extends DoFn<ReadTask, KV<String, Packed<FlowReport>>> {
  private final LedgerPlace ledgerPlace;
  private final Payload<Replayer.Plan> plan;
  private final Payload<FlowTree> tree;
  private final HandedOut.Outputs handedOut;
  private final RegisterLookups lookups;
  private transient BundleWriters<ReplayRun> bundle;

  /**
   * @param tree of the rows that the table judges once more
   * @param handedOut outputs for relations that transforms read
   */
  public ReplayRefused(
      LedgerPlace ledgerPlace,
      Replayer.Plan plan,
      FlowTree tree,
      HandedOut.Outputs handedOut,
      RegisterLookups lookups) {
    this.ledgerPlace = ledgerPlace;
    this.plan = Payload.of(plan);
    this.tree = Payload.of(tree);
    this.handedOut = handedOut;
    this.lookups = lookups;
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
  public void replay(@Element ReadTask task, BoundedWindow window, MultiOutputReceiver out) {
    lookups.register(Epochs.of(window));
    CompiledTable table = plan.get().table();
    ReplayRun run =
        bundle.of(
            window,
            w ->
                new ReplayRun(ledgerPlace, table, plan.get().replayer(), tree.get(), Epochs.of(w)));
    run.run().handOutTo(handedOut.to(out));
    Instant ingestedAt = task.ingestedAt().truncatedTo(ChronoUnit.MILLIS);
    ReviewRequests requests = new ReviewRequests(ledgerPlace.lake(), ledgerPlace.id());
    for (Slice each : task.slices()) {
      Slice.RefusedRows slice = (Slice.RefusedRows) each;
      RowsRead.Counter counter = RowsRead.of(slice);
      ReviewRequest request = requests.get(slice.request()).orElseThrow();
      try {
        RequestedRow.read(
            requests.folder(),
            rows(request, slice),
            table,
            row -> {
              counter.row();
              run.row(request, row, ingestedAt);
            });
      } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
        throw StoppedAtException.of(slice.toString(), e);
      }
    }
  }

  private static ReviewRequest.Rows rows(ReviewRequest request, Slice.RefusedRows slice) {
    return request.rows().stream()
        .filter(each -> each.file().path().equals(slice.file().path()))
        .findFirst()
        .orElseThrow();
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    bundle.finish(
        (window, run) ->
            run.finish()
                .forEach(
                    report ->
                        context.output(FlowReport.counted(report), window.maxTimestamp(), window)));
  }

  @Teardown
  public void teardown() {
    if (bundle != null) {
      bundle.abort();
    }
  }
}
