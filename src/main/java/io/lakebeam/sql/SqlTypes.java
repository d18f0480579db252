package io.lakebeam.sql;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;

/** The product's types as Calcite's and back. */
final class SqlTypes {
  private SqlTypes() {}

  static RelDataType rowType(TableSchema schema, RelDataTypeFactory types) {
    RelDataTypeFactory.Builder row = types.builder();
    schema.columns().forEach(c -> row.add(c.name(), toSql(c.type(), c.nullable(), types)));
    return row.build();
  }

  private static RelDataType toSql(DataType type, boolean nullable, RelDataTypeFactory types) {
    return types.createTypeWithNullability(toSql(type, types), nullable);
  }

  private static RelDataType toSql(DataType type, RelDataTypeFactory types) {
    if (type instanceof DataType.Primitive primitive) {
      return primitive(primitive, types);
    }
    if (type instanceof DataType.Decimal decimal) {
      return types.createSqlType(SqlTypeName.DECIMAL, decimal.precision(), decimal.scale());
    }
    if (type instanceof DataType.Array array) {
      return types.createArrayType(toSql(array.element(), true, types), -1);
    }
    if (type instanceof DataType.Map map) {
      return types.createMapType(toSql(map.key(), false, types), toSql(map.value(), true, types));
    }
    DataType.Struct struct = (DataType.Struct) type;
    return rowType(new TableSchema(struct.fields()), types);
  }

  private static RelDataType primitive(DataType.Primitive type, RelDataTypeFactory types) {
    return switch (type) {
      case BOOLEAN -> types.createSqlType(SqlTypeName.BOOLEAN);
      case INT -> types.createSqlType(SqlTypeName.INTEGER);
      case BIGINT -> types.createSqlType(SqlTypeName.BIGINT);
      case FLOAT -> types.createSqlType(SqlTypeName.FLOAT);
      case DOUBLE -> types.createSqlType(SqlTypeName.DOUBLE);
      case STRING -> types.createSqlType(SqlTypeName.VARCHAR);
      case BINARY -> types.createSqlType(SqlTypeName.VARBINARY);
      case DATE -> types.createSqlType(SqlTypeName.DATE);
      case TIMESTAMP -> types.createSqlType(SqlTypeName.TIMESTAMP);
    };
  }

  /** Empty when the product has no such type. */
  static Optional<DataType> fromSql(RelDataType type) {
    switch (type.getSqlTypeName()) {
      case BOOLEAN:
        return Optional.of(DataType.Primitive.BOOLEAN);
      case INTEGER:
        return Optional.of(DataType.Primitive.INT);
      case BIGINT:
        return Optional.of(DataType.Primitive.BIGINT);
      case FLOAT, REAL:
        return Optional.of(DataType.Primitive.FLOAT);
      case DOUBLE:
        return Optional.of(DataType.Primitive.DOUBLE);
      case VARCHAR, CHAR:
        return Optional.of(DataType.Primitive.STRING);
      case VARBINARY, BINARY:
        return Optional.of(DataType.Primitive.BINARY);
      case DATE:
        return Optional.of(DataType.Primitive.DATE);
      case TIMESTAMP:
        return Optional.of(DataType.Primitive.TIMESTAMP);
      case DECIMAL:
        return Optional.of(decimal(type));
      case ARRAY, MULTISET:
        return fromSql(type.getComponentType()).map(DataType.Array::new);
      case MAP:
        return fromSql(type.getKeyType())
            .flatMap(
                key -> fromSql(type.getValueType()).map(value -> new DataType.Map(key, value)));
      case ROW:
        return struct(type);
      default:
        return Optional.empty();
    }
  }

  private static DataType decimal(RelDataType type) {
    int precision = Math.min(Math.max(type.getPrecision(), 1), DataType.Decimal.MAX_PRECISION);
    int scale = Math.min(Math.max(type.getScale(), 0), precision);
    return new DataType.Decimal(precision, scale);
  }

  private static Optional<DataType> struct(RelDataType type) {
    List<Column> fields = new ArrayList<>();
    for (RelDataTypeField field : type.getFieldList()) {
      Optional<DataType> fieldType = fromSql(field.getType());
      if (fieldType.isEmpty()) {
        return Optional.empty();
      }
      fields.add(new Column(field.getName(), fieldType.get(), field.getType().isNullable(), ""));
    }
    return Optional.of(new DataType.Struct(fields));
  }
}
