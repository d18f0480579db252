package io.lakebeam.delta.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.apache.parquet.io.api.Binary;

/** Bounds of a column, from Parquet's values to those of Delta's statistics. */
final class StatisticsJson {
  /** Characters of a text bound, as Delta has it. */
  private static final int TEXT = 32;

  /** Beyond, ISO forms get a sign, and readers differ. */
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();

  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
  private static final long MICROS_A_MILLI = 1_000;
  private static final long MILLIS_A_DAY = 86_400_000;

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private StatisticsJson() {}

  /** At most the value; empty when there is no such bound. */
  static Optional<JsonNode> least(DataType type, Object value) {
    if (type == Primitive.STRING) {
      return Optional.of(JSON.textNode(prefix(((Binary) value).toStringUsingUTF8())));
    }
    if (type == Primitive.TIMESTAMP) {
      return timestamp(Math.floorDiv((Long) value, MICROS_A_MILLI));
    }
    return exact(type, value);
  }

  /** At least the value; empty when there is no such bound. */
  static Optional<JsonNode> greatest(DataType type, Object value) {
    if (type == Primitive.STRING) {
      String text = ((Binary) value).toStringUsingUTF8();
      String prefix = prefix(text);
      return prefix.length() == text.length()
          ? Optional.of(JSON.textNode(text))
          : next(prefix).map(JSON::textNode);
    }
    if (type == Primitive.TIMESTAMP) {
      return timestamp(-Math.floorDiv(-(Long) value, MICROS_A_MILLI));
    }
    return exact(type, value);
  }

  private static Optional<JsonNode> exact(DataType type, Object value) {
    if (type instanceof DataType.Decimal decimal) {
      BigInteger unscaled = new BigInteger(((Binary) value).getBytes());
      return Optional.of(JSON.numberNode(new BigDecimal(unscaled, decimal.scale())));
    }
    if (!(type instanceof Primitive primitive)) {
      return Optional.empty();
    }
    return switch (primitive) {
      case TINYINT, SMALLINT, INT -> Optional.of(JSON.numberNode((Integer) value));
      case BIGINT -> Optional.of(JSON.numberNode((Long) value));
      case FLOAT ->
          Float.isFinite((Float) value)
              ? Optional.of(JSON.numberNode((Float) value))
              : Optional.empty();
      case DOUBLE ->
          Double.isFinite((Double) value)
              ? Optional.of(JSON.numberNode((Double) value))
              : Optional.empty();
      case DATE -> date((Integer) value);
      // Delta skips by none of these.
      case BOOLEAN, BINARY -> Optional.empty();
      case STRING, TIMESTAMP -> throw new IllegalStateException(primitive + " has its own bounds");
    };
  }

  private static Optional<JsonNode> date(int day) {
    return day < FIRST_DAY || day > LAST_DAY
        ? Optional.empty()
        : Optional.of(JSON.textNode(LocalDate.ofEpochDay(day).toString()));
  }

  private static Optional<JsonNode> timestamp(long milliseconds) {
    long day = Math.floorDiv(milliseconds, MILLIS_A_DAY);
    return day < FIRST_DAY || day > LAST_DAY
        ? Optional.empty()
        : Optional.of(JSON.textNode(TIMESTAMP.format(Instant.ofEpochMilli(milliseconds))));
  }

  private static String prefix(String text) {
    return text.codePointCount(0, text.length()) <= TEXT
        ? text
        : text.substring(0, text.offsetByCodePoints(0, TEXT));
  }

  /**
   * The least text of that length or shorter that comes after every text with that prefix, in the
   * order of code points, which is that of UTF-8.
   */
  private static Optional<String> next(String prefix) {
    int[] points = prefix.codePoints().toArray();
    for (int i = points.length - 1; i >= 0; i--) {
      if (points[i] < Character.MAX_CODE_POINT) {
        int next = points[i] + 1;
        boolean surrogate = next >= Character.MIN_SURROGATE && next <= Character.MAX_SURROGATE;
        points[i] = surrogate ? Character.MAX_SURROGATE + 1 : next;
        return Optional.of(new String(points, 0, i + 1));
      }
    }
    return Optional.empty();
  }
}
