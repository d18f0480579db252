package io.lakebeam.delta.view;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.row.Decimals;
import io.lakebeam.row.JavaValues;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import io.lakebeam.sql.ViewQuery.Aggregate;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What the columns of an aggregate have room for, in a group.
 *
 * @param key the group, with the columns {@code groups}
 */
record Room(Aggregate aggregate, InternalRow key, List<Column> groups) {
  /**
   * The value as the column stores it.
   *
   * @throws NoRoomException when it cannot
   */
  @Nullable Object of(@Nullable Object value, DataType type) {
    if (!(value instanceof Decimal number)) {
      return value;
    }
    BigDecimal exact = number.toJavaBigDecimal();
    if (type instanceof DataType.Decimal decimal) {
      if (!Decimals.fits(exact, decimal)) {
        throw noRoom(Decimals.rounded(exact, decimal), type);
      }
      return Decimals.of(exact, decimal);
    }
    BigInteger whole = exact.toBigIntegerExact();
    if (whole.bitLength() >= Long.SIZE) {
      throw noRoom(whole, type);
    }
    return whole.longValue();
  }

  private NoRoomException noRoom(Object value, DataType type) {
    String name = aggregate.function();
    String fix =
        type == DataType.Primitive.BIGINT
            ? "sum it up with more digits: " + name + "(CAST(... AS DECIMAL(38,0)))"
            : "let it have fewer digits, for instance " + name + "(CAST(... AS DOUBLE))";
    return new NoRoomException(
        name + " in column " + aggregate.column() + " has no room any more",
        group() + " it is " + value + ", and the column is a " + type.sql(),
        fix);
  }

  private String group() {
    if (groups.isEmpty()) {
      return "over all rows";
    }
    List<String> parts = new ArrayList<>();
    JavaValues.of(key, groups).forEach((column, value) -> parts.add(column + " = " + value));
    return "in the group " + String.join(", ", parts);
  }
}
