package io.lakebeam.row;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SpecializedGetters;
import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.io.Serializable;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads rows of one schema, which do not know it themselves. */
public final class RowFields implements Serializable {
  private final List<Column> columns;
  private final DataType[] types;

  public RowFields(TableSchema schema) {
    this(schema.columns());
  }

  public RowFields(List<Column> columns) {
    this.columns = List.copyOf(columns);
    this.types = columns.stream().map(c -> SparkTypes.of(c.type())).toArray(DataType[]::new);
  }

  public int width() {
    return types.length;
  }

  public List<Column> columns() {
    return columns;
  }

  /** Of the column of exactly that name; -1 when there is none. */
  public int position(String column) {
    for (int i = 0; i < types.length; i++) {
      if (columns.get(i).name().equals(column)) {
        return i;
      }
    }
    return -1;
  }

  /** The row's own object, not a copy. */
  public @Nullable Object value(InternalRow row, int i) {
    return row.isNullAt(i) ? null : row.get(i, types[i]);
  }

  /** A value of a row or an array, of a column's type. */
  public static @Nullable Object at(
      SpecializedGetters values, int i, io.lakebeam.graph.DataType type) {
    if (values.isNullAt(i)) {
      return null;
    }
    // Rows that are made here do not ask for the type, which is costly to name for a struct.
    return values instanceof GenericInternalRow row
        ? row.genericGet(i)
        : values instanceof GenericArrayData array
            ? array.array()[i]
            : values.get(i, SparkTypes.of(type));
  }

  /**
   * The row's own object, not a copy.
   *
   * @throws IllegalArgumentException when there is no such column
   */
  public @Nullable Object value(InternalRow row, String column) {
    int position = position(column);
    if (position < 0) {
      throw new IllegalArgumentException("no column " + column);
    }
    return value(row, position);
  }

  /** Of a STRING that rows may have; null when they do not, or this one has none. */
  public @Nullable String text(InternalRow row, String column) {
    int position = position(column);
    UTF8String text =
        position < 0 ? null : row.isNullAt(position) ? null : row.getUTF8String(position);
    return text == null ? null : text.toString();
  }

  /** The values of the first columns, the row's own objects. */
  public @Nullable Object[] first(InternalRow row, int count) {
    @Nullable Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      values[i] = value(row, i);
    }
    return values;
  }
}
