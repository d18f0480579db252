package io.lakebeam.pipeline;

import io.lakebeam.epoch.EpochResult;
import io.lakebeam.event.EventLog;

/** What is stored of a pipeline's views. */
public final class StoredViews {
  private StoredViews() {}

  /** True when an epoch could not bring a view up to date; its failure says why. */
  public static boolean wereLeftBehind(EpochResult epoch) {
    return epoch.datasets().stream().anyMatch(dataset -> dataset.outcome().equals(EventLog.BEHIND));
  }

  /**
   * True when a view does not show all of the table it follows, or shows another query's result.
   */
  public static boolean areBehind(CompiledPipeline pipeline) {
    return pipeline.views().stream()
        .anyMatch(view -> ViewTables.of(pipeline.name(), view).refresh().isPresent());
  }
}
