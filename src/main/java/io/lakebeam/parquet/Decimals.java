package io.lakebeam.parquet;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.row.WholeTypes;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/** DECIMALs in their four physical forms; the scale is the file's, the value gets the declared. */
final class Decimals extends ScalarDecoder {
  private final int scale;
  private final DataType declared;

  Decimals(PrimitiveType type, DataType declared) {
    this.scale = scale(type);
    this.declared = declared;
  }

  static int scale(PrimitiveType type) {
    return ((DecimalLogicalTypeAnnotation) type.getLogicalTypeAnnotation()).getScale();
  }

  @Override
  Object ofLong(long value) throws UnfitValue {
    return of(BigDecimal.valueOf(value, scale), declared);
  }

  @Override
  Object ofBinary(Binary value) throws UnfitValue {
    if (value.length() == 0) {
      throw new UnfitValue("expected " + declared.sql() + ", found a number without bytes");
    }
    return of(number(value, scale), declared);
  }

  static BigDecimal number(Binary value, int scale) {
    return new BigDecimal(new BigInteger(value.getBytesUnsafe()), scale);
  }

  /** A number as a declared type, every digit kept. */
  static Object of(BigDecimal number, DataType declared) throws UnfitValue {
    if (declared instanceof DataType.Decimal decimal) {
      return fitted(number, decimal);
    }
    switch ((Primitive) declared) {
      case TINYINT, SMALLINT, INT, BIGINT -> {
        return whole(number, declared);
      }
      case FLOAT -> {
        float value = number.floatValue();
        if (!Float.isInfinite(value) && new BigDecimal(value).compareTo(number) == 0) {
          return value;
        }
      }
      case DOUBLE -> {
        double value = number.doubleValue();
        if (!Double.isInfinite(value) && new BigDecimal(value).compareTo(number) == 0) {
          return value;
        }
      }
      default -> throw new IllegalStateException(declared.sql());
    }
    throw unfit(number, declared);
  }

  private static Decimal fitted(BigDecimal number, DataType.Decimal type) throws UnfitValue {
    BigDecimal exact = number.scale() <= type.scale() ? number : number.stripTrailingZeros();
    boolean fits =
        exact.signum() == 0
            || (exact.scale() <= type.scale()
                && exact.precision() - exact.scale() <= type.precision() - type.scale());
    if (!fits) {
      throw unfit(number, type);
    }
    return io.lakebeam.row.Decimals.of(exact, type);
  }

  private static Object whole(BigDecimal number, DataType declared) throws UnfitValue {
    try {
      Object value = WholeTypes.fitted(number.longValueExact(), declared);
      if (value != null) {
        return value;
      }
    } catch (ArithmeticException e) {
      // It has a fraction or too many digits.
    }
    throw unfit(number, declared);
  }

  private static UnfitValue unfit(BigDecimal number, DataType declared) {
    return UnfitValue.of(number.toPlainString(), declared);
  }
}
