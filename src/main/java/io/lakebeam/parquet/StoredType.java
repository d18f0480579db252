package io.lakebeam.parquet;

import static io.lakebeam.parquet.Kind.ARRAY;
import static io.lakebeam.parquet.Kind.BIGINT;
import static io.lakebeam.parquet.Kind.BINARY;
import static io.lakebeam.parquet.Kind.DECIMAL;
import static io.lakebeam.parquet.Kind.DOUBLE;
import static io.lakebeam.parquet.Kind.FLOAT;
import static io.lakebeam.parquet.Kind.INT;
import static io.lakebeam.parquet.Kind.MAP;
import static io.lakebeam.parquet.Kind.SMALLINT;
import static io.lakebeam.parquet.Kind.STRING;
import static io.lakebeam.parquet.Kind.STRUCT;
import static io.lakebeam.parquet.Kind.TINYINT;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.BsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntervalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/**
 * The types of Parquet's specification and the declared types that each may be read as. The table
 * of docs/reference/sources.md is this one.
 */
enum StoredType {
  BOOLEAN("`BOOLEAN`", List.of(Kind.BOOLEAN), List.of()),
  INT32(
      "`INT32`, `INTEGER` of 8, 16 or 32 bits, unsigned of 8 or 16",
      List.of(INT, BIGINT, DOUBLE),
      List.of(TINYINT, SMALLINT, FLOAT, DECIMAL)),
  UINT32(
      "`INTEGER(32, isSigned=false)`",
      List.of(BIGINT, DOUBLE),
      List.of(TINYINT, SMALLINT, INT, FLOAT, DECIMAL)),
  INT64(
      "`INT64`, `INTEGER(64, isSigned=true)`",
      List.of(BIGINT),
      List.of(TINYINT, SMALLINT, INT, FLOAT, DOUBLE, DECIMAL)),
  UINT64(
      "`INTEGER(64, isSigned=false)`",
      List.of(),
      List.of(TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL)),
  NUMBER(
      "`DECIMAL` on `INT32`, `INT64`, `FIXED_LEN_BYTE_ARRAY` or `BINARY`",
      List.of(),
      List.of(TINYINT, SMALLINT, INT, BIGINT, DECIMAL)),
  FLOATING("`FLOAT`, `FLOAT16`", List.of(FLOAT, DOUBLE), List.of(TINYINT, SMALLINT, INT, BIGINT)),
  DOUBLE64("`DOUBLE`", List.of(DOUBLE), List.of(TINYINT, SMALLINT, INT, BIGINT)),
  TEXT("`STRING`, `ENUM`, `JSON`", List.of(BINARY), List.of(STRING)),
  BYTES("`BINARY`, `FIXED_LEN_BYTE_ARRAY`", List.of(BINARY), List.of(STRING)),
  DOCUMENT("`BSON`, `GEOMETRY`, `GEOGRAPHY`", List.of(BINARY), List.of()),
  UUID("`UUID`", List.of(STRING, BINARY), List.of()),
  INTERVAL("`INTERVAL`", List.of(STRING, BINARY), List.of()),
  DATE("`DATE`", List.of(), List.of(Kind.DATE)),
  TIME("`TIME` of any unit, UTC or local", List.of(), List.of(STRING)),
  TIMESTAMP("`TIMESTAMP` of any unit, UTC or local; `INT96`", List.of(), List.of(Kind.TIMESTAMP)),
  UNKNOWN("`UNKNOWN`", List.of(Kind.values()), List.of()),
  LIST("`LIST` in every form; a repeated field", List.of(ARRAY), List.of()),
  MAPPED("`MAP`, `MAP_KEY_VALUE`", List.of(MAP), List.of()),
  GROUP("a group; `VARIANT`, as its parts `metadata` and `value`", List.of(STRUCT), List.of());

  private final String description;
  private final List<Kind> fits;
  private final List<Kind> checked;

  StoredType(String description, List<Kind> fits, List<Kind> checked) {
    this.description = description;
    this.fits = fits;
    this.checked = checked;
  }

  boolean isReadAs(Kind declared) {
    return fits.contains(declared) || checked.contains(declared);
  }

  /** The line of the documentation's table. */
  String documented() {
    return "| " + description + " | " + words(fits) + " | " + words(checked) + " |";
  }

  private static String words(List<Kind> kinds) {
    return kinds.size() == Kind.values().length
        ? "every type: it is NULL"
        : kinds.stream().map(Kind::name).collect(Collectors.joining(", "));
  }

  static StoredType of(PrimitiveType type, Footer footer) {
    if (footer.isUnknown(type)) {
      return UNKNOWN;
    }
    if (footer.isNewer(type)) {
      return DOCUMENT;
    }
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical instanceof DecimalLogicalTypeAnnotation) {
      return NUMBER;
    }
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> BOOLEAN;
      case FLOAT -> FLOATING;
      case DOUBLE -> DOUBLE64;
      case INT96 -> TIMESTAMP;
      case INT32, INT64 -> ofInteger(type, logical);
      case BINARY, FIXED_LEN_BYTE_ARRAY -> ofBytes(logical);
    };
  }

  private static StoredType ofInteger(PrimitiveType type, LogicalTypeAnnotation logical) {
    if (logical instanceof DateLogicalTypeAnnotation) {
      return DATE;
    }
    if (logical instanceof TimeLogicalTypeAnnotation) {
      return TIME;
    }
    if (logical instanceof TimestampLogicalTypeAnnotation) {
      return TIMESTAMP;
    }
    boolean unsigned = logical instanceof IntLogicalTypeAnnotation integer && !integer.isSigned();
    if (type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.INT64) {
      return unsigned ? UINT64 : INT64;
    }
    return unsigned && ((IntLogicalTypeAnnotation) logical).getBitWidth() == 32 ? UINT32 : INT32;
  }

  private static StoredType ofBytes(LogicalTypeAnnotation logical) {
    if (logical instanceof StringLogicalTypeAnnotation
        || logical instanceof EnumLogicalTypeAnnotation
        || logical instanceof JsonLogicalTypeAnnotation) {
      return TEXT;
    }
    if (logical instanceof UUIDLogicalTypeAnnotation) {
      return UUID;
    }
    if (logical instanceof Float16LogicalTypeAnnotation) {
      return FLOATING;
    }
    if (logical instanceof IntervalLogicalTypeAnnotation) {
      return INTERVAL;
    }
    return logical instanceof BsonLogicalTypeAnnotation ? DOCUMENT : BYTES;
  }
}
