package io.lakebeam.simulation;

import io.lakebeam.simulation.TestingStore.Operation;
import java.util.Random;
import java.util.Set;

/** What befalls the operations of one run. */
final class Weather {
  /** What befalls an operation. */
  enum Fate {
    NOTHING,
    /** Others have turns first. */
    PAUSE,
    /** Others have many turns first: a suspended machine, a long collection of garbage. */
    SLEEP,
    KILL_BEFORE,
    KILL_AFTER,
    /** It is not done, and says so. */
    FAIL_BEFORE,
    /** It is done, and said to have failed. */
    FAIL_AFTER
  }

  static final Weather CALM = new Weather(new Random(0), -1, -1, 0, 0, 0);

  private static final Set<Operation> CHANGES =
      Set.of(Operation.WRITE, Operation.RENAME, Operation.DELETE, Operation.CREATE);

  /** About as many operations as a run has. */
  private static final int USUAL_OPERATIONS = 220;

  private final Random random;
  private final int killAt;
  private final int sleepAt;
  private final int failsIn10000;
  private final int pausesIn10000;
  private int operations;
  private int promisesUntilSleep;

  private Weather(
      Random random,
      int killAt,
      int sleepAt,
      int failsIn10000,
      int pausesIn10000,
      int promisesUntilSleep) {
    this.random = random;
    this.killAt = killAt;
    this.sleepAt = sleepAt;
    this.failsIn10000 = failsIn10000;
    this.pausesIn10000 = pausesIn10000;
    this.promisesUntilSleep = promisesUntilSleep;
  }

  /**
   * Any.
   *
   * @param length of runs, in usual ones
   */
  static Weather any(Random random, int length) {
    boolean kills = random.nextInt(10) < 6;
    boolean sleeps = random.nextInt(10) < 4;
    int[] fails = {0, 0, 20, 60, 150};
    int[] pauses = {0, 100, 500, 2000};
    return new Weather(
        new Random(random.nextLong()),
        kills ? random.nextInt(length * USUAL_OPERATIONS) : -1,
        sleeps ? random.nextInt(length * USUAL_OPERATIONS) : -1,
        fails[random.nextInt(fails.length)],
        pauses[random.nextInt(pauses.length)],
        random.nextInt(8));
  }

  /**
   * @param promises true when the plan of an epoch, or what it puts into tables, is put into the
   *     ledger: others may have planned or decided otherwise when this run wakes
   */
  Fate next(Operation operation, boolean promises) {
    int at = operations++;
    if (promises && --promisesUntilSleep == 0) {
      return Fate.SLEEP;
    }
    boolean changes = CHANGES.contains(operation);
    // A kill before a look at the store is one before the change that follows.
    if (killAt >= 0 && at >= killAt && changes) {
      return random.nextBoolean() ? Fate.KILL_BEFORE : Fate.KILL_AFTER;
    }
    if (at == sleepAt) {
      return Fate.SLEEP;
    }
    int dice = random.nextInt(10_000);
    if (dice < failsIn10000) {
      return changes && random.nextBoolean() ? Fate.FAIL_AFTER : Fate.FAIL_BEFORE;
    }
    return dice < failsIn10000 + pausesIn10000 ? Fate.PAUSE : Fate.NOTHING;
  }

  @Override
  public String toString() {
    return "kill at "
        + killAt
        + ", sleep at "
        + sleepAt
        + ", "
        + failsIn10000
        + " failures and "
        + pausesIn10000
        + " pauses in 10,000";
  }
}
