package io.lakebeam.sql.catalyst.group;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import io.lakebeam.shaded.spark.sql.types.DecimalType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The form in which parts of groups travel in packed rows. A sum may have more digits on its way
 * than any DECIMAL ({@link ExactSum}), and a packed row makes NULL of such a number without a word;
 * so decimals of all digits travel as bytes.
 */
public final class TravelForm {
  private final List<DataType> parts;
  private final List<DataType> types;

  /**
   * @param parts the types of a part's values
   */
  public TravelForm(List<? extends DataType> parts) {
    this.parts = List.copyOf(parts);
    this.types =
        this.parts.stream().map(type -> isLarge(type) ? DataTypes.BinaryType : type).toList();
  }

  private static boolean isLarge(DataType type) {
    return type instanceof DecimalType decimal
        && decimal.precision() == DecimalType.MAX_PRECISION();
  }

  /** The columns of a packed row. */
  public List<DataType> types() {
    return types;
  }

  /** A part as the values of such a row. */
  public @Nullable Object[] pack(@Nullable Object[] part) {
    @Nullable Object[] values = part.clone();
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof Decimal number && isLarge(parts.get(i))) {
        BigDecimal exact = number.toJavaBigDecimal();
        byte[] digits = exact.unscaledValue().toByteArray();
        values[i] =
            ByteBuffer.allocate(4 + digits.length).putInt(exact.scale()).put(digits).array();
      }
    }
    return values;
  }

  /**
   * The part in a row.
   *
   * @param from where it begins there
   */
  public @Nullable Object[] unpack(InternalRow row, int from) {
    @Nullable Object[] part = new Object[parts.size()];
    for (int i = 0; i < part.length; i++) {
      if (row.isNullAt(from + i)) {
        continue;
      }
      part[i] = row.get(from + i, types.get(i));
      if (isLarge(parts.get(i))) {
        ByteBuffer bytes = ByteBuffer.wrap((byte[]) part[i]);
        int scale = bytes.getInt();
        part[i] =
            Decimal.apply(
                new BigDecimal(new BigInteger(bytes.array(), 4, bytes.remaining()), scale));
      }
    }
    return part;
  }
}
