package io.lakebeam.runner;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.pipeline.EpochGraph;
import io.lakebeam.pipeline.PlanFeed;
import io.lakebeam.pipeline.PlanRoots;
import java.io.IOException;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.joda.time.Duration;

/** An engine that is one of Beam's runners. */
abstract class BeamEngine implements Engine {
  private static final Duration LOOK = Duration.millis(200);

  private final EpochGraph graph;

  BeamEngine(EpochGraph graph) {
    this.graph = graph;
  }

  /** Options for the next graph. */
  abstract PipelineOptions options();

  /** How many workers read at the same time. */
  abstract int workers();

  /** Lets go of what the last graph has left. */
  void clean() {}

  /** The graph with a bounded root, built and run for one epoch. */
  @Override
  public final void run(EpochPlan plan) {
    Pipeline beam = Pipeline.create(options());
    graph.build(beam, PlanRoots.of(plan), workers());
    try {
      beam.run().waitUntilFinish();
    } finally {
      clean();
    }
  }

  /** One graph with an unbounded root. */
  @Override
  public final void run(ContinuousFeed feed) {
    String key = UUID.randomUUID().toString();
    PlanFeed.open(key, feed);
    try {
      Pipeline beam = Pipeline.create(options());
      graph.build(beam, PlanRoots.from(key, workers() - 1), workers());
      PipelineResult result = beam.run();
      while (!isOver(result)) {
        if (feed.failure().isPresent()) {
          cancel(result);
          break;
        }
      }
      if (feed.failure().isPresent()) {
        throw feed.failure().get();
      }
    } finally {
      PlanFeed.close(key);
    }
  }

  private static boolean isOver(PipelineResult result) {
    PipelineResult.State state = result.waitUntilFinish(LOOK);
    return state != null && state.isTerminal();
  }

  private static void cancel(PipelineResult result) {
    try {
      result.cancel();
    } catch (IOException | UnsupportedOperationException e) {
      System.getLogger(BeamEngine.class.getName())
          .log(System.Logger.Level.DEBUG, "not cancelled", e);
    }
  }
}
