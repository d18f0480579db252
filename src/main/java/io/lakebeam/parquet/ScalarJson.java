package io.lakebeam.parquet;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * A stored value as JSON, every digit kept: numbers as numbers, dates and instants as ISO text, a
 * local timestamp without a zone, bytes in base64. Values come in the forms of {@link
 * ScalarDecoder}.
 */
final class ScalarJson {
  private final StoredType stored;
  private final boolean isFloat;
  private final int scale;
  private final long unitsASecond;
  private final FileCalendar calendar;
  private final StoredInstant instants;

  ScalarJson(PrimitiveType type, StoredType stored, FileCalendar calendar) {
    this.stored = stored;
    this.calendar = calendar;
    this.isFloat = type.getPrimitiveTypeName() == PrimitiveTypeName.FLOAT;
    this.scale = stored == StoredType.NUMBER ? Decimals.scale(type) : 0;
    this.unitsASecond = stored == StoredType.TIME ? StoredText.unit(type) : 0;
    this.instants = stored == StoredType.TIMESTAMP ? new StoredInstant(type, calendar) : null;
  }

  String ofBoolean(boolean value) {
    return Boolean.toString(value);
  }

  String ofLong(long value) {
    return switch (stored) {
      case UINT64 -> Long.toUnsignedString(value);
      case NUMBER -> java.math.BigDecimal.valueOf(value, scale).toPlainString();
      case DATE -> '"' + LocalDate.ofEpochDay(calendar.day(value)).toString() + '"';
      case TIME -> '"' + StoredText.time(value, unitsASecond) + '"';
      case TIMESTAMP -> instant(instants.instant(value));
      default -> Long.toString(value);
    };
  }

  String ofDouble(double value) {
    return isFloat ? number(Float.toString((float) value)) : number(Double.toString(value));
  }

  String ofBinary(Binary value) {
    return switch (stored) {
      case TEXT -> quoted(new String(value.getBytesUnsafe(), StandardCharsets.UTF_8));
      case NUMBER -> value.length() == 0 ? "null" : Decimals.number(value, scale).toPlainString();
      case FLOATING -> number(Float.toString(ScalarDecoder.half(value)));
      case UUID -> '"' + StoredText.uuid(value) + '"';
      case INTERVAL -> '"' + StoredText.interval(value) + '"';
      case TIMESTAMP -> instant(instants.instant(value));
      default -> '"' + Base64.getEncoder().encodeToString(value.getBytesUnsafe()) + '"';
    };
  }

  private String instant(java.time.Instant instant) {
    return instants.isLocal()
        ? '"'
            + DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
                LocalDateTime.ofInstant(instant, ZoneOffset.UTC))
            + '"'
        : '"' + instant.toString() + '"';
  }

  /** JSON has no NaN and no infinity. */
  private static String number(String text) {
    char last = text.charAt(text.length() - 1);
    return last >= '0' && last <= '9' ? text : '"' + text + '"';
  }

  static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
