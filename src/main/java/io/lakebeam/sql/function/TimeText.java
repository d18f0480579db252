package io.lakebeam.sql.function;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/**
 * Dates and timestamps as text, as Spark's casts read and write them: {@code yyyy[-[m]m[-[d]d]]},
 * then a blank or T and {@code [h]h[:[m]m[:[s]s[.fraction][zone]]]}. Fractions beyond milliseconds
 * are cut off. A time without a date is refused, because today's date cannot be replayed.
 */
final class TimeText {
  private static final Pattern SHORT_HOUR = Pattern.compile("([+-])(\\d):");
  private static final Pattern SHORT_MINUTE = Pattern.compile("([+-])(\\d\\d):(\\d)$");
  private static final int FRACTION_DIGITS = 9;

  private final String text;
  private int at;

  private TimeText(String text) {
    this.text = NumberText.trimmed(text);
  }

  static Integer date(String text) {
    return new TimeText(text).readDate();
  }

  static Long timestamp(String text) {
    return new TimeText(text).readTimestamp();
  }

  static String write(int days) {
    return LocalDate.ofEpochDay(days).toString();
  }

  static String write(long millis) {
    LocalDateTime time = Times.local(millis);
    StringBuilder text = new StringBuilder(23).append(time.toLocalDate()).append(' ');
    two(text, time.getHour()).append(':');
    two(text, time.getMinute()).append(':');
    two(text, time.getSecond());
    int fraction = time.getNano() / 1_000_000;
    if (fraction != 0) {
      text.append('.').append(fraction / 100);
      if (fraction % 100 != 0) {
        text.append(fraction / 10 % 10);
      }
      if (fraction % 10 != 0) {
        text.append(fraction % 10);
      }
    }
    return text.toString();
  }

  private static StringBuilder two(StringBuilder text, int number) {
    return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  private Integer readDate() {
    LocalDate date = readCalendar(7);
    // Anything may follow a whole date after a blank or T, as in Spark.
    if (date == null || (at < text.length() && (parts < 3 || !isTimeMark(text.charAt(at))))) {
      return null;
    }
    return (int) date.toEpochDay();
  }

  private int parts;

  private LocalDate readCalendar(int maxYearDigits) {
    boolean negative = false;
    if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
      negative = text.charAt(at) == '-';
      at++;
    }
    int year = number(4, maxYearDigits);
    int month = 1;
    int day = 1;
    parts = 1;
    if (year >= 0 && skip('-')) {
      month = number(1, 2);
      parts = 2;
      if (month >= 0 && skip('-')) {
        day = number(1, 2);
        parts = 3;
      }
    }
    // Asked rather than tried: an exception costs more than the whole parse.
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31) {
      return null;
    }
    int signed = negative ? -year : year;
    if (day > 28 && day > YearMonth.of(signed, month).lengthOfMonth()) {
      return null;
    }
    return LocalDate.of(signed, month, day);
  }

  private Long readTimestamp() {
    LocalDate date = readCalendar(6);
    if (date == null) {
      return null;
    }
    if (at == text.length()) {
      return date.toEpochDay() * Times.MILLIS_PER_DAY;
    }
    if (parts < 3 || !isTimeMark(text.charAt(at))) {
      return null;
    }
    at++;
    int hour = number(1, 2);
    int minute = 0;
    int second = 0;
    int nanos = 0;
    ZoneId zone = ZoneOffset.UTC;
    if (hour >= 0 && skip(':')) {
      minute = number(1, 2);
      if (minute >= 0 && skip(':')) {
        second = number(1, 2);
        if (second >= 0 && skip('.')) {
          nanos = fraction();
        }
        if (second >= 0 && at < text.length()) {
          zone = zone(text.substring(at));
          at = text.length();
        }
      }
    }
    if (at < text.length() || zone == null || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
      return null;
    }
    if (second < 0 || second > 59) {
      return null;
    }
    LocalDateTime local = date.atTime(LocalTime.of(hour, minute, second, nanos));
    return zone.equals(ZoneOffset.UTC)
        ? Times.millis(local)
        : (Long) local.atZone(zone).toInstant().toEpochMilli();
  }

  private static boolean isTimeMark(char c) {
    return c == ' ' || c == 'T';
  }

  private boolean skip(char expected) {
    if (at < text.length() && text.charAt(at) == expected) {
      at++;
      return true;
    }
    return false;
  }

  /** -1 when there are too few or too many digits. */
  private int number(int min, int max) {
    int start = at;
    int value = 0;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      if (at - start == max) {
        return -1;
      }
      value = value * 10 + text.charAt(at++) - '0';
    }
    return at - start < min ? -1 : value;
  }

  private int fraction() {
    int value = 0;
    int digits = 0;
    for (; at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9'; at++) {
      if (digits < FRACTION_DIGITS) {
        value = value * 10 + text.charAt(at) - '0';
        digits++;
      }
    }
    for (; digits < FRACTION_DIGITS; digits++) {
      value *= 10;
    }
    return value;
  }

  /** Null when there is no such zone. */
  private static ZoneId zone(String name) {
    if (name.equals("Z")) {
      return ZoneOffset.UTC;
    }
    String id = SHORT_HOUR.matcher(name.trim()).replaceFirst("$10$2:");
    id = SHORT_MINUTE.matcher(id).replaceFirst("$1$2:0$3");
    if (id.isEmpty()) {
      return null;
    }
    try {
      return ZoneId.of(id, ZoneId.SHORT_IDS);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
