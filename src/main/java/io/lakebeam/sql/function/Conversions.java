package io.lakebeam.sql.function;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.avatica.util.ByteString;

/**
 * Values of one type as another, by the rules of Spark's ANSI casts. What has no equivalent gives
 * null; {@link #required} turns that into an error for CAST.
 */
public final class Conversions {
  private static final BigDecimal INT_MIN = BigDecimal.valueOf(Integer.MIN_VALUE);
  private static final BigDecimal INT_MAX = BigDecimal.valueOf(Integer.MAX_VALUE);
  private static final BigDecimal BIGINT_MIN = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal BIGINT_MAX = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final double BIGINT_LIMIT = 0x1p63;
  private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(Long.MAX_VALUE, 6);
  private static final long MILLIS_PER_SECOND = 1000;
  private static final int MAX_PRECISION = 38;

  private Conversions() {}

  /**
   * The result of a conversion that must not fail.
   *
   * @throws BadValueException when there was a value but no result
   */
  public static Object required(Object result, Object value, String type) {
    if (result == null && value != null) {
      throw new BadValueException(
          "CAST: "
              + BadValueException.quote(value instanceof BigDecimal ? text(value) : value)
              + " is not a valid "
              + type
              + "; TRY_CAST would give NULL");
    }
    return result;
  }

  /** Of anything but dates and timestamps, whose numbers do not say what they are. */
  public static String text(Object value) {
    if (value == null || value instanceof String) {
      return (String) value;
    }
    if (value instanceof BigDecimal) {
      return ((BigDecimal) value).toPlainString();
    }
    byte[] bytes = bytesOf(value);
    return bytes == null ? value.toString() : new String(bytes, StandardCharsets.UTF_8);
  }

  public static byte[] bytes(Object value) {
    return value instanceof String
        ? ((String) value).getBytes(StandardCharsets.UTF_8)
        : bytesOf(value);
  }

  private static byte[] bytesOf(Object value) {
    if (value instanceof byte[]) {
      return (byte[]) value;
    }
    return value instanceof ByteString ? ((ByteString) value).getBytes() : null;
  }

  public static Boolean toBoolean(Object value) {
    if (value instanceof String) {
      return booleanOf((String) value);
    }
    if (value instanceof BigDecimal) {
      return ((BigDecimal) value).signum() != 0;
    }
    if (value instanceof Number) {
      return ((Number) value).doubleValue() != 0;
    }
    return (Boolean) value;
  }

  private static Boolean booleanOf(String value) {
    switch (NumberText.trimmed(value).toLowerCase(Locale.ROOT)) {
      case "t", "true", "y", "yes", "1":
        return true;
      case "f", "false", "n", "no", "0":
        return false;
      default:
        return null;
    }
  }

  public static Integer toInt(Object value) {
    if (value instanceof Integer) {
      return (Integer) value;
    }
    if (value instanceof Float || value instanceof Double) {
      double number = ((Number) value).doubleValue();
      // Written so that NaN fails, too.
      return Math.floor(number) <= Integer.MAX_VALUE && Math.ceil(number) >= Integer.MIN_VALUE
          ? (Integer) (int) number
          : null;
    }
    if (value instanceof BigDecimal) {
      BigDecimal whole = ((BigDecimal) value).setScale(0, RoundingMode.DOWN);
      return whole.compareTo(INT_MIN) < 0 || whole.compareTo(INT_MAX) > 0
          ? null
          : (Integer) whole.intValue();
    }
    Long number = toBigint(value);
    return number == null || number.intValue() != number ? null : (Integer) number.intValue();
  }

  public static Long toBigint(Object value) {
    if (value instanceof String) {
      return NumberText.bigint((String) value);
    }
    if (value instanceof Boolean) {
      return (Boolean) value ? 1L : 0L;
    }
    if (value instanceof Float || value instanceof Double) {
      double number = ((Number) value).doubleValue();
      return number < BIGINT_LIMIT && number >= -BIGINT_LIMIT ? (Long) (long) number : null;
    }
    if (value instanceof BigDecimal) {
      BigDecimal whole = ((BigDecimal) value).setScale(0, RoundingMode.DOWN);
      return whole.compareTo(BIGINT_MIN) < 0 || whole.compareTo(BIGINT_MAX) > 0
          ? null
          : (Long) whole.longValue();
    }
    return value == null ? null : (Long) ((Number) value).longValue();
  }

  public static Double toDouble(Object value) {
    if (value instanceof String) {
      return NumberText.floating((String) value);
    }
    if (value instanceof Boolean) {
      return (Boolean) value ? 1d : 0d;
    }
    return value == null ? null : (Double) ((Number) value).doubleValue();
  }

  public static Float toFloat(Object value) {
    if (value instanceof String) {
      return NumberText.smallFloating((String) value);
    }
    if (value instanceof Boolean) {
      return (Boolean) value ? 1f : 0f;
    }
    return value == null ? null : (Float) ((Number) value).floatValue();
  }

  /** As exact as the value is, without rounding to a scale. */
  public static BigDecimal toDecimal(Object value) {
    if (value instanceof BigDecimal) {
      return (BigDecimal) value;
    }
    if (value instanceof String) {
      return NumberText.decimal((String) value);
    }
    if (value instanceof Boolean) {
      return (Boolean) value ? BigDecimal.ONE : BigDecimal.ZERO;
    }
    if (value instanceof Float || value instanceof Double) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number) ? BigDecimal.valueOf(number) : null;
    }
    return value == null ? null : BigDecimal.valueOf(((Number) value).longValue());
  }

  /** Rounded half up to the scale; null when that takes more digits than the precision. */
  public static BigDecimal toDecimal(Object value, int precision, int scale) {
    BigDecimal exact = toDecimal(value);
    // Far exponents are refused before setScale would write their digits out.
    if (exact == null || (long) exact.precision() - exact.scale() > MAX_PRECISION) {
      return exact == null || exact.signum() != 0 ? null : BigDecimal.ZERO.setScale(scale);
    }
    BigDecimal rounded = exact.setScale(scale, RoundingMode.HALF_UP);
    return rounded.precision() > precision ? null : rounded;
  }

  public static String textOfDate(Integer days) {
    return days == null ? null : TimeText.write(days);
  }

  public static String textOfTimestamp(Long millis) {
    return millis == null ? null : TimeText.write(millis);
  }

  public static Integer dateOfText(String text) {
    return text == null ? null : TimeText.date(text);
  }

  public static Integer dateOfTimestamp(Long millis) {
    return millis == null ? null : (Integer) Times.days(millis);
  }

  public static Long timestampOfText(String text) {
    return text == null ? null : TimeText.timestamp(text);
  }

  public static Long timestampOfDate(Integer days) {
    return days == null ? null : (Long) (days * Times.MILLIS_PER_DAY);
  }

  /** Of seconds since 1970, with fractions; null beyond what microseconds can count. */
  public static Long timestampOfNumber(Object seconds) {
    if (seconds instanceof Float || seconds instanceof Double) {
      double micros = ((Number) seconds).doubleValue() * 1e6;
      return Math.abs(micros) < BIGINT_LIMIT ? (Long) Math.floorDiv((long) micros, 1000L) : null;
    }
    BigDecimal exact = toDecimal(seconds);
    if (exact == null || exact.abs().compareTo(MAX_SECONDS) > 0) {
      return null;
    }
    return toBigint(exact.movePointRight(3).setScale(0, RoundingMode.FLOOR));
  }

  /** Whole seconds since 1970. */
  public static Long secondsOfTimestamp(Long millis) {
    return millis == null ? null : (Long) Math.floorDiv(millis, MILLIS_PER_SECOND);
  }

  /** Whole seconds since 1970, those before it rounded up: UNIX_TIMESTAMP's way. */
  public static Long truncatedSecondsOfTimestamp(Long millis) {
    return millis == null ? null : (Long) (millis / MILLIS_PER_SECOND);
  }

  /** Seconds since 1970 with their fraction. */
  public static BigDecimal exactSecondsOfTimestamp(Long millis) {
    return millis == null ? null : BigDecimal.valueOf(millis, 3);
  }
}
