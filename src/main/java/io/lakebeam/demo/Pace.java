package io.lakebeam.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How fast the demo's time passes, and when it ends. The demo's clock starts at the first moment
 * that is awaited, so a resumed demo does not wait again for what it has seen. Awaited by one
 * thread; {@link #stop} may come from any.
 */
public final class Pace {
  private static final double UNLIMITED = Double.POSITIVE_INFINITY;

  private final double speed;
  private final InstantSource clock;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private Instant firstAwaited;
  private Instant started;

  private Pace(double speed, InstantSource clock) {
    this.speed = speed;
    this.clock = clock;
  }

  /** As fast as the machine can. */
  public static Pace unlimited() {
    return new Pace(UNLIMITED, InstantSource.system());
  }

  /**
   * At a speed.
   *
   * @param speed seconds of the demo's time that pass in a second of the clock
   * @throws IllegalArgumentException when the speed is not a positive number
   */
  public static Pace of(double speed, InstantSource clock) {
    if (!(speed > 0)) {
      throw new IllegalArgumentException("speed is a positive number, not " + speed);
    }
    return new Pace(speed, clock);
  }

  /** Makes this and every later waiting end at once. */
  public void stop() {
    stopped.countDown();
  }

  public boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /**
   * Waits until the demo's time has come to a moment.
   *
   * @return false when the demo has been stopped
   */
  public boolean await(Instant moment) throws InterruptedException {
    if (isStopped()) {
      return false;
    }
    if (speed == UNLIMITED) {
      return true;
    }
    if (firstAwaited == null) {
      firstAwaited = moment;
      started = clock.instant();
    }
    long nanos = (long) (Duration.between(firstAwaited, moment).toNanos() / speed);
    Duration left = Duration.between(clock.instant(), started.plusNanos(nanos));
    while (left.compareTo(Duration.ZERO) > 0) {
      // Rounded up to whole milliseconds: a wait of less would spin.
      if (stopped.await(left.toMillis() + 1, TimeUnit.MILLISECONDS)) {
        return false;
      }
      left = Duration.between(clock.instant(), started.plusNanos(nanos));
    }
    return true;
  }
}
