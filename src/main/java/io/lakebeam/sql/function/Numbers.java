package io.lakebeam.sql.function;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Arithmetic that never fails; what has no result is null. */
public final class Numbers {
  /** No DOUBLE has a digit beyond, on either side of the point. */
  private static final int DOUBLE_DIGITS = 1100;

  private static final int LONG_DIGITS = 19;

  private Numbers() {}

  public static Double round(Double value) {
    return round(value, 0);
  }

  /** Half away from zero. */
  public static Double round(Double value, Integer scale) {
    if (value == null || scale == null) {
      return null;
    }
    if (scale < -DOUBLE_DIGITS) {
      return Double.isFinite(value) ? (Double) 0.0 : value;
    }
    return Double.isFinite(value) && scale <= DOUBLE_DIGITS
        ? (Double) BigDecimal.valueOf(value).setScale(scale, RoundingMode.HALF_UP).doubleValue()
        : value;
  }

  public static BigDecimal round(BigDecimal value) {
    return round(value, 0);
  }

  public static BigDecimal round(BigDecimal value, Integer scale) {
    if (value == null || scale == null) {
      return null;
    }
    if (scale < (long) value.scale() - value.precision() - 1) {
      return BigDecimal.ZERO;
    }
    BigDecimal rounded =
        scale >= value.scale() ? value : value.setScale(scale, RoundingMode.HALF_UP);
    return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
  }

  public static Long round(Long value) {
    return value;
  }

  /** A negative scale rounds whole digits away. */
  public static Long round(Long value, Integer scale) {
    if (value == null || scale == null) {
      return null;
    }
    if (scale < -LONG_DIGITS) {
      return 0L;
    }
    return scale >= 0
        ? value
        : (Long) BigDecimal.valueOf(value).setScale(scale, RoundingMode.HALF_UP).longValue();
  }

  public static Integer round(Integer value) {
    return value;
  }

  public static Integer round(Integer value, Integer scale) {
    Long rounded = value == null ? null : round(value.longValue(), scale);
    return rounded == null ? null : (Integer) rounded.intValue();
  }

  public static Long floor(Double value) {
    return value == null ? null : (Long) (long) Math.floor(value);
  }

  public static Long ceil(Double value) {
    return value == null ? null : (Long) (long) Math.ceil(value);
  }

  public static BigDecimal floor(BigDecimal value) {
    return value == null ? null : value.setScale(0, RoundingMode.FLOOR);
  }

  public static BigDecimal ceil(BigDecimal value) {
    return value == null ? null : value.setScale(0, RoundingMode.CEILING);
  }

  public static Long floor(Long value) {
    return value;
  }

  public static Long ceil(Long value) {
    return value;
  }

  public static Double ln(Double value) {
    return value == null || value <= 0 ? null : (Double) StrictMath.log(value);
  }

  public static Double log(Double value) {
    return ln(value);
  }

  public static Double log(Double base, Double value) {
    return base == null || value == null || base <= 0 || value <= 0
        ? null
        : (Double) (StrictMath.log(value) / StrictMath.log(base));
  }

  public static Double log2(Double value) {
    return value == null || value <= 0
        ? null
        : (Double) (StrictMath.log(value) / StrictMath.log(2));
  }

  public static Double log10(Double value) {
    return value == null || value <= 0 ? null : (Double) StrictMath.log10(value);
  }

  /** NaN for negative numbers. */
  public static Double sqrt(Double value) {
    return value == null ? null : (Double) Math.sqrt(value);
  }

  public static Double cbrt(Double value) {
    return value == null ? null : (Double) StrictMath.cbrt(value);
  }

  public static Double exp(Double value) {
    return value == null ? null : (Double) StrictMath.exp(value);
  }

  public static Double power(Double base, Double exponent) {
    return base == null || exponent == null ? null : (Double) StrictMath.pow(base, exponent);
  }

  public static Double sign(Double value) {
    return value == null ? null : (Double) Math.signum(value);
  }

  /** The remainder that is never negative for a positive divisor; NULL for a divisor of 0. */
  public static Long pmod(Long dividend, Long divisor) {
    if (dividend == null || divisor == null || divisor == 0) {
      return null;
    }
    long remainder = dividend % divisor;
    return remainder < 0 ? (remainder + divisor) % divisor : remainder;
  }

  public static Double pmod(Double dividend, Double divisor) {
    if (dividend == null || divisor == null || divisor == 0) {
      return null;
    }
    double remainder = dividend % divisor;
    return remainder < 0 ? (remainder + divisor) % divisor : remainder;
  }

  /** NULL for a divisor of 0. */
  public static Double tryDivide(Double dividend, Double divisor) {
    return dividend == null || divisor == null || divisor == 0
        ? null
        : (Double) (dividend / divisor);
  }

  public static Boolean isNan(Double value) {
    return value != null && value.isNaN();
  }
}
