package io.lakebeam.delta.file;

import io.lakebeam.delta.DataFile;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.row.Decimals;
import io.lakebeam.row.Microseconds;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Partition values in the text form of Delta's protocol, and the folders named after them. The log
 * is what counts; folders are for people, and for tools that look at nothing else.
 */
public final class PartitionValues {
  private static final String NULL_FOLDER = "__HIVE_DEFAULT_PARTITION__";

  private static final int LONGEST = 60;

  /** Disks take 255 bytes for a name, which is a column's and a value's. */
  private static final int MOST_BYTES = 120;

  private static final Charset NAMES = charsetOfNames();

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
  public static void checkType(Column column) {
    if (!(column.type() instanceof Primitive || column.type() instanceof DataType.Decimal)
        || column.type() == Primitive.BINARY) {
      throw new IllegalArgumentException(
          "a table cannot be partitioned by "
              + column.name()
              + ", which is "
              + column.type().sql());
    }
  }

  /**
   * True when a file may have a row with one of these values.
   *
   * @param values as rows have them; null for NULL
   */
  public static boolean mayHave(DataFile file, Column column, Set<Object> values) {
    // Two numbers with a point are equal that are two texts.
    boolean isExact = column.type() != Primitive.FLOAT && column.type() != Primitive.DOUBLE;
    if (!isExact || !file.partitionValues().containsKey(column.name())) {
      return true;
    }
    Object value = value(column.type(), file.partitionValues().get(column.name()));
    // Delta cannot tell the empty text from NULL.
    return value == null || values.contains(value);
  }

  /** The text of a row's value; null for NULL and for the empty string, which Delta cannot tell. */
  static String text(DataType type, Object value) {
    if (value == null) {
      return null;
    }
    if (type == Primitive.TIMESTAMP) {
      return TIMESTAMP.format(Microseconds.instant((Long) value));
    }
    if (type == Primitive.DATE) {
      return LocalDate.ofEpochDay((Integer) value).toString();
    }
    if (value instanceof Decimal number && type instanceof DataType.Decimal decimal) {
      return Decimals.rounded(number.toJavaBigDecimal(), decimal).toPlainString();
    }
    String text = value.toString();
    return text.isEmpty() ? null : text;
  }

  /** The row's value of a text; null for null and for the empty text. */
  static Object value(DataType type, String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    if (type instanceof DataType.Decimal decimal) {
      return Decimals.of(new BigDecimal(text), decimal);
    }
    return switch ((Primitive) type) {
      case BOOLEAN -> Boolean.valueOf(text);
      case TINYINT -> Byte.valueOf(text);
      case SMALLINT -> Short.valueOf(text);
      case INT -> Integer.valueOf(text);
      case BIGINT -> Long.valueOf(text);
      case FLOAT -> Float.valueOf(text);
      case DOUBLE -> Double.valueOf(text);
      case STRING -> UTF8String.fromString(text);
      case DATE -> Math.toIntExact(LocalDate.parse(text).toEpochDay());
      case TIMESTAMP -> Microseconds.of(instant(text));
      case BINARY -> throw new IllegalArgumentException("partitioned by BINARY");
    };
  }

  /** {@code flight_date=2024-03-01/carrier=AA/}; empty for a table without partitions. */
  static String folder(Map<String, String> values) {
    return folder(values, NAMES);
  }

  /**
   * @param names what the disk can name files in
   */
  static String folder(Map<String, String> values, Charset names) {
    StringBuilder folder = new StringBuilder();
    values.forEach(
        (name, value) ->
            folder
                .append(escape(name, names))
                .append('=')
                .append(value == null ? NULL_FOLDER : escape(value, names))
                .append('/'));
    return folder.toString();
  }

  private static Instant instant(String text) {
    return text.endsWith("Z")
        ? Instant.parse(text)
        : LocalDateTime.parse(text, ZONELESS).toInstant(ZoneOffset.UTC);
  }

  /** Cut between characters; values that differ only further on share a folder. */
  private static String escape(String text, Charset names) {
    StringBuilder escaped = new StringBuilder(LONGEST);
    int bytes = 0;
    for (int i = 0; i < text.length() && escaped.length() < LONGEST; ) {
      int point = text.codePointAt(i);
      String piece = piece(point, names);
      bytes += piece.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MOST_BYTES) {
        break;
      }
      escaped.append(piece);
      i += Character.charCount(point);
    }
    return escaped.toString();
  }

  /** Of a character: itself, or its bytes as Hive escapes them. */
  private static String piece(int point, Charset names) {
    if (point < ' ' || point == 0x7f || ESCAPED.indexOf(point) >= 0) {
      return String.format(Locale.ROOT, "%%%02X", point);
    }
    String character = Character.toString(point);
    if (point < 0x80 || names.newEncoder().canEncode(character)) {
      return character;
    }
    StringBuilder escaped = new StringBuilder();
    for (byte each : character.getBytes(StandardCharsets.UTF_8)) {
      escaped.append(String.format(Locale.ROOT, "%%%02X", each & 0xff));
    }
    return escaped.toString();
  }

  /** What this process can name files in: ASCII on workers that are started without a locale. */
  private static Charset charsetOfNames() {
    try {
      return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    } catch (IllegalArgumentException e) {
      return StandardCharsets.US_ASCII;
    }
  }
}
