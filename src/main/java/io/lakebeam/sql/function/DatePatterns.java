package io.lakebeam.sql.function;

import java.text.ParsePosition;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Dates and timestamps in a given pattern: the letters of {@link DateTimeFormatter} as Spark allows
 * them, in English, in UTC. Each pattern is compiled once a process.
 */
public final class DatePatterns {
  private static final int CACHED = 1000;
  private static final String DEFAULT = "yyyy-MM-dd HH:mm:ss";
  // As in Spark: what depends on the locale's weeks, and what has changed its meaning since Java 7.
  private static final String REFUSED = "ABNYWcenpuw";
  private static final String REFUSED_READING = "EFqQ";
  private static final Map<String, DateTimeFormatter> READERS = new ConcurrentHashMap<>();
  private static final Map<String, DateTimeFormatter> WRITERS = new ConcurrentHashMap<>();

  private DatePatterns() {}

  /** NULL when the text does not fit the pattern. */
  public static Integer toDate(String text, String pattern) {
    if (text == null || pattern == null) {
      return null;
    }
    TemporalAccessor fields = read(text, pattern);
    LocalDate date = fields == null ? null : date(fields);
    return date == null ? null : (Integer) (int) date.toEpochDay();
  }

  /** NULL when the text does not fit the pattern. */
  public static Long toTimestamp(String text, String pattern) {
    if (text == null || pattern == null) {
      return null;
    }
    TemporalAccessor fields = read(text, pattern);
    LocalDate date = fields == null ? null : date(fields);
    if (date == null) {
      return null;
    }
    LocalTime time = fields.query(TemporalQueries.localTime());
    ZoneId zone = fields.query(TemporalQueries.zone());
    return date.atTime(time == null ? partialTime(fields) : time)
        .atZone(zone == null ? ZoneOffset.UTC : zone)
        .toInstant()
        .toEpochMilli();
  }

  public static Long toSeconds(String text) {
    return toSeconds(text, DEFAULT);
  }

  public static Long toSeconds(String text, String pattern) {
    return Conversions.secondsOfTimestamp(toTimestamp(text, pattern));
  }

  public static String fromSeconds(Long seconds) {
    return fromSeconds(seconds, DEFAULT);
  }

  public static String fromSeconds(Long seconds, String pattern) {
    return seconds == null ? null : format(Math.multiplyExact(seconds, 1000L), pattern);
  }

  public static String format(Long millis, String pattern) {
    if (millis == null || pattern == null) {
      return null;
    }
    DateTimeFormatter writer = WRITERS.get(pattern);
    if (writer == null) {
      writer = cached(WRITERS, pattern, compile(pattern, false));
    }
    return writer.format(Times.local(millis).atZone(ZoneOffset.UTC));
  }

  private static TemporalAccessor read(String text, String pattern) {
    DateTimeFormatter reader = READERS.get(pattern);
    if (reader == null) {
      reader = cached(READERS, pattern, compile(pattern, true));
    }
    // Text that does not match is common; the unresolved parse tells so without an exception.
    ParsePosition position = new ParsePosition(0);
    if (reader.parseUnresolved(text, position) == null || position.getIndex() < text.length()) {
      return null;
    }
    try {
      return reader.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static LocalDate date(TemporalAccessor fields) {
    LocalDate date = fields.query(TemporalQueries.localDate());
    if (date != null) {
      return date;
    }
    try {
      return LocalDate.of(
          or(fields, ChronoField.YEAR, 1970),
          or(fields, ChronoField.MONTH_OF_YEAR, 1),
          or(fields, ChronoField.DAY_OF_MONTH, 1));
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static LocalTime partialTime(TemporalAccessor fields) {
    int hour = or(fields, ChronoField.HOUR_OF_DAY, or(fields, ChronoField.HOUR_OF_AMPM, 0));
    return LocalTime.of(
        hour,
        or(fields, ChronoField.MINUTE_OF_HOUR, 0),
        or(fields, ChronoField.SECOND_OF_MINUTE, 0),
        or(fields, ChronoField.NANO_OF_SECOND, 0));
  }

  private static int or(TemporalAccessor fields, ChronoField field, int otherwise) {
    return fields.isSupported(field) ? fields.get(field) : otherwise;
  }

  private static DateTimeFormatter cached(
      Map<String, DateTimeFormatter> cache, String pattern, DateTimeFormatter formatter) {
    if (cache.size() >= CACHED) {
      cache.clear();
    }
    cache.put(pattern, formatter);
    return formatter;
  }

  private static DateTimeFormatter compile(String pattern, boolean reading) {
    DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder().parseCaseInsensitive();
    try {
      boolean quoted = false;
      for (String part : pattern.split("'", -1)) {
        if (quoted) {
          builder.appendLiteral(part.isEmpty() ? "'" : part);
        } else {
          append(builder, checked(part, pattern, reading), reading);
        }
        quoted = !quoted;
      }
      return builder
          .toFormatter(Locale.US)
          .withChronology(IsoChronology.INSTANCE)
          .withResolverStyle(ResolverStyle.STRICT);
    } catch (IllegalArgumentException e) {
      throw new BadValueException(
          BadValueException.quote(pattern) + " is no date pattern: " + e.getMessage());
    }
  }

  private static String checked(String part, String pattern, boolean reading) {
    for (int i = 0; i < part.length(); i++) {
      char letter = part.charAt(i);
      if (REFUSED.indexOf(letter) >= 0 || (reading && REFUSED_READING.indexOf(letter) >= 0)) {
        throw new IllegalArgumentException("letter " + letter + " is not supported");
      }
    }
    // The year without an era counts on through 0; 'y' needs an era to be resolved strictly.
    return pattern.indexOf('G') >= 0 ? part : part.replace('y', 'u');
  }

  /** When read, a fraction may have fewer digits than its pattern. */
  private static void append(DateTimeFormatterBuilder builder, String part, boolean reading) {
    int at = 0;
    while (reading && part.indexOf('S', at) >= 0) {
      int start = part.indexOf('S', at);
      int end = start;
      while (end < part.length() && part.charAt(end) == 'S') {
        end++;
      }
      builder.appendPattern(part.substring(at, start));
      builder.appendFraction(ChronoField.NANO_OF_SECOND, 1, end - start, false);
      at = end;
    }
    builder.appendPattern(part.substring(at));
  }
}
