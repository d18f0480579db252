package io.lakebeam.parquet;

import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** A type as Parquet's specification names it: {@code INT64 TIMESTAMP(NANOS, ...)}. */
final class TypeName {
  private TypeName() {}

  static String of(Type field, Footer footer) {
    Shape shape = Shape.of(field);
    if (shape instanceof Shape.Bare bare) {
      return "repeated " + ofOne(bare.repeated(), footer);
    }
    return ofOne(field, footer);
  }

  static String ofOne(Type field, Footer footer) {
    return Shape.ofOne(field)
        .match(
            scalar -> scalar(scalar.type(), footer),
            list -> "LIST of " + ofOne(list.element(), footer),
            map ->
                "MAP of "
                    + ofOne(map.key(), footer)
                    + (map.hasValues() ? " to " + ofOne(map.value(), footer) : ""),
            struct -> group(field, footer));
  }

  private static String group(Type field, Footer footer) {
    if (footer.isNewer(field)) {
      return "VARIANT";
    }
    LogicalTypeAnnotation logical = field.getLogicalTypeAnnotation();
    return logical == null ? "a group" : "a group " + logical;
  }

  private static String scalar(PrimitiveType type, Footer footer) {
    String physical =
        type.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
            ? "FIXED_LEN_BYTE_ARRAY(" + type.getTypeLength() + ")"
            : type.getPrimitiveTypeName().name();
    if (footer.isUnknown(type)) {
      return physical + " UNKNOWN";
    }
    if (footer.isNewer(type)) {
      return physical + " with a logical type such as GEOMETRY";
    }
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return logical == null ? physical : physical + " " + annotation(logical);
  }

  private static String annotation(LogicalTypeAnnotation logical) {
    if (logical instanceof TimestampLogicalTypeAnnotation at) {
      return "TIMESTAMP(" + at.getUnit() + ", isAdjustedToUTC=" + at.isAdjustedToUTC() + ")";
    }
    if (logical instanceof TimeLogicalTypeAnnotation at) {
      return "TIME(" + at.getUnit() + ", isAdjustedToUTC=" + at.isAdjustedToUTC() + ")";
    }
    if (logical instanceof IntLogicalTypeAnnotation integer) {
      return "INTEGER(" + integer.getBitWidth() + ", isSigned=" + integer.isSigned() + ")";
    }
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return "DECIMAL(" + decimal.getPrecision() + ", " + decimal.getScale() + ")";
    }
    return logical.toString();
  }
}
