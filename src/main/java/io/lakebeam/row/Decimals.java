package io.lakebeam.row;

import io.lakebeam.graph.DataType;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Exact numbers of rows: Spark's, with the digits after the point that their type says. */
public final class Decimals {
  private Decimals() {}

  /**
   * The number of a type, rounded half up, as SQL's CAST does.
   *
   * @throws ArithmeticException when it has too many digits before the point
   */
  public static Decimal of(BigDecimal number, DataType.Decimal type) {
    if (!fits(number, type)) {
      throw new ArithmeticException(number + " does not fit " + type.sql());
    }
    return Decimal.apply(rounded(number, type), type.precision(), type.scale());
  }

  /** False for numbers that have more digits before the point than the type, once rounded. */
  public static boolean fits(BigDecimal number, DataType.Decimal type) {
    // Asked first: to round a number with a far exponent takes gigabytes.
    if (number.signum() == 0) {
      return true;
    }
    long whole = (long) number.precision() - number.scale();
    return whole < 0
        || whole <= type.precision() - type.scale()
            && rounded(number, type).precision() <= type.precision();
  }

  /** The number with the type's digits after the point, half up, as SQL's CAST does. */
  public static BigDecimal rounded(BigDecimal number, DataType.Decimal type) {
    boolean isNothing =
        number.signum() == 0 || (long) number.precision() - number.scale() < -type.scale() - 1L;
    return isNothing
        ? BigDecimal.ZERO.setScale(type.scale())
        : number.setScale(type.scale(), RoundingMode.HALF_UP);
  }
}
