package io.lakebeam.source.decode;

import io.lakebeam.row.Utf8;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** Records of one Avro schema into rows. */
public final class AvroRow {
  private final RowLayout layout;
  private final Schema schema;
  private final AvroColumns columns;
  private final JsonRescue rescue = new JsonRescue();

  /**
   * @param schema of the records
   * @throws BadRecord when no record of the schema has the declared columns
   */
  public AvroRow(RowLayout layout, Schema schema) throws BadRecord {
    if (schema.getType() != Schema.Type.RECORD) {
      throw new BadRecord("a record is expected, the file holds " + AvroScalars.described(schema));
    }
    this.layout = layout;
    this.schema = schema;
    this.columns = AvroColumns.of(layout.columns(), layout.namesInData(), schema);
  }

  /** Fills a row's values as {@link RecordDecoder} says; {@code _raw} is the record as JSON. */
  public void fill(GenericRecord record, Object[] values) throws BadRecord {
    values[layout.raw()] = Utf8.of(AvroJson.text(schema, record));
    columns.convert(record, values);
    rescue.clear();
    for (Schema.Field field : columns.unknown()) {
      Object value = record.get(field.pos());
      if (value != null) {
        rescue.addRaw(field.name(), AvroJson.text(field.schema(), value));
      }
    }
    values[layout.rescued()] = rescue.text();
  }
}
