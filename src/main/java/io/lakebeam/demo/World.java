package io.lakebeam.demo;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;

/**
 * Everything that happens to the demo's airlines, made from a seed; days are made when asked for.
 */
final class World {
  /** The first operating day with events; the same for every seed, long before any real run. */
  static final LocalDate FIRST_DATE = LocalDate.of(2026, 1, 5);

  /** Days before the first one for which there are reports but no events. */
  static final int DAYS_OF_HISTORY = 3;

  /** The last day with events, counted from the first: reports carry no year, so it is one year. */
  static final int LAST_DAY = 350;

  private final long seed;
  private final Timetable timetable;

  World(long seed, int flightsPerDay) {
    this.seed = seed;
    this.timetable = new Timetable(seed, flightsPerDay);
  }

  long seed() {
    return seed;
  }

  /**
   * @param day counted from the first day with events; negative before it
   */
  DayOfFlights day(int day) {
    return new DayOfFlights(seed, timetable, day, date(day));
  }

  static LocalDate date(int day) {
    return FIRST_DATE.plusDays(day);
  }

  /**
   * When a day's report is delivered: noon of the next day in UTC, when the operating day is over
   * from New York to Honolulu.
   */
  static Instant reported(int day) {
    return date(day + 1).atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC);
  }
}
