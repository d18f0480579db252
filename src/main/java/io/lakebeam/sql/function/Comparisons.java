package io.lakebeam.sql.function;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The greatest and the least of values of one type; NULLs are skipped, NaN is the greatest. */
public final class Comparisons {
  private Comparisons() {}

  public static Object greatest(Object... values) {
    Object best = null;
    for (Object value : values) {
      if (value != null && (best == null || compare(value, best) > 0)) {
        best = value;
      }
    }
    return best;
  }

  public static Object least(Object... values) {
    Object best = null;
    for (Object value : values) {
      if (value != null && (best == null || compare(value, best) < 0)) {
        best = value;
      }
    }
    return best;
  }

  private static int compare(Object left, Object right) {
    if (left instanceof String) {
      return compareTexts((String) left, (String) right);
    }
    if (left instanceof byte[]) {
      return Arrays.compareUnsigned((byte[]) left, (byte[]) right);
    }
    if (left instanceof BigDecimal) {
      return ((BigDecimal) left).compareTo((BigDecimal) right);
    }
    return compareAs(left, right);
  }

  @SuppressWarnings("unchecked")
  private static int compareAs(Object left, Object right) {
    return ((Comparable<Object>) left).compareTo(right);
  }

  /** By code point, which is the order of their UTF-8. */
  private static int compareTexts(String left, String right) {
    int order = left.compareTo(right);
    boolean plain = left.chars().noneMatch(c -> c >= Character.MIN_SURROGATE);
    return plain && right.chars().noneMatch(c -> c >= Character.MIN_SURROGATE)
        ? order
        : Arrays.compareUnsigned(
            left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
  }
}
