package io.lakebeam.delta.view;

import io.lakebeam.graph.DataType;
import io.lakebeam.sql.ViewQuery;
import io.lakebeam.sql.ViewQuery.Aggregate;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What the columns of an aggregate have room for, in a group. */
record Room(ViewQuery query, Aggregate aggregate, List<Object> key) {
  /**
   * The value as the column stores it.
   *
   * @throws NoRoomException when it cannot
   */
  @Nullable Object of(@Nullable Object value, DataType type) {
    if (type instanceof DataType.Decimal decimal && value != null) {
      BigDecimal exact =
          value instanceof BigDecimal number ? number : new BigDecimal(value.toString());
      BigDecimal fitting = exact.setScale(decimal.scale(), RoundingMode.HALF_UP);
      if (fitting.precision() > decimal.precision()) {
        throw noRoom(fitting, type);
      }
      return fitting;
    }
    if (value instanceof BigInteger) {
      throw noRoom(value, type);
    }
    return value;
  }

  private NoRoomException noRoom(Object value, DataType type) {
    String call = aggregate.function() + " in column " + aggregate.column();
    String fix =
        type == DataType.Primitive.BIGINT
            ? "sum it up with more digits: " + aggregate.function() + "(CAST(... AS DECIMAL(38,0)))"
            : "let it have fewer digits, for instance "
                + aggregate.function()
                + "(CAST(... AS DOUBLE))";
    return new NoRoomException(
        call + " has no room any more",
        group() + " it is " + value + ", and the column is a " + type.sql(),
        fix);
  }

  private String group() {
    if (key.isEmpty()) {
      return "over all rows";
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      parts.add(query.groups().get(i).column() + " = " + key.get(i));
    }
    return "in the group " + String.join(", ", parts);
  }
}
