package io.lakebeam.source.decode;

import io.lakebeam.graph.Column;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * The fields of an Avro record into columns, by name.
 *
 * @param fields index of each column's field; {@link ColumnNames#UNKNOWN} when the file has none
 * @param unknown fields that are no column
 */
record AvroColumns(
    List<Column> columns,
    List<Integer> fields,
    List<AvroValue> values,
    List<Schema.Field> unknown) {

  /**
   * @param namesInData what the file calls each column
   * @throws BadRecord naming a column whose type the file does not hold, or that it lacks although
   *     it is NOT NULL
   */
  static AvroColumns of(List<Column> columns, List<String> namesInData, Schema schema)
      throws BadRecord {
    List<Integer> fields = new ArrayList<>();
    List<AvroValue> values = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      Schema.Field field = field(schema, namesInData.get(i));
      try {
        if (field == null && !column.nullable()) {
          throw new BadRecord("missing, but declared NOT NULL");
        }
        fields.add(field == null ? ColumnNames.UNKNOWN : field.pos());
        values.add(field == null ? value -> value : AvroValue.of(column.type(), field.schema()));
      } catch (BadRecord e) {
        throw e.inside(column.name());
      }
    }
    List<Schema.Field> unknown =
        schema.getFields().stream().filter(f -> !fields.contains(f.pos())).toList();
    return new AvroColumns(List.copyOf(columns), fields, values, unknown);
  }

  private static Schema.Field field(Schema schema, String name) {
    Schema.Field exact = schema.getField(name);
    return exact != null
        ? exact
        : schema.getFields().stream()
            .filter(f -> f.name().equalsIgnoreCase(name))
            .findFirst()
            .orElse(null);
  }

  /** Fills the first values. */
  void convert(IndexedRecord record, Object[] into) throws BadRecord {
    for (int i = 0; i < columns.size(); i++) {
      int field = fields.get(i);
      Object value = field == ColumnNames.UNKNOWN ? null : record.get(field);
      try {
        if (value == null && !columns.get(i).nullable()) {
          throw new BadRecord("null, but declared NOT NULL");
        }
        into[i] = value == null ? null : values.get(i).convert(value);
      } catch (BadRecord e) {
        throw e.inside(columns.get(i).name());
      }
    }
  }
}
