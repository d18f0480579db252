package io.lakebeam.runner;

import io.lakebeam.epoch.EpochFailure;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.LedgerSignals;
import io.lakebeam.pipeline.graph.StoredViews;
import io.lakebeam.pipeline.graph.plan.PlanFeed;
import io.lakebeam.source.SourceException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Plans of a continuous update: one epoch at a time, the next one when the last one is done and its
 * time has come. A source that is away for a while is waited for, and said so once.
 */
final class ContinuousFeed implements PlanFeed {
  private static final long NAP_MILLIS = 50;
  private static final long LOOK_MILLIS = 1000;

  private final Epoch epoch;
  private final Duration commitEvery;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private Optional<EpochPlan> underWay = Optional.empty();
  private long startedNanos;
  private long seenSignals;
  private long lookedNanos;
  private Instant nextPlan = Instant.EPOCH;
  private boolean isWaitingForSource;
  private volatile boolean isIdle = true;
  private volatile boolean ended;
  private volatile RuntimeException failure;

  ContinuousFeed(Epoch epoch, Duration commitEvery, Clock clock) {
    this.epoch = epoch;
    this.commitEvery = commitEvery;
    this.clock = clock;
  }

  /** Why the feed has ended before it was asked to. */
  Optional<RuntimeException> failure() {
    return Optional.ofNullable(failure);
  }

  /** True while the next epoch, or the one under way, is not like those that will follow. */
  boolean needsGraphOfItsOwn() {
    return underWay.isPresent() || epoch.needsGraphOfItsOwn();
  }

  /** The feed's next epochs, at most so many: ends when the last of them is done. */
  PlanFeed first(int epochs) {
    return new Part(this, epochs);
  }

  void wake() {
    lock.lock();
    try {
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean hasEnded() {
    return ended;
  }

  /** The next plan, for a graph that does this epoch only. */
  @Override
  public Optional<EpochPlan> next() throws InterruptedException {
    return next(true);
  }

  private Optional<EpochPlan> next(boolean hasGraphOfItsOwn) throws InterruptedException {
    try {
      return underWay.isPresent() ? awaitDone(underWay.get()) : plan(hasGraphOfItsOwn);
    } catch (RuntimeException e) {
      end(e);
      return Optional.empty();
    }
  }

  @Override
  public void napWhileIdle() throws InterruptedException {
    if (isIdle) {
      nap(NAP_MILLIS);
    }
  }

  /** Looks whether the epoch is done; a change in this JVM is seen at once. */
  private Optional<EpochPlan> awaitDone(EpochPlan plan) throws InterruptedException {
    long signals = LedgerSignals.changes(epoch.ledgerKey());
    long sinceLook = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lookedNanos);
    if (signals == seenSignals && sinceLook < LOOK_MILLIS) {
      LedgerSignals.await(epoch.ledgerKey(), seenSignals, NAP_MILLIS);
      return Optional.empty();
    }
    seenSignals = signals;
    lookedNanos = System.nanoTime();
    // Looked for in this order: of an epoch that leaves a view behind, the result comes first.
    Optional<EpochFailure> failed = epoch.failure(plan.number());
    Optional<EpochResult> result = epoch.result(plan.number());
    boolean isBehind = result.filter(StoredViews::wereLeftBehind).isPresent();
    if (result.isPresent() && (!isBehind || failed.isPresent())) {
      underWay = Optional.empty();
      isIdle = true;
      epoch.done(result.get(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos));
      if (isBehind) {
        end(Failures.of(failed.get()));
      }
    } else if (failed.isPresent()) {
      epoch.tellSetAside(plan.number());
      end(Failures.of(failed.get()));
    } else {
      epoch.goesOn();
    }
    return Optional.empty();
  }

  private Optional<EpochPlan> plan(boolean hasGraphOfItsOwn) throws InterruptedException {
    if (epoch.isStopRequested()) {
      ended = true;
      wake();
      return Optional.empty();
    }
    Instant now = clock.instant();
    if (now.isBefore(nextPlan)) {
      nap(Math.min(NAP_MILLIS, Math.max(1, Duration.between(now, nextPlan).toMillis())));
      return Optional.empty();
    }
    nextPlan = now.plus(commitEvery);
    try {
      Optional<EpochPlan> plan = epoch.next(hasGraphOfItsOwn);
      if (isWaitingForSource) {
        isWaitingForSource = false;
        epoch.warning("all sources answer again");
      }
      if (epoch.needsGraphOfItsOwn()) {
        nextPlan = Instant.EPOCH;
      }
      plan.ifPresentOrElse(this::start, epoch::idle);
      return plan;
    } catch (SourceException e) {
      if (!e.isRetryable()) {
        throw e;
      }
      if (!isWaitingForSource) {
        isWaitingForSource = true;
        epoch.warning(
            "source "
                + e.source()
                + ": "
                + e.problem()
                + ": "
                + e.reason()
                + "; waiting for it, and going on by itself when it is back; if it has moved, stop"
                + " this run and start it with its new address");
      }
      epoch.idle();
      return Optional.empty();
    }
  }

  private void start(EpochPlan plan) {
    seenSignals = LedgerSignals.changes(epoch.ledgerKey());
    lookedNanos = System.nanoTime();
    startedNanos = System.nanoTime();
    if (epoch.isFull(plan)) {
      nextPlan = Instant.EPOCH;
    }
    underWay = Optional.of(plan);
    isIdle = false;
    wake();
  }

  private void nap(long millis) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      // Any wake-up will do: whoever naps looks again at what there is to do.
      woken.awaitNanos(left);
    } finally {
      lock.unlock();
    }
  }

  private void end(RuntimeException why) {
    failure = why;
    ended = true;
    wake();
  }

  /** Some epochs of a feed. */
  private static final class Part implements PlanFeed {
    private final ContinuousFeed feed;
    private volatile int left;

    Part(ContinuousFeed feed, int epochs) {
      this.feed = feed;
      this.left = epochs;
    }

    @Override
    public boolean hasEnded() {
      return feed.hasEnded() || feed.isIdle && (left == 0 || feed.needsGraphOfItsOwn());
    }

    @Override
    public Optional<EpochPlan> next() throws InterruptedException {
      Optional<EpochPlan> plan = feed.next(false);
      if (plan.isPresent()) {
        left--;
      }
      return plan;
    }

    @Override
    public void napWhileIdle() throws InterruptedException {
      feed.napWhileIdle();
    }
  }
}
