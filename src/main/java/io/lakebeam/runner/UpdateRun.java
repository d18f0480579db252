package io.lakebeam.runner;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.pipeline.graph.StoredViews;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Epochs on an engine, until the mode's end or a stop. */
final class UpdateRun {
  private final EngineOnDemand engine;
  private final Epoch epoch;
  private final ContinuousFeed feed;

  UpdateRun(EngineOnDemand engine, Epoch epoch, Duration commitEvery, Clock clock) {
    this.engine = engine;
    this.epoch = epoch;
    this.feed = new ContinuousFeed(epoch, commitEvery, clock);
  }

  /**
   * Takes what is there now.
   *
   * @throws UpdateFailedException at the end, when a view could not be brought up to date
   */
  void triggered() {
    epoch.endAtPresent();
    Optional<UpdateFailedException> leftBehind = Optional.empty();
    Optional<EpochPlan> next = epoch.next(true);
    while (next.isPresent()) {
      Engine started = engine.get();
      long start = System.nanoTime();
      started.run(next.get());
      leftBehind = report(next.get(), start);
      next = epoch.isStopRequested() ? Optional.empty() : epoch.next(true);
    }
    if (leftBehind.isPresent()) {
      throw leftBehind.get();
    }
  }

  /**
   * Until no table waits any more for what others had before, or a stop. What comes meanwhile is
   * taken as well.
   *
   * @throws UpdateFailedException when an epoch cannot be done
   */
  void untilCaughtUp() {
    epoch.catchUp();
    Optional<EpochPlan> next = epoch.next(true);
    while (next.isPresent()) {
      Engine started = engine.get();
      long start = System.nanoTime();
      started.run(next.get());
      report(next.get(), start);
      boolean goesOn = epoch.isCatchingUp() && !epoch.isStopRequested();
      next = goesOn ? epoch.next(true) : Optional.empty();
    }
  }

  /** Goes on until stopped. */
  void continuous() {
    engine.get().run(feed);
    feed.failure()
        .ifPresent(
            failure -> {
              throw failure;
            });
  }

  /** Makes a stop take effect at once. */
  void wake() {
    feed.wake();
  }

  /** Tells of the epoch; gives what it has left behind. */
  private Optional<UpdateFailedException> report(EpochPlan plan, long start) {
    Optional<EpochResult> result = epoch.result(plan.number());
    if (result.isEmpty()) {
      epoch.tellSetAside(plan.number());
      throw epoch
          .failure(plan.number())
          .<RuntimeException>map(Failures::of)
          .orElseGet(
              () -> new IllegalStateException("epoch " + plan.number() + " ended without result"));
    }
    epoch.done(result.get(), (System.nanoTime() - start) / 1_000_000);
    return StoredViews.wereLeftBehind(result.get())
        ? Optional.of(
            epoch.failure(plan.number()).map(Failures::of).orElseGet(Failures::leftBehind))
        : Optional.empty();
  }
}
