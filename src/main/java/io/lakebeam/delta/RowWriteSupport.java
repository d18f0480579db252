package io.lakebeam.delta;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.parquet.ParquetTypes;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/** Writes rows into Parquet's columns without a record in between. */
final class RowWriteSupport extends WriteSupport<Row> {
  private final List<Column> columns;
  private final int[] positions;
  private final ValueWriter[] writers;
  private RecordConsumer consumer;

  /** Writes a value that is not null. */
  private interface ValueWriter {
    void write(Object value);
  }

  RowWriteSupport(List<Column> columns, int[] positions) {
    this.columns = columns;
    this.positions = positions;
    this.writers = columns.stream().map(c -> writer(c.type())).toArray(ValueWriter[]::new);
  }

  @Override
  public WriteContext init(ParquetConfiguration configuration) {
    return new WriteContext(ParquetTypes.message(columns), ParquetTypes.metadata());
  }

  @Override
  public WriteContext init(Configuration configuration) {
    return new WriteContext(ParquetTypes.message(columns), ParquetTypes.metadata());
  }

  @Override
  public void prepareForWrite(RecordConsumer recordConsumer) {
    consumer = recordConsumer;
  }

  @Override
  public void write(Row row) {
    consumer.startMessage();
    for (int i = 0; i < writers.length; i++) {
      field(i, columns.get(i), writers[i], row.getValue(positions[i]));
    }
    consumer.endMessage();
  }

  private void field(int index, Column column, ValueWriter writer, Object value) {
    if (value != null) {
      consumer.startField(column.name(), index);
      writer.write(value);
      consumer.endField(column.name(), index);
    } else if (!column.nullable()) {
      throw new NullInRequiredColumnException(column.name());
    }
  }

  private ValueWriter writer(DataType type) {
    if (type instanceof Primitive primitive) {
      return primitive(primitive);
    }
    if (type instanceof DataType.Decimal decimal) {
      return value ->
          consumer.addBinary(Binary.fromConstantByteArray(StoredValues.decimal(decimal, value)));
    }
    if (type instanceof DataType.Array array) {
      Column element = Column.nullable("element", array.element());
      ValueWriter writer = writer(array.element());
      return value -> list((Collection<?>) value, element, writer);
    }
    if (type instanceof DataType.Map map) {
      Column key = Column.required("key", map.key());
      Column entry = Column.nullable("value", map.value());
      ValueWriter keys = writer(map.key());
      ValueWriter values = writer(map.value());
      return value -> map((Map<?, ?>) value, key, keys, entry, values);
    }
    List<Column> fields = ((DataType.Struct) type).fields();
    ValueWriter[] members = fields.stream().map(f -> writer(f.type())).toArray(ValueWriter[]::new);
    return value -> {
      Row row = (Row) value;
      consumer.startGroup();
      for (int i = 0; i < members.length; i++) {
        field(i, fields.get(i), members[i], row.getValue(i));
      }
      consumer.endGroup();
    };
  }

  private ValueWriter primitive(Primitive type) {
    return switch (type) {
      case BOOLEAN -> value -> consumer.addBoolean((Boolean) value);
      case INT -> value -> consumer.addInteger((Integer) value);
      case BIGINT -> value -> consumer.addLong((Long) value);
      case FLOAT -> value -> consumer.addFloat((Float) value);
      case DOUBLE -> value -> consumer.addDouble((Double) value);
      case STRING ->
          value ->
              consumer.addBinary(
                  Binary.fromConstantByteArray(((String) value).getBytes(StandardCharsets.UTF_8)));
      case BINARY -> value -> consumer.addBinary(Binary.fromReusedByteArray((byte[]) value));
      case DATE -> value -> consumer.addInteger(StoredValues.days(value));
      case TIMESTAMP -> value -> consumer.addLong(StoredValues.microseconds(value));
    };
  }

  private void list(Collection<?> values, Column element, ValueWriter writer) {
    consumer.startGroup();
    if (!values.isEmpty()) {
      consumer.startField("list", 0);
      for (Object value : values) {
        consumer.startGroup();
        field(0, element, writer, value);
        consumer.endGroup();
      }
      consumer.endField("list", 0);
    }
    consumer.endGroup();
  }

  private void map(
      Map<?, ?> entries, Column key, ValueWriter keys, Column entry, ValueWriter values) {
    consumer.startGroup();
    if (!entries.isEmpty()) {
      consumer.startField("key_value", 0);
      for (Map.Entry<?, ?> each : entries.entrySet()) {
        consumer.startGroup();
        field(0, key, keys, each.getKey());
        field(1, entry, values, each.getValue());
        consumer.endGroup();
      }
      consumer.endField("key_value", 0);
    }
    consumer.endGroup();
  }
}
