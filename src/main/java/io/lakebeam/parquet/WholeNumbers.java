package io.lakebeam.parquet;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.row.WholeTypes;
import java.math.BigDecimal;

/** Integers into numbers that hold them exactly. */
final class WholeNumbers extends ScalarDecoder {
  private final DataType declared;
  private final boolean unsigned;

  /**
   * @param unsigned whether 64 bits are meant without a sign
   */
  WholeNumbers(DataType declared, boolean unsigned) {
    this.declared = declared;
    this.unsigned = unsigned;
  }

  @Override
  Object ofLong(long value) throws UnfitValue {
    if (unsigned && value < 0) {
      return Decimals.of(new BigDecimal(Long.toUnsignedString(value)), declared);
    }
    return of(value, declared);
  }

  private static Object of(long value, DataType declared) throws UnfitValue {
    if (declared instanceof DataType.Decimal) {
      return Decimals.of(BigDecimal.valueOf(value), declared);
    }
    switch ((Primitive) declared) {
      case BIGINT -> {
        return value;
      }
      case TINYINT, SMALLINT, INT -> {
        Object fitted = WholeTypes.fitted(value, declared);
        if (fitted != null) {
          return fitted;
        }
      }
      case FLOAT -> {
        float number = value;
        if (isSame(number, value)) {
          return number;
        }
      }
      case DOUBLE -> {
        double number = value;
        if (isSame(number, value)) {
          return number;
        }
      }
      default -> throw new IllegalStateException(declared.sql());
    }
    throw UnfitValue.of(value, declared);
  }

  /** A number with a point as a whole one. */
  static Object of(double value, DataType declared) throws UnfitValue {
    if (!isSame(value, (long) value)) {
      throw UnfitValue.of(value, declared);
    }
    return of((long) value, declared);
  }

  /** False for 2^63, which no long is, though the cast makes it the greatest one. */
  private static boolean isSame(double number, long whole) {
    return number == whole && (long) number == whole && number != 0x1p63;
  }
}
