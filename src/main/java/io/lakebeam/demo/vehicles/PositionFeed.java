package io.lakebeam.demo.vehicles;

import io.lakebeam.demo.Draws;
import io.lakebeam.demo.Expected;
import io.lakebeam.demo.Feed;
import io.lakebeam.demo.SendingOrder;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

/**
 * The positions of forty vehicles in a town, one of each every ten seconds. Some come late, some
 * twice, and some are broken.
 */
public final class PositionFeed implements Feed {
  private static final LocalDate FIRST_DATE = LocalDate.of(2026, 1, 5);
  private static final long LAST_DAY = 350;
  private static final int VEHICLES = 40;
  private static final int STEP_MILLIS = 250;
  private static final int SECOND = 1000;
  private static final int MINUTE = 60 * SECOND;
  private static final long DAY_MILLIS = 24L * 60 * MINUTE;
  private static final long PURPOSE = 31;

  private final long seed;

  public PositionFeed(long seed) {
    this.seed = seed;
  }

  @Override
  public String name() {
    return "positions";
  }

  @Override
  public Iterator<Position> messages() {
    List<Route> routes =
        IntStream.range(0, VEHICLES).mapToObj(each -> new Route(seed, each, time(0))).toList();
    return new SendingOrder<>(PositionFeed::time, number -> messages(number, routes));
  }

  private static long time(long number) {
    return FIRST_DATE.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli()
        + number * STEP_MILLIS;
  }

  private List<Position> messages(long number, List<Route> routes) {
    if (number * STEP_MILLIS > LAST_DAY * DAY_MILLIS) {
      throw new NoSuchElementException("position " + number);
    }
    Draws draws = Draws.at(seed, PURPOSE, number, 0);
    int vehicle = (int) (number % VEHICLES);
    long time = time(number);
    Route route = routes.get(vehicle);
    Place place = route.at(time);
    Defect defect = Defect.of(seed, number);
    long told = time;
    if (defect == Defect.STALE) {
      told = time + draws.between(6, 20) * MINUTE;
    } else if (draws.perMille(20)) {
      told = time + draws.between(1, 40) * SECOND;
    }
    Position position = new Position(vehicle, time, told, told, place, route.speed(time), defect);
    return draws.perMille(10)
        ? List.of(position, position.deliveredAgain(told + draws.between(1, 60) * SECOND))
        : List.of(position);
  }

  /** None: the fences come with the pipeline. */
  @Override
  public Map<String, String> filesBefore(LocalDate day) {
    return Map.of();
  }

  @Override
  public Expected expected(long n) {
    ExpectedVehicles expected = new ExpectedVehicles();
    Iterator<Position> positions = messages();
    for (long i = 0; i < n; i++) {
      expected.take(positions.next());
    }
    return expected.of(n);
  }
}
