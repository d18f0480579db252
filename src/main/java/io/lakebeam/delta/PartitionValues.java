package io.lakebeam.delta;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Map;
import org.joda.time.ReadableInstant;

/**
 * Partition values in the text form of Delta's protocol, and the folders named after them. The log
 * is what counts; folders are for people, and for tools that look at nothing else.
 */
final class PartitionValues {
  private static final String NULL_FOLDER = "__HIVE_DEFAULT_PARTITION__";

  private static final int LONGEST = 60;

  /** Characters that Hive escapes in folder names, besides control characters. */
  private static final String ESCAPED = "\"#%'*/:=?\\{[]^";

  /** As delta-spark writes it: UTC, microseconds. */
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** As the protocol has it first: no zone, any fraction. */
  private static final DateTimeFormatter ZONELESS =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd[ ]['T']HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);

  private PartitionValues() {}

  /**
   * @throws IllegalArgumentException when a table cannot be partitioned by the column
   */
  static void checkType(Column column) {
    if (!(column.type() instanceof Primitive || column.type() instanceof DataType.Decimal)
        || column.type() == Primitive.BINARY) {
      throw new IllegalArgumentException(
          "a table cannot be partitioned by "
              + column.name()
              + ", which is "
              + column.type().sql());
    }
  }

  /** The text of a row's value; null for NULL and for the empty string, which Delta cannot tell. */
  static String text(DataType type, Object value) {
    if (value == null) {
      return null;
    }
    if (type == Primitive.TIMESTAMP) {
      return TIMESTAMP.format(Instant.ofEpochMilli(((ReadableInstant) value).getMillis()));
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    String text = value.toString();
    return text.isEmpty() ? null : text;
  }

  /** The row's value of a text; null for null and for the empty text. */
  static Object value(DataType type, String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    if (type instanceof DataType.Decimal) {
      return new BigDecimal(text);
    }
    return switch ((Primitive) type) {
      case BOOLEAN -> Boolean.valueOf(text);
      case INT -> Integer.valueOf(text);
      case BIGINT -> Long.valueOf(text);
      case FLOAT -> Float.valueOf(text);
      case DOUBLE -> Double.valueOf(text);
      case STRING -> text;
      case DATE -> LocalDate.parse(text);
      case TIMESTAMP -> org.joda.time.Instant.ofEpochMilli(milliseconds(text));
      case BINARY -> throw new IllegalArgumentException("partitioned by BINARY");
    };
  }

  /** {@code flight_date=2024-03-01/carrier=AA/}; empty for a table without partitions. */
  static String folder(Map<String, String> values) {
    StringBuilder folder = new StringBuilder();
    values.forEach(
        (name, value) ->
            folder
                .append(escape(name))
                .append('=')
                .append(value == null ? NULL_FOLDER : escape(value))
                .append('/'));
    return folder.toString();
  }

  private static long milliseconds(String text) {
    return text.endsWith("Z")
        ? Instant.parse(text).toEpochMilli()
        : LocalDateTime.parse(text, ZONELESS).toInstant(ZoneOffset.UTC).toEpochMilli();
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == 0x7f || ESCAPED.indexOf(c) >= 0) {
        escaped.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      } else {
        escaped.append(c);
      }
    }
    // Disks take 255 bytes for a name; values that differ only further on share a folder.
    return escaped.length() <= LONGEST ? escaped.toString() : escaped.substring(0, LONGEST);
  }
}
