package io.lakebeam.row;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SpecializedGetters;
import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayData;
import io.lakebeam.shaded.spark.sql.catalyst.util.MapData;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Values of rows as Java has them, for people and for comparisons: String, {@link
 * java.time.Instant}, {@link LocalDate}, BigDecimal, byte[], List, and Map for maps and structs.
 */
public final class JavaValues {
  private JavaValues() {}

  /** A row's values by column, in order. */
  public static Map<String, @Nullable Object> of(InternalRow row, List<Column> columns) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      values.put(columns.get(i).name(), at(row, i, columns.get(i).type()));
    }
    return values;
  }

  /** A value that a row or an array has. */
  public static @Nullable Object at(SpecializedGetters values, int i, DataType type) {
    return of(RowFields.at(values, i, type), type);
  }

  /** A value of a row. */
  public static @Nullable Object of(@Nullable Object value, DataType type) {
    if (value == null) {
      return null;
    }
    return type.match(
        primitive -> primitive(value, primitive),
        decimal -> ((Decimal) value).toJavaBigDecimal(),
        array -> list((ArrayData) value, array.element()),
        map -> map((MapData) value, map),
        struct -> of((InternalRow) value, struct.fields()));
  }

  private static Object primitive(Object value, Primitive type) {
    return switch (type) {
      case STRING -> value.toString();
      case DATE -> LocalDate.ofEpochDay((Integer) value);
      case TIMESTAMP -> value instanceof Long time ? Microseconds.instant(time) : value;
      default -> value;
    };
  }

  private static Map<@Nullable Object, @Nullable Object> map(MapData entries, DataType.Map type) {
    Map<@Nullable Object, @Nullable Object> values = new LinkedHashMap<>();
    List<@Nullable Object> keys = list(entries.keyArray(), type.key());
    for (int i = 0; i < keys.size(); i++) {
      values.put(keys.get(i), at(entries.valueArray(), i, type.value()));
    }
    return values;
  }

  private static List<@Nullable Object> list(ArrayData elements, DataType type) {
    List<@Nullable Object> values = new ArrayList<>(elements.numElements());
    for (int i = 0; i < elements.numElements(); i++) {
      values.add(at(elements, i, type));
    }
    return Collections.unmodifiableList(values);
  }
}
