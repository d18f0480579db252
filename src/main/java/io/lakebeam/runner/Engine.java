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
        ? new DirectEngine(profile, graph)
        : SparkEngine.start(profile, pipeline.name(), graph);
  }

  /** Runs one epoch to its end. */
  void run(EpochPlan plan);

  /** True when one graph for all epochs is right and fast here. */
  boolean runsUnbounded();

  /**
   * Runs the plans of a feed in one graph, until the feed has ended or failed.
   *
   * @throws RuntimeException what the feed failed with, or the graph
   */
  void run(ContinuousFeed feed);

  @Override
  default void close() {}
}
