package io.lakebeam.sql.function;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Between Calcite's numbers and java.time. */
final class Times {
  static final long MILLIS_PER_DAY = 86_400_000L;

  private Times() {}

  static int days(long millis) {
    return (int) Math.floorDiv(millis, MILLIS_PER_DAY);
  }

  static LocalDate date(int days) {
    return LocalDate.ofEpochDay(days);
  }

  static LocalDateTime local(long millis) {
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(millis, 1000L),
        (int) Math.floorMod(millis, 1000L) * 1_000_000,
        ZoneOffset.UTC);
  }

  static long millis(LocalDateTime time) {
    return time.toInstant(ZoneOffset.UTC).toEpochMilli();
  }
}
