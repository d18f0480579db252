package io.lakebeam.demo.vehicles;

import io.lakebeam.demo.Draws;

/**
 * A vehicle's way: it drives to a place, stands there for some minutes and drives on. Not
 * thread-safe.
 */
final class Route {
  private static final Fence.Rectangle TOWN =
      new Fence.Rectangle(48_100_000, 11_500_000, 48_200_000, 11_650_000);
  private static final long PURPOSE = 32;
  private static final double SECONDS_OF_AN_HOUR = 3600;
  private static final int THOUSAND = 1000;
  private static final int MINUTE_MILLIS = 60_000;

  private final long seed;
  private final int vehicle;
  private long leg;
  private Place from;
  private Place to;
  private long departure;
  private long arrival;
  private long end;
  private int kilometresPerHour;

  /**
   * @param start milliseconds after the epoch, from which on it is under way
   */
  Route(long seed, int vehicle, long start) {
    this.seed = seed;
    this.vehicle = vehicle;
    this.to = TOWN.draw(Draws.at(seed, PURPOSE, vehicle, -1));
    this.end = start;
    next();
  }

  private void next() {
    Draws draws = Draws.at(seed, PURPOSE, vehicle, leg++);
    from = to;
    departure = end;
    to =
        draws.perMille(600)
            ? Fence.ALL.get(draws.below(Fence.ALL.size())).draw(draws)
            : TOWN.draw(draws);
    kilometresPerHour = draws.between(20, 60);
    double seconds = from.distance(to) / THOUSAND / kilometresPerHour * SECONDS_OF_AN_HOUR;
    arrival = departure + Math.max(1, (long) (seconds * THOUSAND));
    end = arrival + draws.between(1, 8) * MINUTE_MILLIS;
  }

  /**
   * Where it is.
   *
   * @param time not before that of the call before
   */
  Place at(long time) {
    while (time >= end) {
      next();
    }
    return time >= arrival ? to : from.towards(to, time - departure, arrival - departure);
  }

  /** In kilometres per hour, where {@link #at} was asked last. */
  int speed(long time) {
    return time >= arrival ? 0 : kilometresPerHour;
  }
}
