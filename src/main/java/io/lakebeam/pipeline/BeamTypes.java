package io.lakebeam.pipeline;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;

/** The columns of a schema that somebody else's transform declares. */
final class BeamTypes {
  /** A Beam DECIMAL does not say its size; this is what Spark makes of such numbers. */
  private static final DataType UNSIZED_DECIMAL = new DataType.Decimal(38, 18);

  private BeamTypes() {}

  /** A field that no table can store. */
  static final class UnsupportedFieldException extends Exception {
    UnsupportedFieldException(Schema.Field field) {
      super("field " + field.getName() + " has the type " + field.getType().getTypeName());
    }
  }

  static TableSchema schema(Schema schema) throws UnsupportedFieldException {
    List<Column> columns = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      DataType type = type(field.getType()).orElseThrow(() -> new UnsupportedFieldException(field));
      columns.add(Column.nullable(field.getName(), type));
    }
    return new TableSchema(columns);
  }

  private static Optional<DataType> type(FieldType type) {
    return switch (type.getTypeName()) {
      case BOOLEAN -> Optional.of(DataType.Primitive.BOOLEAN);
      case INT32 -> Optional.of(DataType.Primitive.INT);
      case INT64 -> Optional.of(DataType.Primitive.BIGINT);
      case FLOAT -> Optional.of(DataType.Primitive.FLOAT);
      case DOUBLE -> Optional.of(DataType.Primitive.DOUBLE);
      case STRING -> Optional.of(DataType.Primitive.STRING);
      case BYTES -> Optional.of(DataType.Primitive.BINARY);
      case DATETIME -> Optional.of(DataType.Primitive.TIMESTAMP);
      case DECIMAL -> Optional.of(UNSIZED_DECIMAL);
      case ARRAY, ITERABLE -> type(type.getCollectionElementType()).map(DataType.Array::new);
      case MAP ->
          type(type.getMapKeyType())
              .flatMap(k -> type(type.getMapValueType()).map(v -> new DataType.Map(k, v)));
      case ROW -> struct(type.getRowSchema());
      case LOGICAL_TYPE ->
          SqlTypes.DATE.getIdentifier().equals(type.getLogicalType().getIdentifier())
              ? Optional.of(DataType.Primitive.DATE)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<DataType> struct(Schema schema) {
    try {
      return Optional.of(new DataType.Struct(schema(schema).columns()));
    } catch (UnsupportedFieldException e) {
      return Optional.empty();
    }
  }
}
