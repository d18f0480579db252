package io.lakebeam.parquet;

import static org.apache.parquet.schema.LogicalTypeAnnotation.dateType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.intType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.listType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.mapType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** Our types as Parquet's, as Delta's protocol wants them. Total. */
public final class ParquetTypes {
  /** Bytes that hold every number of a precision, by precision. */
  private static final int[] DECIMAL_BYTES = new int[DataType.Decimal.MAX_PRECISION + 1];

  static {
    for (int precision = 1; precision <= DataType.Decimal.MAX_PRECISION; precision++) {
      DECIMAL_BYTES[precision] =
          BigDecimal.TEN.pow(precision).toBigInteger().bitLength() / Byte.SIZE + 1;
    }
  }

  private ParquetTypes() {}

  /** How long the numbers of a DECIMAL are. */
  public static int decimalBytes(DataType.Decimal type) {
    return DECIMAL_BYTES[type.precision()];
  }

  /**
   * What the footer of a file of ours says beside its schema: that dates and times are in the
   * Gregorian calendar all the way back. Spark asks for the version of the Spark that wrote it; for
   * a file without one it refuses dates before 1582 and times before 1900.
   */
  public static Map<String, String> metadata() {
    return Map.of(FileCalendar.SPARK_VERSION, "3.5.0");
  }

  public static MessageType message(List<Column> columns) {
    return new MessageType("table", columns.stream().map(ParquetTypes::field).toList());
  }

  private static Type field(Column column) {
    return type(
        column.type(),
        column.nullable() ? Repetition.OPTIONAL : Repetition.REQUIRED,
        column.name());
  }

  private static Type type(DataType type, Repetition repetition, String name) {
    return type.match(
        primitive -> primitive(primitive, repetition, name),
        decimal ->
            Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
                .length(decimalBytes(decimal))
                .as(decimalType(decimal.scale(), decimal.precision()))
                .named(name),
        array ->
            Types.buildGroup(repetition)
                .as(listType())
                .addField(
                    Types.repeatedGroup()
                        .addField(type(array.element(), Repetition.OPTIONAL, "element"))
                        .named("list"))
                .named(name),
        map ->
            Types.buildGroup(repetition)
                .as(mapType())
                .addField(
                    Types.repeatedGroup()
                        .addFields(
                            type(map.key(), Repetition.REQUIRED, "key"),
                            type(map.value(), Repetition.OPTIONAL, "value"))
                        .named("key_value"))
                .named(name),
        struct ->
            new GroupType(
                repetition, name, struct.fields().stream().map(ParquetTypes::field).toList()));
  }

  private static Type primitive(Primitive type, Repetition repetition, String name) {
    return switch (type) {
      case BOOLEAN -> Types.primitive(PrimitiveTypeName.BOOLEAN, repetition).named(name);
      case TINYINT ->
          Types.primitive(PrimitiveTypeName.INT32, repetition).as(intType(8, true)).named(name);
      case SMALLINT ->
          Types.primitive(PrimitiveTypeName.INT32, repetition).as(intType(16, true)).named(name);
      case INT -> Types.primitive(PrimitiveTypeName.INT32, repetition).named(name);
      case BIGINT -> Types.primitive(PrimitiveTypeName.INT64, repetition).named(name);
      case FLOAT -> Types.primitive(PrimitiveTypeName.FLOAT, repetition).named(name);
      case DOUBLE -> Types.primitive(PrimitiveTypeName.DOUBLE, repetition).named(name);
      case BINARY -> Types.primitive(PrimitiveTypeName.BINARY, repetition).named(name);
      case STRING ->
          Types.primitive(PrimitiveTypeName.BINARY, repetition).as(stringType()).named(name);
      case DATE -> Types.primitive(PrimitiveTypeName.INT32, repetition).as(dateType()).named(name);
      case TIMESTAMP ->
          Types.primitive(PrimitiveTypeName.INT64, repetition)
              .as(timestampType(true, TimeUnit.MICROS))
              .named(name);
    };
  }
}
