package io.lakebeam.runner;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.EpochGraph;
import io.lakebeam.pipeline.PlanFeed;
import io.lakebeam.pipeline.PlanRoots;
import io.lakebeam.spec.RunnerProfile;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.joda.time.Duration;

/** Epochs on Beam's direct runner, in this JVM. */
final class DirectRun {
  private static final Duration LOOK = Duration.millis(200);

  private final CompiledPipeline pipeline;
  private final Epoch epoch;
  private final Clock clock;
  private final int parallelism;
  private final EpochGraph graph;
  private volatile ContinuousFeed feed;

  DirectRun(CompiledPipeline pipeline, RunnerProfile profile, Epoch epoch, Clock clock) {
    this.pipeline = pipeline;
    this.epoch = epoch;
    this.clock = clock;
    this.graph = new EpochGraph(pipeline);
    String cores = Integer.toString(Math.max(2, Runtime.getRuntime().availableProcessors()));
    this.parallelism =
        Integer.parseInt(profile.options().getOrDefault("target_parallelism", cores));
  }

  /** The graph with a bounded root, built and run once an epoch. */
  void triggered() {
    epoch.endAtPresent();
    Optional<EpochPlan> next = epoch.next();
    while (next.isPresent()) {
      EpochPlan plan = next.get();
      long start = System.nanoTime();
      Pipeline beam = Pipeline.create(options());
      graph.build(beam, PlanRoots.of(plan), parallelism);
      beam.run().waitUntilFinish();
      report(plan, start);
      next = epoch.isStopRequested() ? Optional.empty() : epoch.next();
    }
  }

  /** One graph with an unbounded root, until stopped. */
  void continuous() {
    String key = UUID.randomUUID().toString();
    feed = new ContinuousFeed(epoch, pipeline.spec().commitEvery(), clock);
    PlanFeed.open(key, feed);
    try {
      Pipeline beam = Pipeline.create(options());
      graph.build(beam, PlanRoots.from(key, parallelism - 1), parallelism);
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

  /** Makes a stop take effect at once. */
  void wake() {
    ContinuousFeed current = feed;
    if (current != null) {
      current.wake();
    }
  }

  private static boolean isOver(PipelineResult result) {
    PipelineResult.State state = result.waitUntilFinish(LOOK);
    return state != null && state.isTerminal();
  }

  private void report(EpochPlan plan, long start) {
    Optional<EpochResult> result = epoch.result(plan.number());
    if (result.isEmpty()) {
      throw epoch
          .failure(plan.number())
          .<RuntimeException>map(Failures::of)
          .orElseGet(
              () -> new IllegalStateException("epoch " + plan.number() + " ended without result"));
    }
    epoch.done(result.get(), (System.nanoTime() - start) / 1_000_000);
  }

  private DirectOptions options() {
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

  private static void cancel(PipelineResult result) {
    try {
      result.cancel();
    } catch (IOException | UnsupportedOperationException e) {
      System.getLogger(DirectRun.class.getName())
          .log(System.Logger.Level.DEBUG, "not cancelled", e);
    }
  }
}
