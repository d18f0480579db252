package io.lakebeam.delta.file;

import io.lakebeam.graph.DataType;
import io.lakebeam.parquet.ParquetTypes;
import io.lakebeam.row.Decimals;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import java.math.BigDecimal;
import java.util.Arrays;

/** The values of a row in the form in which Parquet stores them. */
final class StoredValues {
  /** Numbers of so many digits fit a long. */
  private static final int LONG_DIGITS = 18;

  private StoredValues() {}

  static int decimalBytes(DataType.Decimal type) {
    return ParquetTypes.decimalBytes(type);
  }

  /**
   * Big-endian two's complement of the unscaled value. Digits beyond the scale are rounded, half
   * up, as SQL's CAST does.
   *
   * @throws IllegalArgumentException when the number has too many digits before the point
   */
  static byte[] decimal(DataType.Decimal type, Decimal value) {
    byte[] stored = new byte[decimalBytes(type)];
    if (value.precision() <= LONG_DIGITS
        && value.scale() == type.scale()
        && value.precision() <= type.precision()) {
      long unscaled = value.toUnscaledLong();
      for (int i = stored.length - 1; i >= 0; i--) {
        stored[i] = (byte) unscaled;
        unscaled >>= Byte.SIZE;
      }
      return stored;
    }
    BigDecimal number = Decimals.rounded(value.toJavaBigDecimal(), type);
    if (number.precision() > type.precision()) {
      throw new IllegalArgumentException(value + " does not fit into " + type.sql());
    }
    byte[] digits = number.unscaledValue().toByteArray();
    int padding = stored.length - digits.length;
    if (digits[0] < 0) {
      Arrays.fill(stored, 0, padding, (byte) -1);
    }
    System.arraycopy(digits, 0, stored, padding, digits.length);
    return stored;
  }
}
