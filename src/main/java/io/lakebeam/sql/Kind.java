package io.lakebeam.sql;

import io.lakebeam.sql.function.Conversions;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.tree.Expression;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.tree.Expressions;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What functions see of a type, and the Java class of its values in generated code. */
enum Kind {
  BOOLEAN(Boolean.class, SqlTypeName.BOOLEAN),
  /** TINYINT and SMALLINT: come in, never go out. */
  SMALL(Object.class, SqlTypeName.SMALLINT),
  INT(Integer.class, SqlTypeName.INTEGER),
  BIGINT(Long.class, SqlTypeName.BIGINT),
  FLOAT(Float.class, SqlTypeName.FLOAT),
  DOUBLE(Double.class, SqlTypeName.DOUBLE),
  DECIMAL(BigDecimal.class, SqlTypeName.DECIMAL),
  STRING(String.class, SqlTypeName.VARCHAR),
  BINARY(byte[].class, SqlTypeName.VARBINARY),
  DATE(Integer.class, SqlTypeName.DATE),
  TIMESTAMP(Long.class, SqlTypeName.TIMESTAMP),
  ARRAY(List.class, SqlTypeName.ARRAY),
  MAP(Map.class, SqlTypeName.MAP),
  NULL(Object.class, SqlTypeName.NULL),
  /** Any value as it is; and types the library has nothing to do with. */
  ANY(Object.class, SqlTypeName.ANY);

  private final Class<?> javaClass;
  private final SqlTypeName sqlType;

  Kind(Class<?> javaClass, SqlTypeName sqlType) {
    this.javaClass = javaClass;
    this.sqlType = sqlType;
  }

  Class<?> javaClass() {
    return javaClass;
  }

  /** Not nullable. */
  RelDataType type(RelDataTypeFactory factory) {
    return factory.createSqlType(sqlType);
  }

  boolean isNumber() {
    return switch (this) {
      case SMALL, INT, BIGINT, FLOAT, DOUBLE, DECIMAL -> true;
      default -> false;
    };
  }

  static Kind of(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case BOOLEAN -> BOOLEAN;
      case TINYINT, SMALLINT -> SMALL;
      case INTEGER -> INT;
      case BIGINT -> BIGINT;
      case FLOAT, REAL -> FLOAT;
      case DOUBLE -> DOUBLE;
      case DECIMAL -> DECIMAL;
      case CHAR, VARCHAR -> STRING;
      case BINARY, VARBINARY -> BINARY;
      case DATE -> DATE;
      case TIMESTAMP -> TIMESTAMP;
      case ARRAY, MULTISET -> ARRAY;
      case MAP -> MAP;
      case NULL -> NULL;
      default -> ANY;
    };
  }

  /** True when functions that want the other kind take this one, too, as Spark does. */
  boolean isImplicitly(Kind to) {
    return converter(to).isPresent()
        && !(to == BOOLEAN && this != BOOLEAN && this != NULL)
        && !(this == BOOLEAN && to.isNumber())
        && !(this == TIMESTAMP && to.isNumber())
        && !(isNumber() && to == TIMESTAMP);
  }

  /** True when CAST is possible at all. */
  boolean isCastable(Kind to) {
    return converter(to).isPresent();
  }

  /** True when a value of this kind may have no equivalent of the other. */
  boolean mayFail(Kind to) {
    if (this == to || to == STRING || to == BINARY) {
      return false;
    }
    return this == STRING || this == TIMESTAMP || (isNumber() && !widens(to));
  }

  private boolean widens(Kind to) {
    return switch (to) {
      case BOOLEAN, FLOAT, DOUBLE -> true;
      case DECIMAL -> this == SMALL || this == INT || this == BIGINT;
      case BIGINT -> this == SMALL || this == INT;
      case INT -> this == SMALL;
      default -> false;
    };
  }

  /** Code for the value as the other kind: null when there is none. */
  Expression convert(Expression value, Kind to) {
    String method =
        converter(to)
            .orElseThrow(() -> new IllegalArgumentException("no conversion " + this + " to " + to));
    Expression boxed = Expressions.box(value);
    if (this == NULL) {
      return Expressions.constant(null, to.javaClass);
    }
    if (method.isEmpty()) {
      return to == ANY ? boxed : Expressions.convert_(boxed, to.javaClass);
    }
    Expression result = Expressions.call(Conversions.class, method, argument(boxed));
    if (this == TIMESTAMP && to.isNumber() && to != BIGINT) {
      return Expressions.call(Conversions.class, "to" + camel(to), result);
    }
    return result;
  }

  /** The value as the other kind; null when there is none. */
  @Nullable Object now(Object value, Kind to) {
    String method = converter(to).orElse("");
    if (method.isEmpty()) {
      return value;
    }
    for (Method candidate : Conversions.class.getMethods()) {
      if (candidate.getName().equals(method) && candidate.getParameterCount() == 1) {
        try {
          return candidate.invoke(null, value);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException("conversions do not throw: " + method, e);
        }
      }
    }
    throw new IllegalStateException("no conversion " + method);
  }

  private Expression argument(Expression boxed) {
    return this == DATE || this == TIMESTAMP || this == STRING
        ? Expressions.convert_(boxed, javaClass)
        : boxed;
  }

  /** The method of {@link Conversions}; an empty name when values stay as they are. */
  private Optional<String> converter(Kind to) {
    if (to == ANY || this == NULL || (this == to && this != BINARY)) {
      return Optional.of("");
    }
    return switch (to) {
      case STRING ->
          switch (this) {
            case DATE -> Optional.of("textOfDate");
            case TIMESTAMP -> Optional.of("textOfTimestamp");
            case BOOLEAN, SMALL, INT, BIGINT, FLOAT, DOUBLE, DECIMAL, BINARY -> Optional.of("text");
            default -> Optional.empty();
          };
      case BOOLEAN -> isNumber() || this == STRING ? Optional.of("toBoolean") : Optional.empty();
      case INT, BIGINT, FLOAT, DOUBLE, DECIMAL -> {
        if (this == TIMESTAMP) {
          yield Optional.of(
              to == INT || to == BIGINT ? "secondsOfTimestamp" : "exactSecondsOfTimestamp");
        }
        yield isNumber() || this == STRING || this == BOOLEAN
            ? Optional.of("to" + camel(to))
            : Optional.empty();
      }
      case DATE ->
          switch (this) {
            case STRING -> Optional.of("dateOfText");
            case TIMESTAMP -> Optional.of("dateOfTimestamp");
            default -> Optional.empty();
          };
      case TIMESTAMP ->
          this == STRING
              ? Optional.of("timestampOfText")
              : this == DATE
                  ? Optional.of("timestampOfDate")
                  : isNumber() ? Optional.of("timestampOfNumber") : Optional.empty();
      case BINARY -> this == STRING || this == BINARY ? Optional.of("bytes") : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static String camel(Kind kind) {
    return kind.name().charAt(0) + kind.name().substring(1).toLowerCase(Locale.ROOT);
  }
}
