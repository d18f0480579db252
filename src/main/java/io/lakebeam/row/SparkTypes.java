package io.lakebeam.row;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.types.ArrayType;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.shaded.spark.sql.types.DecimalType;
import io.lakebeam.shaded.spark.sql.types.MapType;
import io.lakebeam.shaded.spark.sql.types.Metadata;
import io.lakebeam.shaded.spark.sql.types.StringType;
import io.lakebeam.shaded.spark.sql.types.StructField;
import io.lakebeam.shaded.spark.sql.types.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The types of columns in Spark's terms, and back. */
public final class SparkTypes {
  private SparkTypes() {}

  /** The type of a schema's rows. */
  public static StructType of(TableSchema schema) {
    return struct(schema.columns());
  }

  /** The same type, in Spark's terms. */
  public static io.lakebeam.shaded.spark.sql.types.DataType of(DataType type) {
    return type.match(
        SparkTypes::primitive,
        decimal -> DataTypes.createDecimalType(decimal.precision(), decimal.scale()),
        array -> DataTypes.createArrayType(of(array.element()), true),
        map -> DataTypes.createMapType(of(map.key()), of(map.value()), true),
        struct -> struct(struct.fields()));
  }

  private static io.lakebeam.shaded.spark.sql.types.DataType primitive(Primitive type) {
    return switch (type) {
      case BOOLEAN -> DataTypes.BooleanType;
      case TINYINT -> DataTypes.ByteType;
      case SMALLINT -> DataTypes.ShortType;
      case INT -> DataTypes.IntegerType;
      case BIGINT -> DataTypes.LongType;
      case FLOAT -> DataTypes.FloatType;
      case DOUBLE -> DataTypes.DoubleType;
      case STRING -> DataTypes.StringType;
      case BINARY -> DataTypes.BinaryType;
      case DATE -> DataTypes.DateType;
      case TIMESTAMP -> DataTypes.TimestampType;
    };
  }

  private static StructType struct(List<Column> columns) {
    return new StructType(
        columns.stream()
            .map(c -> new StructField(c.name(), of(c.type()), c.nullable(), Metadata.empty()))
            .toArray(StructField[]::new));
  }

  /** The same type as a column's; empty when tables have none like it. */
  public static Optional<DataType> columnType(io.lakebeam.shaded.spark.sql.types.DataType type) {
    if (type instanceof DecimalType decimal) {
      return Optional.of(new DataType.Decimal(decimal.precision(), decimal.scale()));
    }
    if (type instanceof ArrayType array) {
      return columnType(array.elementType()).map(DataType.Array::new);
    }
    if (type instanceof MapType map) {
      return columnType(map.keyType())
          .flatMap(key -> columnType(map.valueType()).map(value -> new DataType.Map(key, value)));
    }
    if (type instanceof StructType struct) {
      List<Column> fields = new ArrayList<>();
      for (StructField field : struct.fields()) {
        Optional<DataType> fieldType = columnType(field.dataType());
        if (fieldType.isEmpty()) {
          return Optional.empty();
        }
        fields.add(new Column(field.name(), fieldType.get(), field.nullable(), ""));
      }
      return Optional.of(new DataType.Struct(fields));
    }
    if (type instanceof StringType) {
      return Optional.of(Primitive.STRING);
    }
    for (Primitive primitive : Primitive.values()) {
      if (of(primitive).equals(type)) {
        return Optional.of(primitive);
      }
    }
    return Optional.empty();
  }
}
