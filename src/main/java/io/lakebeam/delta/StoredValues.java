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
    BigDecimal number = ((BigDecimal) value).setScale(type.scale(), RoundingMode.HALF_UP);
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
