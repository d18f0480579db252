package io.lakebeam.runner;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.EpochGraph;
import io.lakebeam.pipeline.PlanFeed;
import io.lakebeam.pipeline.PlanRoots;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.joda.time.Duration;

/** Epochs on an engine, until the mode's end or a stop. */
final class UpdateRun {
  private static final Duration LOOK = Duration.millis(200);

  private final Engine engine;
  private final EpochGraph graph;
  private final Epoch epoch;
  private final ContinuousFeed feed;

  UpdateRun(CompiledPipeline pipeline, Engine engine, Epoch epoch, Clock clock) {
    this.engine = engine;
    this.graph = new EpochGraph(pipeline);
    this.epoch = epoch;
    this.feed = new ContinuousFeed(epoch, pipeline.spec().commitEvery(), clock);
  }

  /** Takes what is there now. */
  void triggered() {
    epoch.endAtPresent();
    Optional<EpochPlan> next = epoch.next();
    while (next.isPresent()) {
      long start = System.nanoTime();
      bounded(next.get());
      report(next.get(), start);
      next = epoch.isStopRequested() ? Optional.empty() : epoch.next();
    }
  }

  /** Goes on until stopped. */
  void continuous() {
    if (engine.runsUnbounded()) {
      unbounded();
    } else {
      epochByEpoch();
    }
  }

  /** Makes a stop take effect at once. */
  void wake() {
    feed.wake();
  }

  /** The graph with a bounded root, built and run for one epoch. */
  private void bounded(EpochPlan plan) {
    Pipeline beam = Pipeline.create(engine.options());
    graph.build(beam, PlanRoots.of(plan), engine.workers());
    try {
      beam.run().waitUntilFinish();
    } finally {
      engine.clean();
    }
  }

  private void epochByEpoch() {
    try {
      while (!feed.hasEnded()) {
        // Empty after a nap, or when the epoch before is found to be done.
        feed.next().ifPresent(this::bounded);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    feed.failure()
        .ifPresent(
            failure -> {
              throw failure;
            });
  }

  /** One graph with an unbounded root. */
  private void unbounded() {
    String key = UUID.randomUUID().toString();
    PlanFeed.open(key, feed);
    try {
      Pipeline beam = Pipeline.create(engine.options());
      graph.build(beam, PlanRoots.from(key, engine.workers() - 1), engine.workers());
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

  private static void cancel(PipelineResult result) {
    try {
      result.cancel();
    } catch (IOException | UnsupportedOperationException e) {
      System.getLogger(UpdateRun.class.getName())
          .log(System.Logger.Level.DEBUG, "not cancelled", e);
    }
  }
}
