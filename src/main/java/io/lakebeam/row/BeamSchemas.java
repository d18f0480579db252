package io.lakebeam.row;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.NanosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.beam.sdk.schemas.logicaltypes.Timestamp;

/**
 * Schemas of the rows that an author's transform gets and gives, by Beam's conventions: instants
 * are {@link SqlTypes#TIMESTAMP}, which other languages know as {@code
 * beam:logical_type:micros_instant:v1}, and dates {@link SqlTypes#DATE}.
 */
public final class BeamSchemas {
  /** A Beam DECIMAL does not say its size; this is what Spark makes of such numbers. */
  private static final DataType UNSIZED_DECIMAL = new DataType.Decimal(38, 18);

  private BeamSchemas() {}

  /** A field that no table can store. */
  public static final class UnsupportedFieldException extends Exception {
    UnsupportedFieldException(Schema.Field field) {
      super("field " + field.getName() + " has the type " + field.getType().getTypeName());
    }
  }

  /** Of rows that a transform gets. */
  public static Schema of(TableSchema schema) {
    return of(schema.columns());
  }

  private static Schema of(List<Column> columns) {
    Schema.Builder schema = Schema.builder();
    for (Column column : columns) {
      FieldType type = of(column.type()).withNullable(column.nullable());
      schema.addField(Schema.Field.of(column.name(), type));
    }
    return schema.build();
  }

  private static FieldType of(DataType type) {
    return type.match(
        BeamSchemas::primitive,
        decimal -> FieldType.DECIMAL,
        array -> FieldType.array(of(array.element()).withNullable(true)),
        map -> FieldType.map(of(map.key()), of(map.value()).withNullable(true)),
        struct -> FieldType.row(of(struct.fields())));
  }

  private static FieldType primitive(Primitive type) {
    return switch (type) {
      case BOOLEAN -> FieldType.BOOLEAN;
      case TINYINT -> FieldType.BYTE;
      case SMALLINT -> FieldType.INT16;
      case INT -> FieldType.INT32;
      case BIGINT -> FieldType.INT64;
      case FLOAT -> FieldType.FLOAT;
      case DOUBLE -> FieldType.DOUBLE;
      case STRING -> FieldType.STRING;
      case BINARY -> FieldType.BYTES;
      case DATE -> FieldType.logicalType(SqlTypes.DATE);
      case TIMESTAMP -> FieldType.logicalType(SqlTypes.TIMESTAMP);
    };
  }

  /** The columns of rows that a transform gives; each may be NULL, whatever the schema says. */
  public static TableSchema columns(Schema schema) throws UnsupportedFieldException {
    List<Column> columns = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      DataType type = type(field.getType()).orElseThrow(() -> new UnsupportedFieldException(field));
      columns.add(Column.nullable(field.getName(), type));
    }
    return new TableSchema(columns);
  }

  private static Optional<DataType> type(FieldType type) {
    return switch (type.getTypeName()) {
      case BOOLEAN -> Optional.of(Primitive.BOOLEAN);
      case BYTE -> Optional.of(Primitive.TINYINT);
      case INT16 -> Optional.of(Primitive.SMALLINT);
      case INT32 -> Optional.of(Primitive.INT);
      case INT64 -> Optional.of(Primitive.BIGINT);
      case FLOAT -> Optional.of(Primitive.FLOAT);
      case DOUBLE -> Optional.of(Primitive.DOUBLE);
      case STRING -> Optional.of(Primitive.STRING);
      case BYTES -> Optional.of(Primitive.BINARY);
      case DATETIME -> Optional.of(Primitive.TIMESTAMP);
      case DECIMAL -> Optional.of(UNSIZED_DECIMAL);
      case ARRAY, ITERABLE -> type(type.getCollectionElementType()).map(DataType.Array::new);
      case MAP ->
          type(type.getMapKeyType())
              .flatMap(k -> type(type.getMapValueType()).map(v -> new DataType.Map(k, v)));
      case ROW -> struct(type.getRowSchema());
      case LOGICAL_TYPE -> logical(type.getLogicalType().getIdentifier());
      default -> Optional.empty();
    };
  }

  private static Optional<DataType> logical(String identifier) {
    if (identifier.equals(SqlTypes.DATE.getIdentifier())) {
      return Optional.of(Primitive.DATE);
    }
    boolean isInstant =
        identifier.equals(MicrosInstant.IDENTIFIER)
            || identifier.equals(NanosInstant.IDENTIFIER)
            || identifier.equals(Timestamp.IDENTIFIER);
    return isInstant ? Optional.of(Primitive.TIMESTAMP) : Optional.empty();
  }

  private static Optional<DataType> struct(Schema schema) {
    try {
      return Optional.of(new DataType.Struct(columns(schema).columns()));
    } catch (UnsupportedFieldException e) {
      return Optional.empty();
    }
  }
}
