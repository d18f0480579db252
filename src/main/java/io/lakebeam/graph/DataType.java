package io.lakebeam.graph;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The types a column may have: those that Delta, Parquet and Spark's rows all hold without loss.
 * Anything else is refused when a pipeline is validated.
 */
public sealed interface DataType extends Serializable {

  /** As written in a DDL schema, in Spark SQL's spelling: {@code DECIMAL(10,2)}. */
  String sql();

  /** An answer for a type of any kind. */
  <R> R match(
      Function<Primitive, R> ofPrimitive,
      Function<Decimal, R> ofDecimal,
      Function<Array, R> ofArray,
      Function<Map, R> ofMap,
      Function<Struct, R> ofStruct);

  /** Types without parameters. */
  enum Primitive implements DataType {
    BOOLEAN,
    TINYINT,
    SMALLINT,
    INT,
    BIGINT,
    FLOAT,
    DOUBLE,
    STRING,
    BINARY,
    DATE,
    /** An instant, with microseconds. */
    TIMESTAMP;

    @Override
    public String sql() {
      return name();
    }

    @Override
    public <R> R match(
        Function<Primitive, R> ofPrimitive,
        Function<Decimal, R> ofDecimal,
        Function<Array, R> ofArray,
        Function<Map, R> ofMap,
        Function<Struct, R> ofStruct) {
      return ofPrimitive.apply(this);
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
    public <R> R match(
        Function<Primitive, R> ofPrimitive,
        Function<Decimal, R> ofDecimal,
        Function<Array, R> ofArray,
        Function<Map, R> ofMap,
        Function<Struct, R> ofStruct) {
      return ofDecimal.apply(this);
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
    public <R> R match(
        Function<Primitive, R> ofPrimitive,
        Function<Decimal, R> ofDecimal,
        Function<Array, R> ofArray,
        Function<Map, R> ofMap,
        Function<Struct, R> ofStruct) {
      return ofArray.apply(this);
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
    public <R> R match(
        Function<Primitive, R> ofPrimitive,
        Function<Decimal, R> ofDecimal,
        Function<Array, R> ofArray,
        Function<Map, R> ofMap,
        Function<Struct, R> ofStruct) {
      return ofMap.apply(this);
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
    public <R> R match(
        Function<Primitive, R> ofPrimitive,
        Function<Decimal, R> ofDecimal,
        Function<Array, R> ofArray,
        Function<Map, R> ofMap,
        Function<Struct, R> ofStruct) {
      return ofStruct.apply(this);
    }
  }
}
