package io.lakebeam.demo;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One operating day: its flights, and the records that they cause. */
final class DayOfFlights {
  private static final long PURPOSE = 4;
  private static final int SCHEDULED_BEFORE = 180;
  private static final int BOARDING_BEFORE = 35;
  private static final int MINUTES_BETWEEN_POSITIONS = 45;

  /** After the report, when the last events of its day have come. */
  private static final int MOST_LATE_SECONDS = 6 * 3600;

  private final long seed;
  private final int day;
  private final List<Flight> flights;

  DayOfFlights(long seed, Timetable timetable, int day, LocalDate date) {
    this.seed = seed;
    this.day = day;
    this.flights =
        timetable.flights().stream()
            .map(scheduled -> Flight.on(seed, scheduled, day, date))
            .flatMap(Optional::stream)
            .toList();
  }

  /** In the timetable's order. */
  List<Flight> flights() {
    return flights;
  }

  /** In no particular order, but the same every time. */
  List<Occurrence> occurrences() {
    List<Occurrence> all = new ArrayList<>(flights.size() * 8);
    flights.forEach(flight -> addEvents(flight, all));
    return all;
  }

  private void addEvents(Flight flight, List<Occurrence> to) {
    Draws draws = Draws.at(seed, PURPOSE, day, flight.scheduled().index());
    int scheduled = flight.scheduledDeparture();
    if (flight.end() == Flight.End.CANCELLED) {
      add(flight, Status.SCHEDULED, 0, 2, scheduled - SCHEDULED_BEFORE, draws, to);
      int cancelled = scheduled + draws.between(-120, 90);
      add(flight, Status.CANCELLED, 1, 2, cancelled, draws, to);
      return;
    }
    int departure = flight.actualDeparture();
    int arrival = flight.actualArrival();
    int positions = Math.max(1, (arrival - departure) / MINUTES_BETWEEN_POSITIONS);
    int steps = positions + 4;
    add(flight, Status.SCHEDULED, 0, steps, scheduled - SCHEDULED_BEFORE, draws, to);
    add(flight, Status.BOARDING, 1, steps, departure - BOARDING_BEFORE, draws, to);
    add(flight, Status.DEPARTED, 2, steps, departure, draws, to);
    for (int i = 1; i <= positions; i++) {
      int minute = departure + (arrival - departure) * i / (positions + 1);
      add(flight, Status.EN_ROUTE, 2 + i, steps, minute, draws, to);
    }
    Status last = flight.end() == Flight.End.LANDED ? Status.LANDED : Status.DIVERTED;
    add(flight, last, steps - 1, steps, arrival, draws, to);
  }

  private static void add(
      Flight flight,
      Status status,
      int step,
      int steps,
      int minute,
      Draws draws,
      List<Occurrence> to) {
    long time = flight.seconds(minute) + draws.below(60);
    EventDefect defect = EventDefect.draw(draws, status);
    long sent =
        switch (defect) {
          case LATE -> time + draws.between(120, 1500);
          case AFTER_REPORT ->
              World.reported(flight.day()).getEpochSecond() + draws.between(60, MOST_LATE_SECONDS);
          default -> time;
        };
    to.add(new Occurrence(flight, status, step, steps, time, sent, defect));
    if (defect == EventDefect.REPEATED) {
      long again = time + draws.between(2, 90);
      to.add(new Occurrence(flight, status, step, steps, time, again, defect));
    }
  }
}
