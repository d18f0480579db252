package io.lakebeam.row;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayBasedMapData;
import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayData;
import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
import io.lakebeam.shaded.spark.sql.catalyst.util.MapData;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
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
 * Rows of one schema as Beam's and as Spark's. Beam's have the types that Beam's schemas give for
 * the columns; an instant is whichever the Beam schema says: Joda's, of milliseconds, or a logical
 * type of {@link Instant}.
 */
public final class BeamRows {
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

  /** The Beam row; values that cannot change are shared. */
  public Row toBeam(InternalRow row) {
    return toBeam(row, columns, schema);
  }

  /**
   * Spark's row.
   *
   * @throws ArithmeticException when a number or an instant is beyond what its type holds
   */
  public InternalRow fromBeam(Row row) {
    return fromBeam(row, columns);
  }

  private static Row toBeam(InternalRow row, List<Column> columns, Schema schema) {
    List<@Nullable Object> values = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      DataType type = columns.get(i).type();
      values.add(
          row.isNullAt(i)
              ? null
              : toBeam(row.get(i, SparkTypes.of(type)), type, schema.getField(i).getType()));
    }
    return Row.withSchema(schema).attachValues(values);
  }

  private static Object toBeam(Object value, DataType type, FieldType field) {
    if (type instanceof DataType.Decimal) {
      return ((Decimal) value).toJavaBigDecimal();
    }
    if (type instanceof DataType.Array array) {
      ArrayData elements = (ArrayData) value;
      List<@Nullable Object> values = new ArrayList<>(elements.numElements());
      for (int i = 0; i < elements.numElements(); i++) {
        values.add(element(elements, i, array.element(), field.getCollectionElementType()));
      }
      return values;
    }
    if (type instanceof DataType.Map map) {
      MapData entries = (MapData) value;
      Map<@Nullable Object, @Nullable Object> values = new LinkedHashMap<>();
      for (int i = 0; i < entries.numElements(); i++) {
        values.put(
            element(entries.keyArray(), i, map.key(), field.getMapKeyType()),
            element(entries.valueArray(), i, map.value(), field.getMapValueType()));
      }
      return values;
    }
    if (type instanceof DataType.Struct struct) {
      return toBeam((InternalRow) value, struct.fields(), field.getRowSchema());
    }
    return switch ((Primitive) type) {
      case STRING -> value.toString();
      case DATE -> LocalDate.ofEpochDay((Integer) value);
      case TIMESTAMP -> instant((Long) value, field);
      default -> value;
    };
  }

  private static @Nullable Object element(ArrayData data, int i, DataType type, FieldType field) {
    return data.isNullAt(i) ? null : toBeam(data.get(i, SparkTypes.of(type)), type, field);
  }

  private static Object instant(long microseconds, FieldType field) {
    return field.getTypeName() == TypeName.DATETIME
        ? new org.joda.time.Instant(Math.floorDiv(microseconds, 1_000L))
        : Instant.EPOCH.plus(microseconds, ChronoUnit.MICROS);
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
    if (type instanceof DataType.Decimal decimal) {
      return decimal((BigDecimal) value, decimal);
    }
    if (type instanceof DataType.Array array) {
      Collection<?> elements = (Collection<?>) value;
      return array(elements, array.element());
    }
    if (type instanceof DataType.Map map) {
      Map<?, ?> entries = (Map<?, ?>) value;
      return new ArrayBasedMapData(
          array(entries.keySet(), map.key()), array(entries.values(), map.value()));
    }
    if (type instanceof DataType.Struct struct) {
      return fromBeam((Row) value, struct.fields());
    }
    return switch ((Primitive) type) {
      case STRING -> UTF8String.fromString((String) value);
      case DATE -> Math.toIntExact(((LocalDate) value).toEpochDay());
      case TIMESTAMP -> microseconds(value);
      default -> value;
    };
  }

  private static GenericArrayData array(Collection<?> elements, DataType type) {
    return new GenericArrayData(elements.stream().map(e -> fromBeam(e, type)).toArray());
  }

  private static Decimal decimal(BigDecimal value, DataType.Decimal type) {
    BigDecimal rounded = value.setScale(type.scale(), RoundingMode.HALF_UP);
    if (rounded.precision() > type.precision()) {
      throw new ArithmeticException("a number does not fit " + type.sql());
    }
    return Decimal.apply(rounded, type.precision(), type.scale());
  }

  private static long microseconds(Object instant) {
    return instant instanceof ReadableInstant joda
        ? Math.multiplyExact(joda.getMillis(), 1_000L)
        : ChronoUnit.MICROS.between(Instant.EPOCH, (Instant) instant);
  }
}
