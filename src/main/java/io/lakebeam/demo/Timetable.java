package io.lakebeam.demo;

import java.util.ArrayList;
import java.util.List;

/** What the demo's airlines plan to fly on every day, made from a seed. */
final class Timetable {
  /**
   * By this minute, counted from the operating day's midnight in UTC, every flight is scheduled to
   * have landed: eight in the morning of the next day, long after the last arrival in Honolulu. In
   * summer an hour before.
   */
  static final int LAST_ARRIVAL_UTC = 32 * 60;

  private static final long PURPOSE = 1;
  private static final int FIRST_DEPARTURE = 5 * 60;
  private static final int LAST_DEPARTURE = 22 * 60 + 55;
  private static final int FIVE = 5;
  private static final int SHORTEST_MILES = 150;

  private final List<ScheduledFlight> flights;

  /**
   * @param flights a day, about; seven to eight events each
   */
  Timetable(long seed, int flights) {
    List<ScheduledFlight> all = new ArrayList<>(flights);
    for (Carrier carrier : Carrier.ALL) {
      int count = flights * carrier.share() / 100;
      for (int number = 1; number <= count; number++) {
        all.add(flight(seed, all.size(), carrier, number));
      }
    }
    this.flights = List.copyOf(all);
  }

  List<ScheduledFlight> flights() {
    return flights;
  }

  private static ScheduledFlight flight(long seed, int index, Carrier carrier, int number) {
    Draws draws = Draws.at(seed, PURPOSE, index, 0);
    Airport hub = Airport.of(carrier.hubs().get(draws.below(carrier.hubs().size())));
    Airport spoke = hub;
    while (hub.milesTo(spoke) < SHORTEST_MILES) {
      spoke = Airport.ALL.get(draws.below(Airport.ALL.size()));
    }
    boolean outbound = draws.perMille(500);
    Airport origin = outbound ? hub : spoke;
    Airport destination = outbound ? spoke : hub;
    int miles = origin.milesTo(destination);
    int block = roundToFive(40 + miles * 10 / 78);
    int latest = LAST_ARRIVAL_UTC - block - origin.utcMinute(World.FIRST_DATE, 0);
    int departure =
        roundToFive(draws.between(FIRST_DEPARTURE, Math.min(LAST_DEPARTURE, latest - FIVE)));
    return new ScheduledFlight(
        index,
        carrier,
        number,
        origin,
        destination,
        departure,
        block,
        miles,
        carrier.code() + "-" + number);
  }

  private static int roundToFive(int minutes) {
    return minutes / FIVE * FIVE;
  }
}
