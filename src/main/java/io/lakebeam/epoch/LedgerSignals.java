package io.lakebeam.epoch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes those who wait for a ledger when something in this JVM has changed it. It only saves time:
 * a change by another JVM is found by looking.
 */
public final class LedgerSignals {
  private static final Map<String, LedgerSignals> SIGNALS = new ConcurrentHashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicLong changes = new AtomicLong();

  private LedgerSignals() {}

  private static LedgerSignals of(String ledger) {
    return SIGNALS.computeIfAbsent(ledger, key -> new LedgerSignals());
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
