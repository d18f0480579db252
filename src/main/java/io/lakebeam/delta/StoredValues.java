package io.lakebeam.delta;

import io.lakebeam.graph.DataType;
import io.lakebeam.parquet.ParquetTypes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Arrays;
import org.joda.time.ReadableInstant;

/** The values of a row in the form in which Parquet stores them. */
final class StoredValues {
  private static final long MICROSECONDS = 1_000;

  private StoredValues() {}

  static int days(Object value) {
    return Math.toIntExact(((LocalDate) value).toEpochDay());
  }

  static long microseconds(Object value) {
    return Math.multiplyExact(((ReadableInstant) value).getMillis(), MICROSECONDS);
  }

  /** False for years that Parquet's 32 bits of days do not reach. */
  static boolean fits(LocalDate date) {
    return date.toEpochDay() == (int) date.toEpochDay();
  }

  /** False for years that 64 bits of microseconds do not reach: some 290,000 from 1970. */
  static boolean fits(ReadableInstant instant) {
    long milliseconds = instant.getMillis();
    return milliseconds <= Long.MAX_VALUE / MICROSECONDS
        && milliseconds >= Long.MIN_VALUE / MICROSECONDS;
  }

  /** False for numbers that have more digits before the point than the type, once rounded. */
  static boolean fits(DataType.Decimal type, BigDecimal number) {
    // Asked first: to round a number with a far exponent takes gigabytes.
    if (number.signum() == 0) {
      return true;
    }
    long whole = (long) number.precision() - number.scale();
    return whole < 0
        || whole <= type.precision() - type.scale()
            && rounded(type, number).precision() <= type.precision();
  }

  /** The number with the type's digits after the point, half up, as SQL's CAST does. */
  static BigDecimal rounded(DataType.Decimal type, BigDecimal number) {
    boolean isNothing =
        number.signum() == 0 || (long) number.precision() - number.scale() < -type.scale() - 1L;
    return isNothing
        ? BigDecimal.ZERO.setScale(type.scale())
        : number.setScale(type.scale(), RoundingMode.HALF_UP);
  }

  static int decimalBytes(DataType.Decimal type) {
    return ParquetTypes.decimalBytes(type);
  }

  /**
   * Big-endian two's complement of the unscaled value. Digits beyond the scale are rounded, half
   * up, as SQL's CAST does.
   *
   * @throws IllegalArgumentException when the number has too many digits before the point
   */
  static byte[] decimal(DataType.Decimal type, Object value) {
    BigDecimal number = rounded(type, (BigDecimal) value);
    if (number.precision() > type.precision()) {
      throw new IllegalArgumentException(value + " does not fit into " + type.sql());
    }
    byte[] digits = number.unscaledValue().toByteArray();
    byte[] stored = new byte[decimalBytes(type)];
    int padding = stored.length - digits.length;
    if (digits[0] < 0) {
      Arrays.fill(stored, 0, padding, (byte) -1);
    }
    System.arraycopy(digits, 0, stored, padding, digits.length);
    return stored;
  }
}
