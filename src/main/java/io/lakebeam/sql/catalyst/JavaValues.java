package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayBasedMapData;
import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayData;
import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
import io.lakebeam.shaded.spark.sql.catalyst.util.MapData;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import io.lakebeam.shaded.spark.sql.types.DecimalType;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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
                  v -> ChronoUnit.MICROS.between(Instant.EPOCH, (Instant) v))));

  private static JavaValues same(DataType type, boolean isPrimitive) {
    return new JavaValues(type, isPrimitive, v -> v, v -> v);
  }

  private static JavaValues of(
      DataType type, UnaryOperator<Object> toJava, UnaryOperator<Object> fromJava) {
    return new JavaValues(type, false, toJava, fromJava);
  }

  /** For a parameter or a result; null when nothing stands for it. */
  static @Nullable JavaValues of(Type type) {
    if (!(type instanceof ParameterizedType generic)) {
      return KNOWN.get(type);
    }
    List<JavaValues> parts = new ArrayList<>();
    for (Type argument : generic.getActualTypeArguments()) {
      JavaValues part = of(argument);
      if (part == null) {
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
        v -> element.array((Collection<?>) v));
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
