package io.lakebeam.row;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The types of whole numbers: TINYINT, SMALLINT, INT and BIGINT. */
public final class WholeTypes {
  private WholeTypes() {}

  public static boolean contains(DataType type) {
    return type == Primitive.TINYINT
        || type == Primitive.SMALLINT
        || type == Primitive.INT
        || type == Primitive.BIGINT;
  }

  /**
   * A number as a row holds it.
   *
   * @param type one of them
   * @return null when the type has no room for it
   */
  public static @Nullable Object fitted(long number, DataType type) {
    return switch ((Primitive) type) {
      case TINYINT -> number == (byte) number ? (Byte) (byte) number : null;
      case SMALLINT -> number == (short) number ? (Short) (short) number : null;
      case INT -> number == (int) number ? (Integer) (int) number : null;
      case BIGINT -> (Long) number;
      default -> throw new IllegalArgumentException(type.sql() + " is no type of whole numbers");
    };
  }
}
