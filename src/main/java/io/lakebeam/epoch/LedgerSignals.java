package io.lakebeam.epoch;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Wakes those who wait for a ledger when something in this JVM has changed it. It only saves time:
 * a change by another JVM is found by looking. Some ledgers share a signal, so that a JVM that goes
 * through many of them keeps nothing of each: who waits may be woken by a change of another ledger.
 */
public final class LedgerSignals {
  private static final List<LedgerSignals> SIGNALS =
      Stream.generate(LedgerSignals::new).limit(64).toList();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicLong changes = new AtomicLong();

  private LedgerSignals() {}

  private static LedgerSignals of(String ledger) {
    return SIGNALS.get(Math.floorMod(ledger.hashCode(), SIGNALS.size()));
  }

  static void changed(String ledger) {
    LedgerSignals signals = of(ledger);
    signals.lock.lock();
    try {
      signals.changes.incrementAndGet();
      signals.changed.signalAll();
    } finally {
      signals.lock.unlock();
    }
  }

  /** How many changes there were; to be handed to {@link #await}. */
  public static long changes(String ledger) {
    return of(ledger).changes.get();
  }

  /**
   * Waits for a change after the first {@code seen} ones.
   *
   * @param millis at most so long
   */
  public static void await(String ledger, long seen, long millis) throws InterruptedException {
    LedgerSignals signals = of(ledger);
    signals.lock.lockInterruptibly();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (signals.changes.get() <= seen && left > 0) {
        left = signals.changed.awaitNanos(left);
      }
    } finally {
      signals.lock.unlock();
    }
  }
}
