package io.lakebeam.demo;

/**
 * Why a flight arrived late, in minutes; they add up to its arrival delay, as the Bureau of
 * Transportation Statistics demands of flights that are 15 minutes late or more.
 */
record DelayCauses(int carrier, int weather, int system, int security, int lateAircraft) {
  static final int LATE_FROM = 15;

  private static final long PURPOSE = 5;

  /** True when a report gives causes for the flight; it gives none for all others. */
  static boolean given(Flight flight) {
    return flight.end() == Flight.End.LANDED && flight.arrivalDelay() >= LATE_FROM;
  }

  static DelayCauses of(long seed, Flight flight) {
    Draws draws = Draws.at(seed, PURPOSE, flight.day(), flight.scheduled().index());
    int[] minutes = new int[5];
    int first = draws.between(1, flight.arrivalDelay());
    minutes[cause(draws)] += first;
    minutes[cause(draws)] += flight.arrivalDelay() - first;
    return new DelayCauses(minutes[0], minutes[1], minutes[2], minutes[3], minutes[4]);
  }

  private static int cause(Draws draws) {
    int draw = draws.below(100);
    if (draw < 32) {
      return 0;
    }
    if (draw < 38) {
      return 1;
    }
    if (draw < 60) {
      return 2;
    }
    return draw < 61 ? 3 : 4;
  }
}
