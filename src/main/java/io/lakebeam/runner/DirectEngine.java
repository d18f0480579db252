package io.lakebeam.runner;

import io.lakebeam.pipeline.graph.EpochGraph;
import io.lakebeam.pipeline.graph.plan.PlanFeed;
import io.lakebeam.pipeline.graph.plan.PlanRoots;
import io.lakebeam.spec.profile.RunnerProfile;
import java.io.IOException;
import java.util.UUID;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.joda.time.Duration;

/** Beam's direct runner, in this JVM. */
final class DirectEngine extends BeamEngine {
  /**
   * Beam keeps about 12 kB of each epoch for as long as a graph lives: a hold of the watermark for
   * each bundle, under a key that is equal to no other (WatermarkManager.KeyedHold,
   * StructuralKey.empty()). So a graph ends before that counts, and the next one goes on.
   */
  static final int EPOCHS_OF_A_GRAPH = 500;

  /**
   * Beam keeps in memory what goes into an author's transform and what comes out of it, until the
   * epoch is through. A flight event with its raw text takes 2 kB of it; bytes of heap for a row.
   */
  static final long HEAP_OF_A_ROW = 8192;

  private static final Duration LOOK = Duration.millis(200);

  private final int parallelism;
  private final int epochsOfAGraph;

  /**
   * @param epochsOfAGraph after so many, a continuous update goes on in a new graph
   */
  DirectEngine(RunnerProfile profile, EpochGraph graph, int epochsOfAGraph) {
    super(graph);
    this.epochsOfAGraph = epochsOfAGraph;
    String cores = Integer.toString(Math.max(2, Runtime.getRuntime().availableProcessors()));
    this.parallelism = Integer.parseInt(profile.option("target_parallelism").orElse(cores));
  }

  @Override
  PipelineOptions options() {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setTargetParallelism(parallelism);
    options.setBlockOnRun(false);
    // Checks of the author's transforms, at five to eight times the time; tests have them on.
    boolean checks = Boolean.getBoolean("lakebeam.enforce");
    options.setEnforceImmutability(checks);
    options.setEnforceEncodability(checks);
    return options;
  }

  @Override
  int workers() {
    return parallelism;
  }

  /**
   * Graphs with an unbounded root, one after the other, once there is no epoch left that reads
   * something else than the next ones will.
   */
  @Override
  public void run(ContinuousFeed feed) {
    while (!feed.hasEnded()) {
      runOneByOne(feed, feed::needsGraphOfItsOwn);
      run(feed, feed.first(epochsOfAGraph));
    }
  }

  private void run(ContinuousFeed feed, PlanFeed part) {
    String key = UUID.randomUUID().toString();
    PlanFeed.open(key, part);
    try {
      PipelineResult result =
          start(beam -> graph.build(beam, PlanRoots.from(key, workers() - 1), workers()));
      while (!isOver(result)) {
        if (feed.failure().isPresent()) {
          cancel(result);
          return;
        }
      }
      if (!part.hasEnded()) {
        throw new IllegalStateException("the graph ended before its plans did");
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
      System.getLogger(DirectEngine.class.getName())
          .log(System.Logger.Level.DEBUG, "not cancelled", e);
    }
  }
}
