package io.lakebeam.sql.function;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/** Calendar arithmetic in UTC. */
public final class Dates {
  private static final double SECONDS_PER_MONTH = 31 * 86_400d;

  private Dates() {}

  public static Integer year(Integer days) {
    return days == null ? null : (Integer) Times.date(days).getYear();
  }

  public static Integer quarter(Integer days) {
    return days == null ? null : (Integer) Times.date(days).get(IsoFields.QUARTER_OF_YEAR);
  }

  public static Integer month(Integer days) {
    return days == null ? null : (Integer) Times.date(days).getMonthValue();
  }

  /** ISO 8601: weeks start on Monday, the first has at least four days in the year. */
  public static Integer weekOfYear(Integer days) {
    return days == null ? null : (Integer) Times.date(days).get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
  }

  public static Integer day(Integer days) {
    return days == null ? null : (Integer) Times.date(days).getDayOfMonth();
  }

  public static Integer dayOfYear(Integer days) {
    return days == null ? null : (Integer) Times.date(days).getDayOfYear();
  }

  /** 1 is Sunday. */
  public static Integer dayOfWeek(Integer days) {
    return days == null ? null : (Integer) (Times.date(days).getDayOfWeek().getValue() % 7 + 1);
  }

  /** 0 is Monday. */
  public static Integer weekday(Integer days) {
    return days == null ? null : (Integer) (Times.date(days).getDayOfWeek().getValue() - 1);
  }

  public static Integer hour(Long millis) {
    return millis == null ? null : (Integer) Times.local(millis).getHour();
  }

  public static Integer minute(Long millis) {
    return millis == null ? null : (Integer) Times.local(millis).getMinute();
  }

  public static Integer second(Long millis) {
    return millis == null ? null : (Integer) Times.local(millis).getSecond();
  }

  public static Integer add(Integer days, Integer count) {
    return days == null || count == null ? null : (Integer) (days + count);
  }

  public static Integer subtract(Integer days, Integer count) {
    return days == null || count == null ? null : (Integer) (days - count);
  }

  /** Days from start to end. */
  public static Integer difference(Integer end, Integer start) {
    return end == null || start == null ? null : (Integer) (end - start);
  }

  /** The last day of the month when there is no such day in it. */
  public static Integer addMonths(Integer days, Integer months) {
    return days == null || months == null
        ? null
        : (Integer) epoch(Times.date(days).plusMonths(months));
  }

  public static Double monthsBetween(Long end, Long start) {
    return monthsBetween(end, start, true);
  }

  /**
   * Whole months for equal days of the month or two last days of months, else counting 31 days a
   * month; rounded to 8 digits unless told not to.
   */
  public static Double monthsBetween(Long end, Long start, Boolean round) {
    if (end == null || start == null || round == null) {
      return null;
    }
    LocalDateTime to = Times.local(end);
    LocalDateTime from = Times.local(start);
    double months =
        (to.getYear() - from.getYear()) * 12d + to.getMonthValue() - from.getMonthValue();
    if (to.getDayOfMonth() == from.getDayOfMonth() || (isLastDay(to) && isLastDay(from))) {
      return months;
    }
    double seconds =
        (to.getDayOfMonth() - from.getDayOfMonth()) * 86_400d
            + to.toLocalTime().toSecondOfDay()
            - from.toLocalTime().toSecondOfDay();
    double exact = months + seconds / SECONDS_PER_MONTH;
    return round ? Numbers.round(exact, 8) : exact;
  }

  private static boolean isLastDay(LocalDateTime time) {
    return time.getDayOfMonth() == time.toLocalDate().lengthOfMonth();
  }

  public static Integer lastDay(Integer days) {
    return days == null
        ? null
        : (Integer) epoch(Times.date(days).with(TemporalAdjusters.lastDayOfMonth()));
  }

  /** The first such weekday after the date; NULL for an unknown name. */
  public static Integer nextDay(Integer days, String weekday) {
    if (days == null || weekday == null) {
      return null;
    }
    String name = weekday.toUpperCase(Locale.ROOT);
    for (DayOfWeek day : DayOfWeek.values()) {
      if (name.equals(day.name())
          || name.equals(day.name().substring(0, 3))
          || name.equals(day.name().substring(0, 2))) {
        return epoch(Times.date(days).with(TemporalAdjusters.next(day)));
      }
    }
    return null;
  }

  /** NULL for a date that does not exist. */
  public static Integer makeDate(Integer year, Integer month, Integer day) {
    if (year == null || month == null || day == null) {
      return null;
    }
    try {
      return epoch(LocalDate.of(year, month, day));
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** NULL for a time that does not exist; 60 seconds are the next minute. */
  public static Long makeTimestamp(
      Integer year, Integer month, Integer day, Integer hour, Integer minute, Double second) {
    Integer date = makeDate(year, month, day);
    if (date == null || hour == null || minute == null || second == null) {
      return null;
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || !(second >= 0 && second <= 60)) {
      return null;
    }
    long minutes = hour * 60L + minute;
    return date * Times.MILLIS_PER_DAY + minutes * 60_000 + (long) Math.floor(second * 1000 + 1e-6);
  }

  /** NULL for an unknown unit. */
  public static Long truncate(String unit, Long millis) {
    if (unit == null || millis == null) {
      return null;
    }
    switch (unit.toUpperCase(Locale.ROOT)) {
      case "MICROSECOND", "MILLISECOND":
        return millis;
      case "SECOND":
        return Math.floorDiv(millis, 1000L) * 1000L;
      case "MINUTE":
        return Math.floorDiv(millis, 60_000L) * 60_000L;
      case "HOUR":
        return Math.floorDiv(millis, 3_600_000L) * 3_600_000L;
      case "DAY", "DD":
        return Times.days(millis) * Times.MILLIS_PER_DAY;
      default:
        Integer days = truncateDate(Times.days(millis), unit);
        return days == null ? null : (Long) (days * Times.MILLIS_PER_DAY);
    }
  }

  /** To a week or longer; NULL for any other unit. */
  public static Integer truncateDate(Integer days, String unit) {
    if (unit == null || days == null) {
      return null;
    }
    LocalDate date = Times.date(days);
    switch (unit.toUpperCase(Locale.ROOT)) {
      case "YEAR", "YYYY", "YY":
        return epoch(date.withDayOfYear(1));
      case "QUARTER":
        return epoch(date.with(IsoFields.DAY_OF_QUARTER, 1));
      case "MONTH", "MON", "MM":
        return epoch(date.withDayOfMonth(1));
      case "WEEK":
        return epoch(date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
      default:
        return null;
    }
  }

  /** Units from start to end, whole ones, towards zero. */
  public static Long between(String unit, Long start, Long end) {
    if (unit == null || start == null || end == null) {
      return null;
    }
    String name = unit.toUpperCase(Locale.ROOT);
    ChronoUnit chrono =
        switch (name) {
          case "MICROSECOND" -> ChronoUnit.MICROS;
          case "MILLISECOND" -> ChronoUnit.MILLIS;
          case "QUARTER" -> ChronoUnit.MONTHS;
          default -> ChronoUnit.valueOf(name + "S");
        };
    long count = chrono.between(Times.local(start), Times.local(end));
    return name.equals("QUARTER") ? count / 3 : count;
  }

  public static Long timestampOfMillis(Long millis) {
    return millis;
  }

  public static Long millisOfTimestamp(Long millis) {
    return millis;
  }

  public static Long timestampOfMicros(Long micros) {
    return micros == null ? null : (Long) Math.floorDiv(micros, 1000L);
  }

  public static Long microsOfTimestamp(Long millis) {
    return millis == null ? null : (Long) Math.multiplyExact(millis, 1000L);
  }

  public static Integer dateOfDays(Integer days) {
    return days;
  }

  public static Integer daysOfDate(Integer days) {
    return days;
  }

  private static int epoch(LocalDate date) {
    return Math.toIntExact(date.toEpochDay());
  }
}
