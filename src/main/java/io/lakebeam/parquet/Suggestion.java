package io.lakebeam.parquet;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** The declared type that reads a field of a file best. */
final class Suggestion {
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** What a name may hold that neither Delta nor a quoted name in a schema refuses. */
  private static final Pattern NAME = Pattern.compile("[^ ,;{}()\n\t=`]+");

  private Suggestion() {}

  /** Empty when the field cannot be declared, only left out. */
  static Optional<DataType> of(Type field, Footer footer) {
    return Shape.of(field) instanceof Shape.Bare bare
        ? ofOne(bare.repeated(), footer).map(DataType.Array::new)
        : ofOne(field, footer);
  }

  private static Optional<DataType> ofOne(Type field, Footer footer) {
    return Shape.ofOne(field)
        .match(
            scalar -> Optional.of(scalar(scalar.type(), footer)),
            list -> ofOne(list.element(), footer).map(DataType.Array::new),
            map -> map(map, footer),
            struct -> struct(struct.group().getFields(), footer));
  }

  private static Optional<DataType> map(Shape.Mapped map, Footer footer) {
    Optional<DataType> key = ofOne(map.key(), footer).filter(type -> type instanceof Primitive);
    Optional<DataType> value =
        map.hasValues() ? ofOne(map.value(), footer) : Optional.of(Primitive.STRING);
    return key.flatMap(k -> value.map(v -> new DataType.Map(k, v)));
  }

  private static Optional<DataType> struct(List<Type> fields, Footer footer) {
    List<Column> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Type field : fields) {
      String name = field.getName();
      if (NAME.matcher(name).matches() && names.add(name.toLowerCase(Locale.ROOT))) {
        of(field, footer).ifPresent(type -> columns.add(Column.nullable(name, type)));
      }
    }
    return columns.isEmpty() ? Optional.empty() : Optional.of(new DataType.Struct(columns));
  }

  private static DataType scalar(PrimitiveType type, Footer footer) {
    return switch (StoredType.of(type, footer)) {
      case BOOLEAN -> Primitive.BOOLEAN;
      case INT32 -> Primitive.INT;
      case UINT32, INT64 -> Primitive.BIGINT;
      case UINT64 -> new DataType.Decimal(20, 0);
      case NUMBER -> decimal((DecimalLogicalTypeAnnotation) type.getLogicalTypeAnnotation());
      case FLOATING -> Primitive.FLOAT;
      case DOUBLE64 -> Primitive.DOUBLE;
      case BYTES, DOCUMENT -> Primitive.BINARY;
      case DATE -> Primitive.DATE;
      case TIMESTAMP -> Primitive.TIMESTAMP;
      case TEXT, UUID, INTERVAL, TIME, UNKNOWN, LIST, MAPPED, GROUP -> Primitive.STRING;
    };
  }

  private static DataType decimal(DecimalLogicalTypeAnnotation stored) {
    int precision = Math.min(stored.getPrecision(), DataType.Decimal.MAX_PRECISION);
    return new DataType.Decimal(
        Math.max(precision, 1), Math.min(stored.getScale(), Math.max(precision, 1)));
  }

  /** A type as a schema has it, odd names in back-ticks. */
  static String ddl(DataType type) {
    return type.match(
        DataType::sql,
        DataType::sql,
        array -> "ARRAY<" + ddl(array.element()) + ">",
        map -> "MAP<" + ddl(map.key()) + ", " + ddl(map.value()) + ">",
        struct ->
            struct.fields().stream()
                .map(field -> name(field.name()) + ": " + ddl(field.type()))
                .collect(Collectors.joining(", ", "STRUCT<", ">")));
  }

  static String name(String column) {
    return PLAIN_NAME.matcher(column).matches() ? column : "`" + column + "`";
  }
}
