package io.lakebeam.delta;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * Our types as an Avro schema. Avro cannot say everything: its names are plain identifiers and the
 * keys of its maps are strings.
 */
final class AvroTypes {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Avro names every record and every fixed; the numbers keep the names apart. */
  private int names;

  private AvroTypes() {}

  static boolean canSay(TableSchema schema) {
    return schema.columns().stream().allMatch(AvroTypes::canSay);
  }

  /**
   * @throws IllegalArgumentException unless {@link #canSay}
   */
  static Schema record(TableSchema schema) {
    if (!canSay(schema)) {
      throw new IllegalArgumentException("Avro has no words for " + schema.ddl());
    }
    return new AvroTypes().record(schema.columns());
  }

  private static boolean canSay(Column column) {
    return NAME.matcher(column.name()).matches() && canSay(column.type());
  }

  private static boolean canSay(DataType type) {
    if (type instanceof DataType.Array array) {
      return canSay(array.element());
    }
    if (type instanceof DataType.Map map) {
      return map.key() == Primitive.STRING && canSay(map.value());
    }
    return !(type instanceof DataType.Struct struct)
        || struct.fields().stream().allMatch(AvroTypes::canSay);
  }

  private Schema record(List<Column> columns) {
    String name = "record" + names++;
    List<Schema.Field> fields = new ArrayList<>();
    for (Column column : columns) {
      Schema type = type(column.type());
      fields.add(new Schema.Field(column.name(), column.nullable() ? nullable(type) : type));
    }
    return Schema.createRecord(name, null, null, false, fields);
  }

  private Schema type(DataType type) {
    if (type instanceof Primitive primitive) {
      return primitive(primitive);
    }
    if (type instanceof DataType.Decimal decimal) {
      return LogicalTypes.decimal(decimal.precision(), decimal.scale())
          .addToSchema(
              Schema.createFixed(
                  "decimal" + names++, null, null, StoredValues.decimalBytes(decimal)));
    }
    if (type instanceof DataType.Array array) {
      return Schema.createArray(nullable(type(array.element())));
    }
    if (type instanceof DataType.Map map) {
      return Schema.createMap(nullable(type(map.value())));
    }
    return record(((DataType.Struct) type).fields());
  }

  private static Schema primitive(Primitive type) {
    return switch (type) {
      case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
      case INT -> Schema.create(Schema.Type.INT);
      case BIGINT -> Schema.create(Schema.Type.LONG);
      case FLOAT -> Schema.create(Schema.Type.FLOAT);
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case STRING -> Schema.create(Schema.Type.STRING);
      case BINARY -> Schema.create(Schema.Type.BYTES);
      case DATE -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
      case TIMESTAMP -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    };
  }

  private static Schema nullable(Schema type) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), type);
  }
}
