package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.source.Slice;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.transforms.DoFn;

/** The part of a plan that concerns rows of a table for some others, cut into tasks. */
public final class FilesOf extends DoFn<EpochPlan, ReadTask> {
  private final String table;
  private final Set<String> into;
  private final int workers;

  public FilesOf(String table, Set<String> into, int workers) {
    this.table = table;
    this.into = new TreeSet<>(into);
    this.workers = workers;
  }

  @ProcessElement
  public void cut(@Element EpochPlan plan, OutputReceiver<ReadTask> out) {
    ReadTask.of(plan, table, into, workers, Slice::parts).forEach(out::output);
  }
}
