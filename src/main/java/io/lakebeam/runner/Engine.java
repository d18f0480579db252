package io.lakebeam.runner;

import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.spec.RunnerProfile;
import org.apache.beam.sdk.options.PipelineOptions;

/** What runs graphs. One an update; used by one thread. */
interface Engine extends AutoCloseable {
  /** The engine a profile asks for, started. */
  static Engine start(RunnerProfile profile, CompiledPipeline pipeline) {
    return profile.runner().equals("direct")
        ? new DirectEngine(profile)
        : SparkEngine.start(profile, pipeline.name());
  }

  /** Options for the next graph. */
  PipelineOptions options();

  /** How many workers read at the same time. */
  int workers();

  /** True when a graph with an unbounded root is right and fast here. */
  boolean runsUnbounded();

  /** Lets go of what the last graph has left. */
  default void clean() {}

  @Override
  default void close() {}
}
