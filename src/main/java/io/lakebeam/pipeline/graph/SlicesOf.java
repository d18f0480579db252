package io.lakebeam.pipeline.graph;

import io.lakebeam.epoch.EpochPlan;
import org.apache.beam.sdk.transforms.DoFn;

/** The part of a plan that concerns one source, cut into tasks. */
final class SlicesOf extends DoFn<EpochPlan, ReadTask> {
  private final String source;
  private final int workers;

  SlicesOf(String source, int workers) {
    this.source = source;
    this.workers = workers;
  }

  @ProcessElement
  public void cut(@Element EpochPlan plan, OutputReceiver<ReadTask> out) {
    ReadTask.of(plan, source, workers).forEach(out::output);
  }
}
