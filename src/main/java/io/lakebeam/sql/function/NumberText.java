package io.lakebeam.sql.function;

import io.lakebeam.graph.Limits;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * Numbers read from text as Spark's ANSI casts read them; null for anything else, and for what is
 * longer than {@link Limits#NUMBER_CHARACTERS}.
 */
final class NumberText {
  private static final int MAX_PRECISION = 38;

  private NumberText() {}

  /** Without the white space and control characters around it. */
  static String trimmed(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return c <= ' ' || c == 0x7F;
  }

  /** Digits with an optional sign; no point, no exponent. */
  static Long bigint(String text) {
    String digits = trimmed(text);
    int length = digits.length();
    int i = length > 0 && (digits.charAt(0) == '-' || digits.charAt(0) == '+') ? 1 : 0;
    if (i == length) {
      return null;
    }
    boolean negative = digits.charAt(0) == '-';
    // Counted downwards because the smallest number has no positive twin.
    long value = 0;
    for (; i < length; i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
        return null;
      }
      value = value * 10 - digit;
      if (value > 0) {
        return null;
      }
    }
    if (!negative && value == Long.MIN_VALUE) {
      return null;
    }
    return negative ? value : -value;
  }

  static Double floating(String text) {
    String number = trimmed(text);
    if (!mayBeNumber(number)) {
      return special(number);
    }
    try {
      return Double.valueOf(number);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  static Float smallFloating(String text) {
    String number = trimmed(text);
    if (!mayBeNumber(number)) {
      Double special = special(number);
      return special == null ? null : (Float) special.floatValue();
    }
    try {
      return Float.valueOf(number);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  static BigDecimal decimal(String text) {
    String number = trimmed(text);
    if (!mayBeNumber(number)) {
      return null;
    }
    try {
      BigDecimal value = new BigDecimal(number);
      long whole = (long) value.precision() - value.scale();
      // 1E-999999999 is short, and a gigabyte once its digits are written out.
      if (value.signum() == 0 || whole < -Limits.NUMBER_CHARACTERS) {
        return Math.abs((long) value.scale()) > Limits.NUMBER_CHARACTERS ? BigDecimal.ZERO : value;
      }
      return whole > MAX_PRECISION ? null : value;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Cheap enough to spare ordinary words the cost of an exception. */
  private static boolean mayBeNumber(String text) {
    if (text.length() > Limits.NUMBER_CHARACTERS) {
      return false;
    }
    int i = 0;
    if (i < text.length() && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
      i++;
    }
    if (i < text.length() && text.charAt(i) == '.') {
      i++;
    }
    if (i >= text.length() || text.charAt(i) < '0' || text.charAt(i) > '9') {
      return false;
    }
    // "1d" and "0x1p3" are Java's numbers and so Spark's; other letters and marks are nobody's.
    for (; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 'z' || " ,/:_".indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static Double special(String text) {
    if (text.length() < 3 || text.length() > 9) {
      return null;
    }
    switch (text.toLowerCase(Locale.ROOT)) {
      case "inf", "+inf", "infinity", "+infinity":
        return Double.POSITIVE_INFINITY;
      case "-inf", "-infinity":
        return Double.NEGATIVE_INFINITY;
      case "nan":
        return Double.NaN;
      default:
        return null;
    }
  }
}
