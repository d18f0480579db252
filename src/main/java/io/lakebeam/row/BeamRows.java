package io.lakebeam.row;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SpecializedGetters;
import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayBasedMapData;
import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayData;
import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
import io.lakebeam.shaded.spark.sql.catalyst.util.MapData;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.ReadableInstant;

/**
 * Rows of one schema as Beam's and as Spark's. An instant is whichever the Beam schema says:
 * Joda's, of milliseconds, or a logical type of {@link Instant}.
 *
 * <p>What Beam's row holds and no column of the type can, such as a number with too many digits, is
 * handed on as it is: it is refused where a row is stored, by the name of its column.
 */
public final class BeamRows implements Serializable {
  private final List<Column> columns;
  private final Schema schema;

  /**
   * @param columns of the rows
   * @param schema of the Beam rows, field by field those columns
   */
  public BeamRows(List<Column> columns, Schema schema) {
    this.columns = List.copyOf(columns);
    this.schema = schema;
  }

  /** Of the Beam rows. */
  public Schema schema() {
    return schema;
  }

  /** The Beam row; values that cannot change are shared. */
  public Row toBeam(InternalRow row) {
    return toBeam(row, columns, schema);
  }

  /** Spark's row. */
  public InternalRow fromBeam(Row row) {
    return fromBeam(row, columns);
  }

  private static Row toBeam(InternalRow row, List<Column> columns, Schema schema) {
    List<@Nullable Object> values = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      values.add(at(row, i, columns.get(i).type(), schema.getField(i).getType()));
    }
    return Row.withSchema(schema).attachValues(values);
  }

  private static @Nullable Object at(
      SpecializedGetters values, int i, DataType type, FieldType field) {
    Object value = RowFields.at(values, i, type);
    return value == null ? null : toBeam(value, type, field);
  }

  private static @Nullable Object toBeam(Object value, DataType type, FieldType field) {
    if (value instanceof Decimal number) {
      return number.toJavaBigDecimal();
    }
    if (type instanceof DataType.Array array && value instanceof ArrayData elements) {
      return list(elements, array.element(), field.getCollectionElementType());
    }
    if (type instanceof DataType.Map map && value instanceof MapData entries) {
      List<@Nullable Object> keys = list(entries.keyArray(), map.key(), field.getMapKeyType());
      List<@Nullable Object> each =
          list(entries.valueArray(), map.value(), field.getMapValueType());
      Map<@Nullable Object, @Nullable Object> values = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        values.put(keys.get(i), each.get(i));
      }
      return values;
    }
    if (type instanceof DataType.Struct struct && value instanceof InternalRow row) {
      return toBeam(row, struct.fields(), field.getRowSchema());
    }
    if (type == Primitive.STRING) {
      return value.toString();
    }
    if (type == Primitive.DATE && value instanceof Integer day) {
      return LocalDate.ofEpochDay(day);
    }
    return type == Primitive.TIMESTAMP && value instanceof Long microseconds
        ? instant(microseconds, field)
        : value;
  }

  private static List<@Nullable Object> list(ArrayData elements, DataType type, FieldType field) {
    List<@Nullable Object> values = new ArrayList<>(elements.numElements());
    for (int i = 0; i < elements.numElements(); i++) {
      values.add(at(elements, i, type, field));
    }
    return values;
  }

  private static Object instant(long microseconds, FieldType field) {
    return field.getTypeName() == TypeName.DATETIME
        ? new org.joda.time.Instant(Math.floorDiv(microseconds, Microseconds.A_MILLISECOND))
        : Microseconds.instant(microseconds);
  }

  private static InternalRow fromBeam(Row row, List<Column> columns) {
    @Nullable Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = fromBeam(row.<Object>getValue(i), columns.get(i).type());
    }
    return new GenericInternalRow(values);
  }

  private static @Nullable Object fromBeam(@Nullable Object value, DataType type) {
    if (value == null) {
      return null;
    }
    if (type instanceof DataType.Decimal decimal && value instanceof BigDecimal number) {
      return Decimals.fits(number, decimal) ? Decimals.of(number, decimal) : number;
    }
    if (type instanceof DataType.Array array && value instanceof Iterable<?> elements) {
      return array(elements, array.element());
    }
    if (type instanceof DataType.Map map && value instanceof Map<?, ?> entries) {
      return new ArrayBasedMapData(
          array(entries.keySet(), map.key()), array(entries.values(), map.value()));
    }
    if (type instanceof DataType.Struct struct && value instanceof Row row) {
      return fromBeam(row, struct.fields());
    }
    if (type == Primitive.STRING && value instanceof String text) {
      return Utf8.of(text);
    }
    if (type == Primitive.DATE && value instanceof LocalDate date) {
      long day = date.toEpochDay();
      return day == (int) day ? (Object) (int) day : date;
    }
    return type == Primitive.TIMESTAMP ? microseconds(value) : value;
  }

  private static GenericArrayData array(Iterable<?> elements, DataType type) {
    List<@Nullable Object> values =
        new ArrayList<>(elements instanceof Collection<?> c ? c.size() : 8);
    elements.forEach(element -> values.add(fromBeam(element, type)));
    return new GenericArrayData(values.toArray());
  }

  private static Object microseconds(Object instant) {
    Long microseconds = null;
    if (instant instanceof ReadableInstant joda) {
      microseconds = Microseconds.ofMilliseconds(joda.getMillis());
    } else if (instant instanceof Instant time) {
      microseconds = Microseconds.ofAny(time);
    }
    return microseconds == null ? instant : microseconds;
  }
}
