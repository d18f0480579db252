package io.lakebeam.row;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Instants of rows: microseconds since 1970-01-01T00:00:00Z, finer digits cut towards the past. */
public final class Microseconds {
  public static final long A_SECOND = 1_000_000;
  public static final long A_MILLISECOND = 1_000;

  private Microseconds() {}

  /**
   * @throws ArithmeticException when it is some 290,000 years from 1970, or more
   */
  public static long of(Instant instant) {
    long seconds = instant.getEpochSecond();
    long rest = instant.getNano() / 1_000;
    // The first second that has room does not start in it.
    return seconds < 0
        ? Math.addExact(Math.multiplyExact(seconds + 1, A_SECOND), rest - A_SECOND)
        : Math.addExact(Math.multiplyExact(seconds, A_SECOND), rest);
  }

  /** Null when no row has room for it. */
  public static @Nullable Long ofAny(Instant instant) {
    try {
      return of(instant);
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** Null when no row has room for it. */
  public static @Nullable Long ofMilliseconds(long milliseconds) {
    boolean fits =
        milliseconds <= Long.MAX_VALUE / A_MILLISECOND
            && milliseconds >= Long.MIN_VALUE / A_MILLISECOND;
    return fits ? (Long) (milliseconds * A_MILLISECOND) : null;
  }

  public static Instant instant(long microseconds) {
    return Instant.EPOCH.plus(microseconds, ChronoUnit.MICROS);
  }
}
