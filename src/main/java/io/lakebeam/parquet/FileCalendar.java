package io.lakebeam.parquet;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.Map;
import java.util.TimeZone;

/**
 * The calendar of a file's old dates. Spark 2, and Spark 3 where it is told to, counts days before
 * 1582-10-15 in the Julian calendar and says so in the footer; everybody else, and this program, in
 * the Gregorian one all the way back. Spark's own rule, from its footers alone.
 *
 * @param hybridDates whether dates and INT64 timestamps are in the hybrid calendar
 * @param hybridInt96 whether INT96 timestamps are
 * @param zone in which the writer took timestamps apart
 */
record FileCalendar(boolean hybridDates, boolean hybridInt96, ZoneId zone) {
  static final String SPARK_VERSION = "org.apache.spark.version";

  /** The calendar that Java, SQL and every other writer have. */
  static final FileCalendar GREGORIAN = new FileCalendar(false, false, ZoneOffset.UTC);

  /** 1582-10-15, the first day that both calendars count alike. */
  private static final long FIRST_COMMON_DAY = -141_427;

  /** 1900-01-02: since then zones, too, have the same offsets in old and new Java. */
  private static final long FIRST_COMMON_MICROS = -2_208_902_400_000_000L;

  private static final long MICROS_A_SECOND = 1_000_000;

  static FileCalendar of(Map<String, String> metadata) {
    String version = metadata.get(SPARK_VERSION);
    if (version == null) {
      return GREGORIAN;
    }
    return new FileCalendar(
        isBefore(version, 3, 0) || metadata.containsKey("org.apache.spark.legacyDateTime"),
        isBefore(version, 3, 1) || metadata.containsKey("org.apache.spark.legacyINT96"),
        zone(metadata.get("org.apache.spark.timeZone")));
  }

  /** A day of the file as a day since 1970. */
  long day(long stored) {
    if (!hybridDates || stored >= FIRST_COMMON_DAY) {
      return stored;
    }
    GregorianCalendar hybrid = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
    hybrid.setTimeInMillis(stored * 86_400_000L);
    return LocalDate.of(year(hybrid), hybrid.get(Calendar.MONTH) + 1, 1)
        .plusDays(hybrid.get(Calendar.DAY_OF_MONTH) - 1L)
        .toEpochDay();
  }

  /** Microseconds of an INT64 as microseconds since 1970. */
  long micros(long stored) {
    return hybridDates ? rebased(stored) : stored;
  }

  long int96Micros(long stored) {
    return hybridInt96 ? rebased(stored) : stored;
  }

  private long rebased(long stored) {
    if (stored >= FIRST_COMMON_MICROS) {
      return stored;
    }
    GregorianCalendar hybrid = new GregorianCalendar(TimeZone.getTimeZone(zone));
    hybrid.setTimeInMillis(Math.floorDiv(stored, 1000L));
    // The day is added last: 1000-02-29 is a day of the Julian calendar only.
    LocalDateTime local =
        LocalDateTime.of(
                year(hybrid),
                hybrid.get(Calendar.MONTH) + 1,
                1,
                hybrid.get(Calendar.HOUR_OF_DAY),
                hybrid.get(Calendar.MINUTE),
                hybrid.get(Calendar.SECOND),
                (int) Math.floorMod(stored, MICROS_A_SECOND) * 1000)
            .plusDays(hybrid.get(Calendar.DAY_OF_MONTH) - 1L);
    ZonedDateTime zoned = local.atZone(zone);
    Instant instant =
        (hybrid.get(Calendar.DST_OFFSET) == 0 ? zoned.withLaterOffsetAtOverlap() : zoned)
            .toInstant();
    return instant.getEpochSecond() * MICROS_A_SECOND + instant.getNano() / 1000;
  }

  private static int year(GregorianCalendar hybrid) {
    int year = hybrid.get(Calendar.YEAR);
    return hybrid.get(Calendar.ERA) == GregorianCalendar.BC ? 1 - year : year;
  }

  /** A version that is none counts as new. */
  private static boolean isBefore(String version, int major, int minor) {
    String[] parts = version.split("[^0-9]+", 3);
    try {
      int ofMajor = Integer.parseInt(parts[0]);
      int ofMinor = parts.length > 1 && !parts[1].isEmpty() ? Integer.parseInt(parts[1]) : 0;
      return ofMajor < major || (ofMajor == major && ofMinor < minor);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static ZoneId zone(String name) {
    try {
      return name == null ? ZoneOffset.UTC : ZoneId.of(name, ZoneId.SHORT_IDS);
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }
}
