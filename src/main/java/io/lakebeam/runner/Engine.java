package io.lakebeam.runner;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.EpochGraph;
import io.lakebeam.source.Patience;
import io.lakebeam.spec.RunnerProfile;

/**
 * What runs the epochs of a pipeline. It only moves rows: what became of an epoch is in the ledger,
 * whatever the engine says. One an update; used by one thread.
 */
interface Engine extends AutoCloseable {
  /** The engine a profile asks for, started. */
  static Engine start(RunnerProfile profile, CompiledPipeline pipeline, Patience patience) {
    EpochGraph graph = new EpochGraph(pipeline, patience);
    return profile.runner().equals("direct")
        ? new DirectEngine(profile, graph, DirectEngine.EPOCHS_OF_A_GRAPH)
        : SparkEngine.start(profile, pipeline.name(), graph);
  }

  /**
   * What the engine's memory allows a plan to have of one source; without bound, unless it says so.
   */
  default long mostRowsOfAnEpoch() {
    return Long.MAX_VALUE;
  }

  /** Runs one epoch to its end. */
  void run(EpochPlan plan);

  /**
   * Runs the plans of a feed until it has ended or failed, which it tells itself: one by one,
   * unless an engine has a better way.
   */
  default void run(ContinuousFeed feed) {
    try {
      while (!feed.hasEnded()) {
        // Empty after a nap, or when the epoch before is found to be done.
        feed.next().ifPresent(this::run);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  default void close() {}
}
