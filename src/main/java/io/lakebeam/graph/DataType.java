package io.lakebeam.graph;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;

/**
 * The types a column may have: those that Delta, Parquet and Beam all hold without loss. Anything
 * else is refused when a pipeline is validated.
 */
public sealed interface DataType extends Serializable {

  /** As written in a DDL schema, in Spark SQL's spelling: {@code DECIMAL(10,2)}. */
  String sql();

  /** What a Beam row holds for it; not nullable, the column says that. */
  FieldType beamType();

  /** Types without parameters. */
  enum Primitive implements DataType {
    BOOLEAN(FieldType.BOOLEAN),
    INT(FieldType.INT32),
    BIGINT(FieldType.INT64),
    FLOAT(FieldType.FLOAT),
    DOUBLE(FieldType.DOUBLE),
    STRING(FieldType.STRING),
    BINARY(FieldType.BYTES),
    /** A {@link java.time.LocalDate} in a row. */
    DATE(FieldType.logicalType(SqlTypes.DATE)),
    /** An instant in UTC; a Joda instant (milliseconds) in a row, microseconds in storage. */
    TIMESTAMP(FieldType.DATETIME);

    private final transient FieldType beamType;

    Primitive(FieldType beamType) {
      this.beamType = beamType;
    }

    @Override
    public String sql() {
      return name();
    }

    @Override
    public FieldType beamType() {
      return beamType;
    }
  }

  /**
   * Exact numbers.
   *
   * @param precision decimal digits, 1 to 38 (Delta's limit)
   * @param scale digits after the point, 0 to precision
   */
  record Decimal(int precision, int scale) implements DataType {
    public static final int MAX_PRECISION = 38;

    public Decimal {
      if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "DECIMAL(%d,%d): precision is 1 to 38, scale 0 to precision",
                precision,
                scale));
      }
    }

    @Override
    public String sql() {
      return "DECIMAL(" + precision + "," + scale + ")";
    }

    @Override
    public FieldType beamType() {
      return FieldType.DECIMAL;
    }
  }

  /** {@code ARRAY<element>}; elements may be null. */
  record Array(DataType element) implements DataType {
    public Array {
      Objects.requireNonNull(element, "element");
    }

    @Override
    public String sql() {
      return "ARRAY<" + element.sql() + ">";
    }

    @Override
    public FieldType beamType() {
      return FieldType.array(element.beamType().withNullable(true));
    }
  }

  /** {@code MAP<key, value>}; keys are never null, values may be. */
  record Map(DataType key, DataType value) implements DataType {
    public Map {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(value, "value");
    }

    @Override
    public String sql() {
      return "MAP<" + key.sql() + ", " + value.sql() + ">";
    }

    @Override
    public FieldType beamType() {
      return FieldType.map(key.beamType(), value.beamType().withNullable(true));
    }
  }

  /** {@code STRUCT<name: type, ...>}. */
  record Struct(List<Column> fields) implements DataType {
    public Struct {
      fields = List.copyOf(fields);
    }

    @Override
    public String sql() {
      return fields.stream()
          .map(f -> f.name() + ": " + f.type().sql() + (f.nullable() ? "" : " NOT NULL"))
          .collect(Collectors.joining(", ", "STRUCT<", ">"));
    }

    @Override
    public FieldType beamType() {
      Schema.Builder schema = Schema.builder();
      fields.forEach(field -> schema.addField(field.beamField()));
      return FieldType.row(schema.build());
    }
  }
}
