package io.lakebeam.delta;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.values.Row;

/**
 * A row as the Avro record that ParquetIO's sink wants, without a copy: one view shows row after
 * row. Not thread-safe.
 */
final class RowView implements GenericRecord {
  private final Schema schema;
  private final int[] positions;
  private final Column[] columns;
  private final List<UnaryOperator<Object>> stored;
  private Row row;

  /**
   * @param schema of the columns, from {@link AvroTypes}
   * @param positions of the columns in the rows
   */
  RowView(Schema schema, List<Column> columns, int[] positions) {
    this.schema = schema;
    this.positions = positions;
    this.columns = columns.toArray(Column[]::new);
    this.stored = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      stored.add(stored(columns.get(i).type(), nonNull(schema.getFields().get(i).schema())));
    }
  }

  RowView show(Row next) {
    row = next;
    return this;
  }

  @Override
  public Object get(int index) {
    Object value = row.getValue(positions[index]);
    if (value == null) {
      if (!columns[index].nullable()) {
        throw new NullInRequiredColumnException(columns[index].name());
      }
      return null;
    }
    UnaryOperator<Object> conversion = stored.get(index);
    return conversion == null ? value : conversion.apply(value);
  }

  /** Null for values that are stored as they are. */
  private static UnaryOperator<Object> stored(DataType type, Schema schema) {
    if (type == Primitive.DATE) {
      return StoredValues::days;
    }
    if (type == Primitive.TIMESTAMP) {
      return StoredValues::microseconds;
    }
    if (type instanceof DataType.Decimal decimal) {
      return value -> new GenericData.Fixed(schema, StoredValues.decimal(decimal, value));
    }
    if (type instanceof DataType.Array array) {
      UnaryOperator<Object> element = stored(array.element(), nonNull(schema.getElementType()));
      return value -> list((Collection<?>) value, element);
    }
    if (type instanceof DataType.Map map) {
      UnaryOperator<Object> entry = stored(map.value(), nonNull(schema.getValueType()));
      return value -> map((Map<?, ?>) value, entry);
    }
    if (type instanceof DataType.Struct struct) {
      int[] all = java.util.stream.IntStream.range(0, struct.fields().size()).toArray();
      // A view for each value: an array holds several structs at a time.
      return value -> new RowView(schema, struct.fields(), all).show((Row) value);
    }
    return null;
  }

  private static Object list(Collection<?> values, UnaryOperator<Object> element) {
    if (element == null) {
      return values;
    }
    List<Object> stored = new ArrayList<>(values.size());
    for (Object value : values) {
      stored.add(value == null ? null : element.apply(value));
    }
    return stored;
  }

  private static Object map(Map<?, ?> values, UnaryOperator<Object> entry) {
    if (entry == null) {
      return values;
    }
    Map<Object, Object> stored = new LinkedHashMap<>();
    values.forEach((key, value) -> stored.put(key, value == null ? null : entry.apply(value)));
    return stored;
  }

  private static Schema nonNull(Schema schema) {
    return schema.isUnion() ? schema.getTypes().get(1) : schema;
  }

  @Override
  public Schema getSchema() {
    return schema;
  }

  @Override
  public Object get(String name) {
    return get(schema.getField(name).pos());
  }

  @Override
  public void put(int index, Object value) {
    throw new UnsupportedOperationException("a view");
  }

  @Override
  public void put(String name, Object value) {
    throw new UnsupportedOperationException("a view");
  }
}
