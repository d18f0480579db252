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
  private final boolean isHistory;
  private final int workers;

  /**
   * @param isHistory whether these are rows that were there before
   */
  public FilesOf(String table, Set<String> into, boolean isHistory, int workers) {
    this.table = table;
    this.into = new TreeSet<>(into);
    this.isHistory = isHistory;
    this.workers = workers;
  }

  @ProcessElement
  public void cut(@Element EpochPlan plan, OutputReceiver<ReadTask> out) {
    ReadTask.of(plan, table, into, isHistory, workers, Slice::parts).forEach(out::output);
  }
}
