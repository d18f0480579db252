package io.lakebeam.sql.catalyst.function;

import io.lakebeam.shaded.scala.Function1;
import io.lakebeam.shaded.spark.sql.catalyst.CatalystTypeConverters;
import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayBasedMapData;
import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayData;
import io.lakebeam.shaded.spark.sql.catalyst.util.DateTimeUtils;
import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
import io.lakebeam.shaded.spark.sql.catalyst.util.MapData;
import io.lakebeam.shaded.spark.sql.types.ArrayType;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import io.lakebeam.shaded.spark.sql.types.DecimalType;
import io.lakebeam.shaded.spark.sql.types.MapType;
import io.lakebeam.shaded.spark.sql.types.NullType;
import io.lakebeam.shaded.spark.sql.types.NumericType;
import io.lakebeam.shaded.spark.sql.types.StringType;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A type of Java and the one of Spark that stands for it; values are never null.
 *
 * @param toJava of Spark's value
 * @param fromJava of Java's value
 */
record JavaValues(
    DataType type,
    boolean isPrimitive,
    UnaryOperator<Object> toJava,
    UnaryOperator<Object> fromJava) {
  private static final Map<Type, JavaValues> KNOWN =
      Map.ofEntries(
          Map.entry(boolean.class, same(DataTypes.BooleanType, true)),
          Map.entry(Boolean.class, same(DataTypes.BooleanType, false)),
          Map.entry(int.class, same(DataTypes.IntegerType, true)),
          Map.entry(Integer.class, same(DataTypes.IntegerType, false)),
          Map.entry(long.class, same(DataTypes.LongType, true)),
          Map.entry(Long.class, same(DataTypes.LongType, false)),
          Map.entry(float.class, same(DataTypes.FloatType, true)),
          Map.entry(Float.class, same(DataTypes.FloatType, false)),
          Map.entry(double.class, same(DataTypes.DoubleType, true)),
          Map.entry(Double.class, same(DataTypes.DoubleType, false)),
          Map.entry(byte[].class, same(DataTypes.BinaryType, false)),
          Map.entry(
              String.class,
              of(DataTypes.StringType, Object::toString, v -> UTF8String.fromString((String) v))),
          Map.entry(
              BigDecimal.class,
              of(
                  DecimalType.SYSTEM_DEFAULT(),
                  v -> ((Decimal) v).toJavaBigDecimal(),
                  JavaValues::decimal)),
          Map.entry(
              LocalDate.class,
              of(
                  DataTypes.DateType,
                  v -> LocalDate.ofEpochDay((Integer) v),
                  v -> Math.toIntExact(((LocalDate) v).toEpochDay()))),
          Map.entry(
              Instant.class,
              of(
                  DataTypes.TimestampType,
                  v -> Instant.EPOCH.plus((Long) v, ChronoUnit.MICROS),
                  v -> ChronoUnit.MICROS.between(Instant.EPOCH, (Instant) v))),
          // What Spark gives its functions in Java; texts of it are in the JVM's time zone.
          Map.entry(byte.class, same(DataTypes.ByteType, true)),
          Map.entry(Byte.class, same(DataTypes.ByteType, false)),
          Map.entry(short.class, same(DataTypes.ShortType, true)),
          Map.entry(Short.class, same(DataTypes.ShortType, false)),
          Map.entry(
              Timestamp.class,
              of(
                  DataTypes.TimestampType,
                  v -> DateTimeUtils.toJavaTimestamp((Long) v),
                  v -> DateTimeUtils.fromJavaTimestamp((Timestamp) v))),
          Map.entry(
              Date.class,
              of(
                  DataTypes.DateType,
                  v -> DateTimeUtils.toJavaDate((Integer) v),
                  v -> DateTimeUtils.fromJavaDate((Date) v))),
          Map.entry(
              LocalDateTime.class,
              of(
                  DataTypes.TimestampNTZType,
                  v -> DateTimeUtils.microsToLocalDateTime((Long) v),
                  v -> DateTimeUtils.localDateTimeToMicros((LocalDateTime) v))),
          Map.entry(Object.class, same(DataTypes.NullType, false)));

  /** What stands for values of a type where a method takes any object. */
  private static final Map<DataType, Class<?>> OF_ANY =
      Map.ofEntries(
          Map.entry(DataTypes.BooleanType, Boolean.class),
          Map.entry(DataTypes.ByteType, Byte.class),
          Map.entry(DataTypes.ShortType, Short.class),
          Map.entry(DataTypes.IntegerType, Integer.class),
          Map.entry(DataTypes.LongType, Long.class),
          Map.entry(DataTypes.FloatType, Float.class),
          Map.entry(DataTypes.DoubleType, Double.class),
          Map.entry(DataTypes.StringType, String.class),
          Map.entry(DataTypes.BinaryType, byte[].class),
          Map.entry(DataTypes.DateType, Date.class),
          Map.entry(DataTypes.TimestampType, Timestamp.class),
          Map.entry(DataTypes.TimestampNTZType, LocalDateTime.class));

  private static JavaValues same(DataType type, boolean isPrimitive) {
    return new JavaValues(type, isPrimitive, v -> v, v -> v);
  }

  private static JavaValues of(
      DataType type, UnaryOperator<Object> toJava, UnaryOperator<Object> fromJava) {
    return new JavaValues(type, false, toJava, fromJava);
  }

  /** True for a parameter that takes any object, and a result that may be any. */
  boolean isAny() {
    return type.equals(DataTypes.NullType);
  }

  /** For values of a type where a method takes any object; null when nothing stands for it. */
  static @Nullable JavaValues ofAny(DataType type) {
    if (type instanceof DecimalType) {
      return KNOWN.get(BigDecimal.class);
    }
    if (type instanceof StringType || type instanceof NullType) {
      return KNOWN.get(String.class);
    }
    if (type instanceof ArrayType array) {
      JavaValues element = ofAny(array.elementType());
      return element == null ? null : list(element);
    }
    if (type instanceof MapType map) {
      JavaValues key = ofAny(map.keyType());
      JavaValues value = ofAny(map.valueType());
      return key == null || value == null ? null : map(key, value);
    }
    Class<?> known = OF_ANY.get(type);
    return known == null ? null : KNOWN.get(known);
  }

  /**
   * For a result whose type is declared: takes every object that Spark takes for it. Null when
   * nothing stands for it.
   */
  static @Nullable JavaValues declared(DataType type) {
    if (type instanceof ArrayType array) {
      JavaValues element = declared(array.elementType());
      return element == null ? null : list(element);
    }
    if (type instanceof MapType map) {
      JavaValues key = declared(map.keyType());
      JavaValues value = declared(map.valueType());
      return key == null || value == null ? null : map(key, value);
    }
    if (ofAny(type) == null) {
      return null;
    }
    Function1<Object, Object> converter = CatalystTypeConverters.createToCatalystConverter(type);
    // Spark trusts that these are what they should be.
    Class<?> expected = type instanceof NumericType ? OF_ANY.get(type) : null;
    return of(
        type,
        v -> v,
        v -> {
          boolean isOther =
              (expected != null && !expected.isInstance(v))
                  || (type.equals(DataTypes.BooleanType) && !(v instanceof Boolean))
                  || (type.equals(DataTypes.BinaryType) && !(v instanceof byte[]));
          if (isOther) {
            throw new IllegalArgumentException(
                "it returns a " + v.getClass().getName() + ", declared is " + type.sql());
          }
          return converter.apply(v);
        });
  }

  /** For a parameter or a result; null when nothing stands for it. */
  static @Nullable JavaValues of(Type type) {
    if (!(type instanceof ParameterizedType generic)) {
      return KNOWN.get(type);
    }
    List<JavaValues> parts = new ArrayList<>();
    for (Type argument : generic.getActualTypeArguments()) {
      JavaValues part = of(argument);
      if (part == null || part.isAny()) {
        return null;
      }
      parts.add(part);
    }
    if (generic.getRawType() == List.class) {
      return list(parts.get(0));
    }
    return generic.getRawType() == Map.class ? map(parts.get(0), parts.get(1)) : null;
  }

  private static JavaValues list(JavaValues element) {
    return of(
        DataTypes.createArrayType(element.type(), true),
        v -> element.list((ArrayData) v),
        v -> element.array(v instanceof Object[] array ? Arrays.asList(array) : (Collection<?>) v));
  }

  private static JavaValues map(JavaValues key, JavaValues value) {
    return of(
        DataTypes.createMapType(key.type(), value.type(), true),
        v -> {
          MapData data = (MapData) v;
          List<Object> keys = key.list(data.keyArray());
          List<Object> values = value.list(data.valueArray());
          Map<Object, Object> map = new LinkedHashMap<>();
          for (int i = 0; i < keys.size(); i++) {
            map.put(keys.get(i), values.get(i));
          }
          return map;
        },
        v -> {
          Map<?, ?> map = (Map<?, ?>) v;
          return new ArrayBasedMapData(key.array(map.keySet()), value.array(map.values()));
        });
  }

  private List<Object> list(ArrayData data) {
    List<Object> list = new ArrayList<>(data.numElements());
    for (int i = 0; i < data.numElements(); i++) {
      list.add(data.isNullAt(i) ? null : toJava.apply(data.get(i, type)));
    }
    return list;
  }

  private GenericArrayData array(Collection<?> values) {
    return new GenericArrayData(
        values.stream().map(v -> v == null ? null : fromJava.apply(v)).toArray());
  }

  private static Object decimal(Object value) {
    DecimalType type = DecimalType.SYSTEM_DEFAULT();
    BigDecimal rounded = ((BigDecimal) value).setScale(type.scale(), RoundingMode.HALF_UP);
    if (rounded.precision() > type.precision()) {
      throw new ArithmeticException("a number does not fit " + type.sql());
    }
    return Decimal.apply(rounded, type.precision(), type.scale());
  }
}
