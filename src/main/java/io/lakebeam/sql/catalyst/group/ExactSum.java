package io.lakebeam.sql.catalyst.group;

import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import io.lakebeam.sql.catalyst.function.StaticCall;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Sums of whole and decimal numbers that have room for any number on the way. Spark's own SUM of
 * BIGINT fails as soon as a part has no room, which depends on the order of the rows.
 */
public final class ExactSum {
  /** Every addition counts a digit more; none has so many. */
  private static final int DIGITS = 1_000;

  private ExactSum() {}

  /** A call of one of the functions below; NULL when an argument is. */
  static Expression call(String function, DataType type, Expression... arguments) {
    return StaticCall.of(ExactSum.class, function, type, arguments);
  }

  /** The sum, of numbers with as many digits after the point. */
  public static Decimal plus(Decimal sum, Decimal number) {
    Decimal next = sum.$plus(number);
    return next.precision() < DIGITS
        ? next
        : Decimal.apply(next.toUnscaledLong(), Decimal.MAX_LONG_DIGITS() + 1, next.scale());
  }

  /** The sum of whole numbers. */
  public static Decimal plus(Decimal sum, long number) {
    return plus(sum, Decimal.apply(number));
  }

  /** The mean of whole numbers. */
  public static double mean(Decimal sum, long count) {
    return sum.toJavaBigDecimal().doubleValue() / count;
  }

  /** The mean of decimal numbers. */
  public static Decimal mean(Decimal sum, long count, int scale) {
    return Decimal.apply(
        sum.toJavaBigDecimal().divide(BigDecimal.valueOf(count), scale, RoundingMode.HALF_UP));
  }

  /** The sum when it has so few digits; null when it has more. */
  public static @Nullable Decimal fitting(Decimal sum, int precision) {
    return sum.toJavaBigDecimal().precision() <= precision ? sum : null;
  }

  /** The sum when a BIGINT has room for it; null when it has not. */
  public static @Nullable Decimal fitting(Decimal sum) {
    return sum.toJavaBigDecimal().toBigInteger().bitLength() < Long.SIZE ? sum : null;
  }
}
