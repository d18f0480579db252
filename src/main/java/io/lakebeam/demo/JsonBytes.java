package io.lakebeam.demo;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * Writes one JSON object after another into a buffer of its own, without a string in between: the
 * generator must outrun what it feeds. ASCII only. Not thread-safe.
 */
final class JsonBytes {
  private static final int SECONDS_A_DAY = 86_400;
  private static final long MOST_DIGITS = 20;

  private byte[] buffer = new byte[1024];
  private int length;
  private long cachedDay = Long.MIN_VALUE;
  private byte[] cachedDate = new byte[0];

  /** A field's name with its quotes, colon and the comma before it. */
  static byte[] name(String field) {
    return ascii(",\"" + field + "\":");
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  void begin() {
    length = 0;
  }

  void raw(byte[] bytes) {
    ensure(bytes.length);
    System.arraycopy(bytes, 0, buffer, length, bytes.length);
    length += bytes.length;
  }

  void raw(char c) {
    ensure(1);
    buffer[length++] = (byte) c;
  }

  /** The text must hold nothing that JSON escapes. */
  void string(byte[] text) {
    raw('"');
    raw(text);
    raw('"');
  }

  /** The text must hold nothing that JSON escapes. */
  @SuppressWarnings("deprecation") // the one copy of low bytes without an array in between
  void string(String text) {
    int size = text.length();
    ensure(size + 2);
    buffer[length++] = '"';
    text.getBytes(0, size, buffer, length);
    length += size;
    buffer[length++] = '"';
  }

  void number(long value) {
    ensure((int) MOST_DIGITS);
    long rest = value;
    if (rest < 0) {
      buffer[length++] = '-';
      rest = -rest;
    }
    int digits = 1;
    for (long power = 10; rest >= power; power *= 10) {
      digits++;
    }
    for (int at = length + digits - 1; at >= length; at--) {
      buffer[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
  }

  /** A number with four decimals, given in ten-thousandths. */
  void tenThousandths(int value) {
    if (value < 0) {
      raw('-');
    }
    int rest = Math.abs(value);
    number(rest / 10_000);
    raw('.');
    twoDigits(rest / 100 % 100);
    twoDigits(rest % 100);
  }

  /** {@code "2026-01-05"}. */
  void date(long epochDay) {
    string(isoDate(epochDay));
  }

  /** {@code "2026-01-05T13:45:07Z"}. */
  void time(long epochSecond) {
    time(epochSecond, isoDate(Math.floorDiv(epochSecond, SECONDS_A_DAY)));
  }

  /** The time of day of a time, on a date given as ISO text. */
  void time(long epochSecond, byte[] isoDate) {
    int second = (int) Math.floorMod(epochSecond, (long) SECONDS_A_DAY);
    raw('"');
    raw(isoDate);
    raw('T');
    twoDigits(second / 3600);
    raw(':');
    twoDigits(second / 60 % 60);
    raw(':');
    twoDigits(second % 60);
    raw('Z');
    raw('"');
  }

  byte[] isoDate(long epochDay) {
    if (epochDay != cachedDay) {
      cachedDate = ascii(LocalDate.ofEpochDay(epochDay).toString());
      cachedDay = epochDay;
    }
    return cachedDate;
  }

  int length() {
    return length;
  }

  byte[] copy(int size) {
    return Arrays.copyOf(buffer, size);
  }

  private void twoDigits(int value) {
    ensure(2);
    buffer[length++] = (byte) ('0' + value / 10);
    buffer[length++] = (byte) ('0' + value % 10);
  }

  private void ensure(int more) {
    if (length + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
    }
  }
}
