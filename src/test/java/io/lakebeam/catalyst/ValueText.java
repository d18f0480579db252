package io.lakebeam.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SpecializedGetters;
import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayData;
import io.lakebeam.shaded.spark.sql.catalyst.util.MapData;
import io.lakebeam.shaded.spark.sql.types.ArrayType;
import io.lakebeam.shaded.spark.sql.types.BinaryType;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.DateType;
import io.lakebeam.shaded.spark.sql.types.DayTimeIntervalType;
import io.lakebeam.shaded.spark.sql.types.MapType;
import io.lakebeam.shaded.spark.sql.types.NullType;
import io.lakebeam.shaded.spark.sql.types.StringType;
import io.lakebeam.shaded.spark.sql.types.StructField;
import io.lakebeam.shaded.spark.sql.types.StructType;
import io.lakebeam.shaded.spark.sql.types.TimeType;
import io.lakebeam.shaded.spark.sql.types.TimestampNTZType;
import io.lakebeam.shaded.spark.sql.types.TimestampType;
import io.lakebeam.shaded.spark.sql.types.VariantType;
import io.lakebeam.shaded.spark.sql.types.YearMonthIntervalType;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Values as one line of text, much as Spark's shell shows them. The same code runs on the real
 * Spark, with its classes in place of these, so that two texts differ when two values do.
 */
public final class ValueText {
  private static final BigInteger DAY = BigInteger.valueOf(86_400_000_000L);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.nnnnnnnnn", Locale.ROOT);
  private static final DateTimeFormatter CLOCK =
      new DateTimeFormatterBuilder()
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral(' ')
          .append(CLOCK)
          .toFormatter(Locale.ROOT);

  private ValueText() {}

  /** A value of a row, with nothing quoted or escaped where it is a text. */
  public static String shown(InternalRow row, int column, DataType type) {
    if (row.isNullAt(column)) {
      return "NULL";
    }
    if (type instanceof BinaryType) {
      return new String(row.getBinary(column), StandardCharsets.UTF_8);
    }
    return type instanceof StringType
        ? row.getUTF8String(column).toString()
        : of(row, column, type);
  }

  /** A value of a row, an array or a map, exactly. */
  public static String of(SpecializedGetters from, int place, DataType type) {
    if (from.isNullAt(place) || type instanceof NullType) {
      return "null";
    }
    if (type instanceof StringType) {
      return quoted(from.getUTF8String(place).getBytes());
    }
    if (type instanceof StructType struct) {
      return of(from.getStruct(place, struct.size()), struct);
    }
    if (type instanceof ArrayType array) {
      return of(from.getArray(place), array.elementType());
    }
    if (type instanceof MapType map) {
      return of(from.getMap(place), map);
    }
    Object value = from.get(place, type);
    if (value instanceof byte[] bytes) {
      return type instanceof BinaryType ? quoted(bytes) : HexFormat.of().formatHex(bytes);
    }
    if (type instanceof VariantType) {
      return value.toString();
    }
    return value instanceof Number number ? of(number, type) : value.toString();
  }

  private static String of(Number value, DataType type) {
    if (type instanceof DateType) {
      return LocalDate.ofEpochDay(value.intValue()).toString();
    }
    if (type instanceof TimestampType || type instanceof TimestampNTZType) {
      return LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC)
          .plus(value.longValue(), ChronoUnit.MICROS)
          .format(TIMESTAMP);
    }
    if (type instanceof TimeType) {
      return LocalTime.ofNanoOfDay(value.longValue()).format(CLOCK);
    }
    if (type instanceof YearMonthIntervalType) {
      long months = Math.abs(value.longValue());
      return (value.longValue() < 0 ? "-" : "") + months / 12 + "-" + months % 12;
    }
    if (type instanceof DayTimeIntervalType) {
      BigInteger[] days = BigInteger.valueOf(value.longValue()).abs().divideAndRemainder(DAY);
      String time = LocalTime.ofNanoOfDay(days[1].longValue() * 1000).format(TIME);
      return (value.longValue() < 0 ? "-" : "") + days[0] + " " + time;
    }
    return value.toString();
  }

  private static String of(InternalRow row, StructType type) {
    StringJoiner fields = new StringJoiner(",", "{", "}");
    for (int i = 0; i < type.size(); i++) {
      StructField field = (StructField) type.apply(i);
      fields.add('"' + field.name() + "\":" + of(row, i, field.dataType()));
    }
    return fields.toString();
  }

  private static String of(ArrayData array, DataType type) {
    StringJoiner elements = new StringJoiner(",", "[", "]");
    for (int i = 0; i < array.numElements(); i++) {
      elements.add(of(array, i, type));
    }
    return elements.toString();
  }

  private static String of(MapData map, MapType type) {
    StringJoiner entries = new StringJoiner(",", "{", "}");
    for (int i = 0; i < map.numElements(); i++) {
      entries.add(
          of(map.keyArray(), i, type.keyType()) + ":" + of(map.valueArray(), i, type.valueType()));
    }
    return entries.toString();
  }

  /** Bytes, whether they are UTF-8 or not; those that are no printable ASCII as {@code \xx}. */
  private static String quoted(byte[] bytes) {
    StringBuilder text = new StringBuilder("\"");
    for (byte each : bytes) {
      if (each < ' ' || each == '"' || each == '\\' || each == 127) {
        text.append('\\').append(HexFormat.of().toHexDigits(each));
      } else {
        text.append((char) each);
      }
    }
    return text.append('"').toString();
  }
}
