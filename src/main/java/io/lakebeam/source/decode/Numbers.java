package io.lakebeam.source.decode;

import io.lakebeam.graph.DataType;
import io.lakebeam.row.Decimals;
import io.lakebeam.row.WholeTypes;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import java.math.BigDecimal;

/**
 * Numbers into declared types without loss: what does not fit is refused, never rounded. Digits are
 * counted before they are written out, so that {@code 1e999999999} costs nothing.
 */
final class Numbers {
  private static final int LONG_DIGITS = 19;

  private Numbers() {}

  /**
   * @param type of whole numbers
   */
  static Object toWhole(BigDecimal number, DataType type, String text) throws BadRecord {
    return toWhole(toLong(number, type, text), type, text);
  }

  /**
   * @param type of whole numbers
   */
  static Object toWhole(long number, DataType type, String text) throws BadRecord {
    Object whole = WholeTypes.fitted(number, type);
    if (whole == null) {
      throw doesNotFit(text, type);
    }
    return whole;
  }

  private static long toLong(BigDecimal number, DataType type, String text) throws BadRecord {
    if (number.signum() == 0) {
      return 0;
    }
    // Before the zeros are stripped, which overflows the scale of 100e2147483647.
    if ((long) number.precision() - number.scale() > LONG_DIGITS) {
      throw doesNotFit(text, type);
    }
    BigDecimal stripped = number.stripTrailingZeros();
    if (stripped.scale() > 0) {
      throw new BadRecord(
          BadRecord.shortened(text) + " is no whole number, expected " + type.sql());
    }
    try {
      return stripped.longValueExact();
    } catch (ArithmeticException e) {
      throw doesNotFit(text, type);
    }
  }

  /** With the declared scale. */
  static Decimal toDecimal(BigDecimal number, DataType.Decimal type, String text) throws BadRecord {
    if (number.signum() == 0) {
      return Decimal.apply(0L, type.precision(), type.scale());
    }
    BigDecimal exact = number.scale() <= type.scale() ? number : number.stripTrailingZeros();
    if (exact.scale() > type.scale()
        || (long) exact.precision() - exact.scale() > type.precision() - type.scale()) {
      throw doesNotFit(text, type);
    }
    return Decimals.of(exact, type);
  }

  static Float toFloat(double number, String text) throws BadRecord {
    float value = (float) number;
    if (Float.isInfinite(value)) {
      throw doesNotFit(text, DataType.Primitive.FLOAT);
    }
    return value;
  }

  static Double toDouble(double number, String text) throws BadRecord {
    if (Double.isInfinite(number)) {
      throw doesNotFit(text, DataType.Primitive.DOUBLE);
    }
    return number;
  }

  static BadRecord doesNotFit(String text, DataType type) {
    return new BadRecord(BadRecord.shortened(text) + " does not fit " + type.sql());
  }
}
