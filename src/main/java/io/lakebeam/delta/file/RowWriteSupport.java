package io.lakebeam.delta.file;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.parquet.ParquetTypes;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SpecializedGetters;
import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayData;
import io.lakebeam.shaded.spark.sql.catalyst.util.MapData;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/** Writes rows into Parquet's columns without a record in between. */
final class RowWriteSupport extends WriteSupport<InternalRow> {
  private final List<Column> columns;
  private final int[] positions;
  private final ValueWriter[] writers;
  private RecordConsumer consumer;

  /** Writes a value that is not null, of a row or of an array. */
  private interface ValueWriter {
    void write(SpecializedGetters values, int i);
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
  public void write(InternalRow row) {
    consumer.startMessage();
    for (int i = 0; i < writers.length; i++) {
      field(i, columns.get(i), writers[i], row, positions[i]);
    }
    consumer.endMessage();
  }

  private void field(
      int index, Column column, ValueWriter writer, SpecializedGetters values, int i) {
    if (!values.isNullAt(i)) {
      consumer.startField(column.name(), index);
      writer.write(values, i);
      consumer.endField(column.name(), index);
    } else if (!column.nullable()) {
      throw new NullInRequiredColumnException(column.name());
    }
  }

  private ValueWriter writer(DataType type) {
    return type.match(this::primitive, this::decimal, this::array, this::map, this::struct);
  }

  private ValueWriter decimal(DataType.Decimal type) {
    return (values, i) ->
        consumer.addBinary(
            Binary.fromConstantByteArray(
                StoredValues.decimal(type, values.getDecimal(i, type.precision(), type.scale()))));
  }

  private ValueWriter array(DataType.Array type) {
    Column element = Column.nullable("element", type.element());
    ValueWriter writer = writer(type.element());
    return (values, i) -> list(values.getArray(i), element, writer);
  }

  private ValueWriter map(DataType.Map type) {
    Column key = Column.required("key", type.key());
    Column entry = Column.nullable("value", type.value());
    ValueWriter keys = writer(type.key());
    ValueWriter each = writer(type.value());
    return (values, i) -> map(values.getMap(i), key, keys, entry, each);
  }

  private ValueWriter struct(DataType.Struct type) {
    List<Column> fields = type.fields();
    ValueWriter[] members = fields.stream().map(f -> writer(f.type())).toArray(ValueWriter[]::new);
    return (values, i) -> {
      InternalRow row = values.getStruct(i, members.length);
      consumer.startGroup();
      for (int member = 0; member < members.length; member++) {
        field(member, fields.get(member), members[member], row, member);
      }
      consumer.endGroup();
    };
  }

  private ValueWriter primitive(Primitive type) {
    return switch (type) {
      case BOOLEAN -> (values, i) -> consumer.addBoolean(values.getBoolean(i));
      case TINYINT -> (values, i) -> consumer.addInteger(values.getByte(i));
      case SMALLINT -> (values, i) -> consumer.addInteger(values.getShort(i));
      case INT, DATE -> (values, i) -> consumer.addInteger(values.getInt(i));
      case BIGINT, TIMESTAMP -> (values, i) -> consumer.addLong(values.getLong(i));
      case FLOAT -> (values, i) -> consumer.addFloat(values.getFloat(i));
      case DOUBLE -> (values, i) -> consumer.addDouble(values.getDouble(i));
      // Bytes that Parquet keeps, for a dictionary or a bound, it copies: a row may be used again.
      case STRING ->
          (values, i) ->
              consumer.addBinary(Utf8.bytes(values.getUTF8String(i), Binary::fromReusedByteArray));
      case BINARY ->
          (values, i) -> consumer.addBinary(Binary.fromReusedByteArray(values.getBinary(i)));
    };
  }

  private void list(ArrayData values, Column element, ValueWriter writer) {
    consumer.startGroup();
    if (values.numElements() > 0) {
      consumer.startField("list", 0);
      for (int i = 0; i < values.numElements(); i++) {
        consumer.startGroup();
        field(0, element, writer, values, i);
        consumer.endGroup();
      }
      consumer.endField("list", 0);
    }
    consumer.endGroup();
  }

  private void map(
      MapData entries, Column key, ValueWriter keys, Column entry, ValueWriter values) {
    consumer.startGroup();
    if (entries.numElements() > 0) {
      consumer.startField("key_value", 0);
      for (int i = 0; i < entries.numElements(); i++) {
        consumer.startGroup();
        field(0, key, keys, entries.keyArray(), i);
        field(1, entry, values, entries.valueArray(), i);
        consumer.endGroup();
      }
      consumer.endField("key_value", 0);
    }
    consumer.endGroup();
  }
}
