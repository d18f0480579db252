package io.lakebeam.source.decode;

import io.lakebeam.row.Microseconds;

/**
 * Dates and times as text, read without making strings: {@code yyyy-MM-dd} and {@code yyyy-MM-dd},
 * {@code T} or a blank, {@code HH:mm[:ss[.fraction]]}, then nothing (UTC), {@code Z} or an offset
 * {@code +hh[[:]mm]}. Fractions finer than microseconds are cut, which is what rows hold. Years are
 * 0001 to 9999: what every reader of a Delta table can show.
 */
final class InstantText {
  /** What the parsers answer for text that is no date or time. */
  static final long INVALID = Long.MIN_VALUE;

  /** 0001-01-01T00:00:00Z, in seconds since 1970. */
  private static final long FIRST_SECOND = -62_135_596_800L;

  /** 9999-12-31T23:59:59Z. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private static final long DAY_SECONDS = 86_400;

  /** What a digit stands for, by its place behind the point. */
  private static final int[] DIGIT_MICROS = {100_000, 10_000, 1_000, 100, 10, 1, 0, 0, 0};

  private static final int DATE_LENGTH = 10;

  private InstantText() {}

  /** True for seconds since 1970 of the years 0001 to 9999. */
  static boolean isInYears(long second) {
    return second >= FIRST_SECOND && second <= LAST_SECOND;
  }

  /** Days since 1970, or {@link #INVALID}. */
  static long epochDay(char[] text, int start, int length) {
    if (length != DATE_LENGTH || text[start + 4] != '-' || text[start + 7] != '-') {
      return INVALID;
    }
    int year = twoDigits(text, start) * 100 + twoDigits(text, start + 2);
    int month = twoDigits(text, start + 5);
    int day = twoDigits(text, start + 8);
    // A part that is no number is so far below zero that these tests catch it.
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) {
      return INVALID;
    }
    return epochDay(year, month, day);
  }

  /** Microseconds since 1970, or {@link #INVALID}. */
  static long epochMicros(char[] text, int start, int length) {
    if (length < DATE_LENGTH + 6) {
      return INVALID;
    }
    long day = epochDay(text, start, DATE_LENGTH);
    char separator = text[start + DATE_LENGTH];
    int hour = twoDigits(text, start + 11);
    int minute = twoDigits(text, start + 14);
    if (day == INVALID
        || (separator != 'T' && separator != ' ' && separator != 't')
        || text[start + 13] != ':'
        || hour < 0
        || hour > 23
        || minute < 0
        || minute > 59) {
      return INVALID;
    }
    long seconds = day * DAY_SECONDS + hour * 3_600L + minute * 60L;
    long micros = 0;
    int end = start + length;
    int at = start + 16;
    if (at < end && text[at] == ':') {
      if (at + 3 > end) {
        return INVALID;
      }
      int second = twoDigits(text, at + 1);
      if (second < 0 || second > 59) {
        return INVALID;
      }
      seconds += second;
      at += 3;
      if (at < end && text[at] == '.') {
        int digits = 0;
        for (at++; at < end && text[at] >= '0' && text[at] <= '9'; at++, digits++) {
          micros += digits < 9 ? (text[at] - '0') * DIGIT_MICROS[digits] : 0;
        }
        if (digits == 0 || digits > 9) {
          return INVALID;
        }
      }
    }
    long offset = offsetSeconds(text, at, end);
    if (offset == INVALID || !isInYears(seconds - offset)) {
      return INVALID;
    }
    return (seconds - offset) * Microseconds.A_SECOND + micros;
  }

  private static long offsetSeconds(char[] text, int at, int end) {
    int length = end - at;
    if (length == 0 || (length == 1 && (text[at] == 'Z' || text[at] == 'z'))) {
      return 0;
    }
    boolean colon = length == 6 && text[at + 3] == ':';
    if ((text[at] != '+' && text[at] != '-') || (length != 3 && length != 5 && !colon)) {
      return INVALID;
    }
    int hours = twoDigits(text, at + 1);
    int minutes = length == 3 ? 0 : twoDigits(text, end - 2);
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
      return INVALID;
    }
    long seconds = hours * 3_600L + minutes * 60L;
    return text[at] == '-' ? -seconds : seconds;
  }

  /** 0 to 99, or a number far below zero. */
  private static int twoDigits(char[] text, int at) {
    int tens = text[at] - '0';
    int ones = text[at + 1] - '0';
    return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1_000_000 : tens * 10 + ones;
  }

  private static int daysOf(int year, int month) {
    return switch (month) {
      case 2 -> (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  /** Days since 1970 of a date of the Gregorian calendar, counted in years that start in March. */
  private static long epochDay(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400;
    int yearOfEra = y - era * 400;
    int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097L + dayOfEra - 719_468L;
  }
}
