package io.lakebeam.runner;

import io.lakebeam.epoch.EpochPlan;
import java.util.function.BooleanSupplier;

/**
 * What runs the epochs of a pipeline. It only moves rows: what became of an epoch is in the ledger,
 * whatever the engine says. One an update; used by one thread.
 */
interface Engine extends AutoCloseable {
  /** Runs one epoch to its end. */
  void run(EpochPlan plan);

  /**
   * Runs the plans of a feed until it has ended or failed, which it tells itself: one by one,
   * unless an engine has a better way.
   */
  default void run(ContinuousFeed feed) {
    runOneByOne(feed, () -> true);
  }

  /** Runs the plans of a feed one by one as long as it has not ended and a condition holds. */
  default void runOneByOne(ContinuousFeed feed, BooleanSupplier condition) {
    try {
      while (!feed.hasEnded() && condition.getAsBoolean()) {
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
