package io.lakebeam.sink.mirror;

import io.lakebeam.graph.Column;
import io.lakebeam.row.JavaValues;
import io.lakebeam.row.RowJson;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Rows as lines of COPY's text format. The same row is the same line each time. The character NUL,
 * which PostgreSQL has in no text, is the replacement character U+FFFD.
 */
final class CopyText {
  private static final char NUL = '\u0000';
  private static final char REPLACEMENT = '\ufffd';
  private static final String JSON_NUL = "\\u0000";

  private final List<Column> columns;

  CopyText(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  /** A row of these columns, with the end of the line. */
  byte[] line(InternalRow row) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      if (i > 0) {
        line.append('\t');
      }
      append(line, JavaValues.at(row, i, columns.get(i).type()));
    }
    return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void append(StringBuilder line, Object value) {
    if (value == null) {
      line.append("\\N");
    } else if (value instanceof byte[] bytes) {
      line.append("\\\\x").append(HexFormat.of().formatHex(bytes));
    } else {
      escape(line, text(value));
    }
  }

  private static String text(Object value) {
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (value instanceof LocalDate date) {
      return date(date) + era(date);
    }
    if (value instanceof Instant instant) {
      LocalDateTime time = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
      return String.format(
              Locale.ROOT,
              "%s %02d:%02d:%02d.%06d+00",
              date(time.toLocalDate()),
              time.getHour(),
              time.getMinute(),
              time.getSecond(),
              time.getNano() / 1000)
          + era(time.toLocalDate());
    }
    if (value instanceof Iterable<?> || value instanceof Map<?, ?>) {
      return withoutNul(RowJson.value(value).toString());
    }
    return value.toString();
  }

  /** Within JSON the character is an escape, which PostgreSQL refuses as well. */
  private static String withoutNul(String json) {
    if (!json.contains(JSON_NUL)) {
      return json;
    }
    StringBuilder text = new StringBuilder();
    int i = 0;
    while (i < json.length()) {
      if (json.startsWith(JSON_NUL, i)) {
        text.append(REPLACEMENT);
        i += JSON_NUL.length();
      } else {
        // What follows a backslash belongs to it: a backslash, too.
        int end = Math.min(json.length(), json.charAt(i) == '\\' ? i + 2 : i + 1);
        text.append(json, i, end);
        i = end;
      }
    }
    return text.toString();
  }

  private static String date(LocalDate date) {
    return String.format(
        Locale.ROOT,
        "%04d-%02d-%02d",
        date.get(ChronoField.YEAR_OF_ERA),
        date.getMonthValue(),
        date.getDayOfMonth());
  }

  private static String era(LocalDate date) {
    return date.getYear() > 0 ? "" : " BC";
  }

  private static void escape(StringBuilder line, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> line.append("\\\\");
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        case NUL -> line.append(REPLACEMENT);
        default -> line.append(c);
      }
    }
  }
}
