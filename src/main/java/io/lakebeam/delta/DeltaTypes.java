package io.lakebeam.delta;

import io.delta.standalone.types.ArrayType;
import io.delta.standalone.types.BinaryType;
import io.delta.standalone.types.BooleanType;
import io.delta.standalone.types.ByteType;
import io.delta.standalone.types.DateType;
import io.delta.standalone.types.DecimalType;
import io.delta.standalone.types.DoubleType;
import io.delta.standalone.types.FieldMetadata;
import io.delta.standalone.types.FloatType;
import io.delta.standalone.types.IntegerType;
import io.delta.standalone.types.LongType;
import io.delta.standalone.types.MapType;
import io.delta.standalone.types.ShortType;
import io.delta.standalone.types.StringType;
import io.delta.standalone.types.StructField;
import io.delta.standalone.types.StructType;
import io.delta.standalone.types.TimestampType;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Our types as Delta's and back. Total over ours. */
final class DeltaTypes {
  private static final String COMMENT = "comment";

  private DeltaTypes() {}

  static StructType struct(TableSchema schema) {
    return struct(schema.columns(), Place.TOP);
  }

  static TableSchema schema(StructType struct) {
    return new TableSchema(columns(struct));
  }

  /** As in a DDL schema, of Delta's types, so that the ones we lack are told apart too. */
  static String sql(StructField field) {
    return sql(field.getDataType()) + (field.isNullable() ? "" : " NOT NULL");
  }

  /** Where a struct stands: Delta refuses NOT NULL inside arrays and maps, where none can check. */
  private enum Place {
    TOP,
    IN_COLLECTION
  }

  private static StructType struct(List<Column> columns, Place place) {
    return new StructType(
        columns.stream()
            .map(
                column ->
                    new StructField(
                        column.name(),
                        type(column.type(), place),
                        column.nullable() || place == Place.IN_COLLECTION,
                        comment(column.comment())))
            .toArray(StructField[]::new));
  }

  private static FieldMetadata comment(String comment) {
    return comment.isEmpty()
        ? FieldMetadata.builder().build()
        : FieldMetadata.builder().putString(COMMENT, comment).build();
  }

  private static io.delta.standalone.types.DataType type(DataType type, Place place) {
    return type.match(
        DeltaTypes::primitive,
        decimal -> new DecimalType(decimal.precision(), decimal.scale()),
        array -> new ArrayType(type(array.element(), Place.IN_COLLECTION), true),
        map ->
            new MapType(
                type(map.key(), Place.IN_COLLECTION), type(map.value(), Place.IN_COLLECTION), true),
        struct -> struct(struct.fields(), place));
  }

  private static io.delta.standalone.types.DataType primitive(Primitive type) {
    return switch (type) {
      case BOOLEAN -> new BooleanType();
      case TINYINT -> new ByteType();
      case SMALLINT -> new ShortType();
      case INT -> new IntegerType();
      case BIGINT -> new LongType();
      case FLOAT -> new FloatType();
      case DOUBLE -> new DoubleType();
      case STRING -> new StringType();
      case BINARY -> new BinaryType();
      case DATE -> new DateType();
      case TIMESTAMP -> new TimestampType();
    };
  }

  private static List<Column> columns(StructType struct) {
    return Arrays.stream(struct.getFields())
        .map(
            field ->
                new Column(
                    field.getName(),
                    type(field.getDataType()),
                    field.isNullable(),
                    field.getMetadata().contains(COMMENT)
                        ? String.valueOf(field.getMetadata().get(COMMENT))
                        : ""))
        .toList();
  }

  private static DataType type(io.delta.standalone.types.DataType type) {
    if (type instanceof DecimalType decimal) {
      return new DataType.Decimal(decimal.getPrecision(), decimal.getScale());
    }
    if (type instanceof ArrayType array) {
      return new DataType.Array(type(array.getElementType()));
    }
    if (type instanceof MapType map) {
      return new DataType.Map(type(map.getKeyType()), type(map.getValueType()));
    }
    if (type instanceof StructType struct) {
      return new DataType.Struct(columns(struct));
    }
    if (type instanceof BooleanType) {
      return Primitive.BOOLEAN;
    }
    if (type instanceof ByteType) {
      return Primitive.TINYINT;
    }
    if (type instanceof ShortType) {
      return Primitive.SMALLINT;
    }
    if (type instanceof IntegerType) {
      return Primitive.INT;
    }
    if (type instanceof LongType) {
      return Primitive.BIGINT;
    }
    if (type instanceof FloatType) {
      return Primitive.FLOAT;
    }
    if (type instanceof DoubleType) {
      return Primitive.DOUBLE;
    }
    if (type instanceof StringType) {
      return Primitive.STRING;
    }
    if (type instanceof BinaryType) {
      return Primitive.BINARY;
    }
    if (type instanceof DateType) {
      return Primitive.DATE;
    }
    if (type instanceof TimestampType) {
      return Primitive.TIMESTAMP;
    }
    throw new DeltaException(
        ErrorCode.TABLE_UNSUPPORTED,
        "a column of type " + type.getSimpleString() + " cannot be read");
  }

  static String sql(io.delta.standalone.types.DataType type) {
    if (type instanceof ByteType) {
      return "TINYINT";
    }
    if (type instanceof ShortType) {
      return "SMALLINT";
    }
    if (type instanceof ArrayType array) {
      return "ARRAY<" + sql(array.getElementType()) + ">";
    }
    if (type instanceof MapType map) {
      return "MAP<" + sql(map.getKeyType()) + ", " + sql(map.getValueType()) + ">";
    }
    if (type instanceof StructType struct) {
      return Arrays.stream(struct.getFields())
          .map(field -> field.getName() + ": " + sql(field))
          .collect(Collectors.joining(", ", "STRUCT<", ">"));
    }
    return type(type).sql();
  }
}
