package io.lakebeam.pipeline.graph;

import io.lakebeam.epoch.EpochPlan;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.transforms.DoFn;

/** The part of a plan that concerns one source, cut into tasks. */
final class SlicesOf extends DoFn<EpochPlan, ReadTask> {
  private final String source;
  private final Set<String> into;
  private final int workers;

  /** Of a source whose rows go to whoever reads it. */
  SlicesOf(String source, int workers) {
    this(source, Set.of(), workers);
  }

  /** Of rows of a table that go to some tables only. */
  SlicesOf(String source, Set<String> into, int workers) {
    this.source = source;
    this.into = new TreeSet<>(into);
    this.workers = workers;
  }

  @ProcessElement
  public void cut(@Element EpochPlan plan, OutputReceiver<ReadTask> out) {
    ReadTask.of(plan, source, into, workers).forEach(out::output);
  }
}
