package io.lakebeam.demo;

import java.time.LocalDate;
import java.util.Optional;

/**
 * One flight on one day, with all that will become of it. Minutes are counted from the operating
 * day's midnight in UTC.
 *
 * <p>As the airline's events tell it; its report may know {@linkplain Correction better}.
 *
 * @param scheduledDeparture minutes
 * @param tail the aircraft's registration
 * @param withdrawn the aircraft goes elsewhere: the cancellation and the report name none
 * @param departureDelay minutes; meaningless when cancelled
 * @param arrivalDelay minutes; meaningless unless it landed
 * @param cancellationCode A carrier, B weather, C national air system, D security
 */
record Flight(
    ScheduledFlight scheduled,
    int day,
    LocalDate date,
    int scheduledDeparture,
    End end,
    String tail,
    boolean withdrawn,
    int departureDelay,
    int arrivalDelay,
    char cancellationCode) {
  /** How a flight ends; the names are the statuses of its last event. */
  enum End {
    LANDED,
    CANCELLED,
    DIVERTED
  }

  private static final long OPERATES = 2;
  private static final long OUTCOME = 3;

  /** Reports come at noon of the next day in UTC; by eleven every flight is down. */
  private static final int LAST_LANDING_UTC = 35 * 60;

  /**
   * The flight of a timetable's line on a day; empty when it does not operate.
   *
   * @param day counted from the first day of events; negative before it
   */
  static Optional<Flight> on(long seed, ScheduledFlight scheduled, int day, LocalDate date) {
    if (Draws.at(seed, OPERATES, day, scheduled.index()).perMille(20)) {
      return Optional.empty();
    }
    Draws draws = Draws.at(seed, OUTCOME, day, scheduled.index());
    int fate = draws.below(1000);
    End end = fate < 18 ? End.CANCELLED : fate < 22 ? End.DIVERTED : End.LANDED;
    int departure = scheduled.departureUtcMinute(date);
    int mostDelay = LAST_LANDING_UTC - departure - scheduled.blockMinutes() - 20;
    int departureDelay = Math.min(mostDelay, departureDelay(draws));
    int arrivalDelay = departureDelay + draws.between(-22, 14);
    boolean withdrawn = end == End.CANCELLED && draws.perMille(400);
    String tail = tail(scheduled, Math.floorMod(day, 1000));
    char code = "AABBBBCD".charAt(draws.below(8));
    return Optional.of(
        new Flight(
            scheduled,
            day,
            date,
            departure,
            end,
            tail,
            withdrawn,
            departureDelay,
            arrivalDelay,
            code));
  }

  int scheduledArrival() {
    return scheduledDeparture + scheduled.blockMinutes();
  }

  int actualDeparture() {
    return scheduledDeparture + departureDelay;
  }

  int actualArrival() {
    return scheduledArrival() + arrivalDelay;
  }

  /** A minute of the flight's, in seconds after the epoch. */
  long seconds(int minute) {
    return date.toEpochDay() * Occurrence.SECONDS_A_DAY + minute * 60L;
  }

  Flight withTail(String other) {
    return with(end, other, withdrawn, departureDelay, arrivalDelay);
  }

  /** Leaves and arrives so many minutes later. */
  Flight later(int minutes) {
    return with(end, tail, withdrawn, departureDelay + minutes, arrivalDelay + minutes);
  }

  /** Not cancelled. */
  Flight flown() {
    return with(End.LANDED, tail, false, departureDelay, arrivalDelay);
  }

  private Flight with(
      End newEnd, String newTail, boolean isWithdrawn, int newDeparture, int newArrival) {
    return new Flight(
        scheduled,
        day,
        date,
        scheduledDeparture,
        newEnd,
        newTail,
        isWithdrawn,
        newDeparture,
        newArrival,
        cancellationCode);
  }

  private static int departureDelay(Draws draws) {
    int fate = draws.below(1000);
    if (fate < 600) {
      return draws.between(-9, 0);
    }
    if (fate < 810) {
      return draws.between(1, 14);
    }
    if (fate < 940) {
      return draws.between(15, 59);
    }
    return fate < 997 ? draws.between(60, 260) : draws.between(400, 1300);
  }

  /** Four legs of a carrier share an aircraft; who flies which changes by the day. */
  private static String tail(ScheduledFlight scheduled, int day) {
    int aircraft = (scheduled.number() / 4 + day * 7) % 900 + 100;
    return "N" + aircraft + scheduled.carrier().code();
  }
}
