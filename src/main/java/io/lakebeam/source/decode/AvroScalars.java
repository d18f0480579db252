package io.lakebeam.source.decode;

import io.lakebeam.graph.DataType;
import io.lakebeam.row.Microseconds;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.UUID;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.util.Utf8;

/** Values of Avro that hold no others: its primitive and logical types. */
public final class AvroScalars {
  private static final LocalDate FIRST_DAY = LocalDate.of(1, 1, 1);
  private static final LocalDate LAST_DAY = LocalDate.of(9999, 12, 31);
  private static final int UUID_BYTES = 16;

  private AvroScalars() {}

  /**
   * For one type and a schema that is no union.
   *
   * @throws BadRecord when no value of the schema is one of the type
   */
  public static AvroValue of(DataType type, Schema schema) throws BadRecord {
    String logical = logical(schema);
    Schema.Type stored = schema.getType();
    AvroValue value =
        type instanceof DataType.Primitive primitive
            ? switch (primitive) {
              case BOOLEAN -> stored == Schema.Type.BOOLEAN ? flag -> flag : null;
              case TINYINT, SMALLINT, INT, BIGINT ->
                  whole(stored, logical)
                      ? n -> Numbers.toWhole(((Number) n).longValue(), primitive, n.toString())
                      : null;
              case FLOAT -> stored == Schema.Type.FLOAT ? n -> n : null;
              case DOUBLE -> toDouble(stored, logical);
              case STRING -> toText(schema, logical);
              case BINARY ->
                  bytes(stored) && !logical.equals("decimal") ? AvroScalars::bytes : null;
              case DATE -> logical.equals("date") ? AvroScalars::toDate : null;
              case TIMESTAMP -> toTimestamp(schema, logical);
            }
            : type instanceof DataType.Decimal decimal ? toDecimal(decimal, schema, logical) : null;
    if (value == null) {
      throw AvroValue.mismatch(type, described(schema));
    }
    return value;
  }

  /** A whole number that is nothing but a number, or a time of day in its unit. */
  private static boolean whole(Schema.Type stored, String logical) {
    return (stored == Schema.Type.INT || stored == Schema.Type.LONG)
        && (logical.isEmpty() || logical.startsWith("time-"));
  }

  private static boolean bytes(Schema.Type stored) {
    return stored == Schema.Type.BYTES || stored == Schema.Type.FIXED;
  }

  private static AvroValue toDouble(Schema.Type stored, String logical) {
    boolean exact =
        stored == Schema.Type.FLOAT
            || stored == Schema.Type.DOUBLE
            || (stored == Schema.Type.INT && logical.isEmpty());
    return exact ? number -> ((Number) number).doubleValue() : null;
  }

  private static AvroValue toDecimal(DataType.Decimal type, Schema schema, String logical) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal stored) {
      return value -> decimal(value, stored.getScale(), type);
    }
    boolean number = whole(schema.getType(), logical) && logical.isEmpty();
    return number ? value -> decimal(((Number) value).longValue(), 0, type) : null;
  }

  private static Object decimal(Object value, int scale, DataType.Decimal type) throws BadRecord {
    BigDecimal number = decimal(value, scale);
    return Numbers.toDecimal(number, type, number.toString());
  }

  private static AvroValue toText(Schema schema, String logical) {
    return switch (schema.getType()) {
      case STRING, ENUM -> AvroScalars::utf8;
      case INT, LONG ->
          logical.startsWith("time-")
              ? value -> UTF8String.fromString(time(value, logical).toString())
              : null;
      case FIXED ->
          logical.equals("uuid") && schema.getFixedSize() == UUID_BYTES
              ? value -> UTF8String.fromString(uuid(bytes(value)))
              : null;
      default -> null;
    };
  }

  private static AvroValue toTimestamp(Schema schema, String logical) {
    long unitsInSecond = 1000 * unitsInMilli(logical);
    if (unitsInSecond != 0 && schema.getType() == Schema.Type.LONG) {
      return value -> microseconds((Long) value, unitsInSecond);
    }
    return null;
  }

  private static Long microseconds(long value, long unitsInSecond) throws BadRecord {
    long second = Math.floorDiv(value, unitsInSecond);
    if (!InstantText.isInYears(second)) {
      throw Numbers.doesNotFit(Long.toString(value), DataType.Primitive.TIMESTAMP);
    }
    long rest = Math.floorMod(value, unitsInSecond);
    boolean isFiner = unitsInSecond > Microseconds.A_SECOND;
    return second * Microseconds.A_SECOND
        + (isFiner
            ? rest / (unitsInSecond / Microseconds.A_SECOND)
            : rest * (Microseconds.A_SECOND / unitsInSecond));
  }

  private static Integer toDate(Object days) throws BadRecord {
    LocalDate date = LocalDate.ofEpochDay((Integer) days);
    if (date.isBefore(FIRST_DAY) || date.isAfter(LAST_DAY)) {
      throw Numbers.doesNotFit(date.toString(), DataType.Primitive.DATE);
    }
    return (Integer) days;
  }

  /** Avro's name of the logical type, also of one that this version of Avro does not know. */
  static String logical(Schema schema) {
    if (schema.getLogicalType() != null) {
      return schema.getLogicalType().getName();
    }
    String name = schema.getProp("logicalType");
    // Known types that Avro refused, such as a decimal without a precision, are what they are
    // stored as.
    boolean newer = name != null && (name.endsWith("timestamp-nanos") || name.equals("uuid"));
    return newer ? name : "";
  }

  /** What is a millisecond in a type's units; 0 for types that are no instants. */
  static long unitsInMilli(String logical) {
    return switch (logical) {
      case "timestamp-millis", "local-timestamp-millis" -> 1;
      case "timestamp-micros", "local-timestamp-micros" -> 1000;
      case "timestamp-nanos", "local-timestamp-nanos" -> 1_000_000;
      default -> 0;
    };
  }

  /** A time of day. */
  public static LocalTime time(Object value, String logical) throws BadRecord {
    long units = ((Number) value).longValue();
    long nanos = logical.equals("time-millis") ? 1_000_000 : 1000;
    if (units < 0 || units >= 86_400_000_000_000L / nanos) {
      throw new BadRecord("no time of a day: " + units);
    }
    return LocalTime.ofNanoOfDay(units * nanos);
  }

  static BigDecimal decimal(Object value, int scale) throws BadRecord {
    if (value instanceof Integer || value instanceof Long) {
      return BigDecimal.valueOf(((Number) value).longValue(), scale);
    }
    byte[] bytes = bytes(value);
    if (bytes.length == 0) {
      throw new BadRecord("a decimal without bytes");
    }
    return new BigDecimal(new BigInteger(bytes), scale);
  }

  public static byte[] bytes(Object value) {
    if (value instanceof GenericFixed fixed) {
      return fixed.bytes();
    }
    ByteBuffer buffer = ((ByteBuffer) value).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /** A text, exactly: bytes that are no UTF-8 are told. */
  public static String text(Object value) throws BadRecord {
    return value instanceof Utf8 utf8
        ? TextEncoding.UTF_8.text(utf8.getBytes(), 0, utf8.getByteLength())
        : value.toString();
  }

  /** As rows hold a text, without decoding it. */
  private static UTF8String utf8(Object value) throws BadRecord {
    return value instanceof Utf8 utf8
        ? TextEncoding.UTF_8.utf8(utf8.getBytes(), 0, utf8.getByteLength())
        : io.lakebeam.row.Utf8.of(value.toString());
  }

  static String uuid(byte[] bytes) {
    ByteBuffer halves = ByteBuffer.wrap(Arrays.copyOf(bytes, UUID_BYTES));
    return new UUID(halves.getLong(), halves.getLong()).toString();
  }

  /** As a reason names it: {@code timestamp-micros long}. */
  public static String described(Schema schema) {
    String logical = logical(schema);
    return (logical.isEmpty() ? "" : logical + " ") + schema.getType().getName();
  }
}
