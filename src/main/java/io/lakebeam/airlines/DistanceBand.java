package io.lakebeam.airlines;

import io.lakebeam.sql.ScalarFunction;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * {@code DISTANCE_BAND(miles)}: short below 500 miles, medium below 1,500, long from there on; NULL
 * for NULL and for distances that are none.
 */
public final class DistanceBand implements ScalarFunction {
  private static final int MEDIUM_FROM = 500;
  private static final int LONG_FROM = 1500;

  /** Called by queries. */
  public static @Nullable String eval(@Nullable Integer miles) {
    if (miles == null || miles <= 0) {
      return null;
    }
    if (miles < MEDIUM_FROM) {
      return "short";
    }
    return miles < LONG_FROM ? "medium" : "long";
  }
}
