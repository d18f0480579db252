package io.lakebeam.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.TestingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WarningsTest {
  private final TestingClock clock = new TestingClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final List<String> told = new ArrayList<>();
  private final Warnings warnings = new Warnings(told::add, clock);

  /** A warning of a file is said once, by one run: whoever is to act on it must see its name. */
  @Test
  void inTheFirstHourEachIsTold() {
    List<String> files =
        IntStream.range(0, 100).mapToObj(i -> "orders_" + i + ".csv was overwritten").toList();
    files.forEach(warnings::warn);
    warnings.close();
    assertEquals(files, told);
  }

  @Test
  void theFirstHourIsBoundedToo() {
    for (int i = 0; i <= Warnings.MOST_IN_FIRST_HOUR; i++) {
      warnings.warn("orders_" + i + ".csv was overwritten");
    }
    warnings.close();
    assertEquals(Warnings.MOST_IN_FIRST_HOUR + 1, told.size());
    assertEquals("1 more warning was not shown", told.get(told.size() - 1));
  }

  @Test
  void theFirstOfAKindAreToldThenOneAnHourWithTheirNumber() {
    clock.step(Duration.ofHours(1));
    for (int minute = 0; minute < 180; minute++) {
      warnings.warn("epoch " + minute + ": a file is set aside");
      clock.step(Duration.ofMinutes(1));
    }
    assertEquals(7, told.size(), told::toString);
    assertEquals("epoch 0: a file is set aside", told.get(0));
    assertEquals(
        "epoch 4: a file is set aside (from here on, one an hour is told of these)", told.get(4));
    assertEquals("epoch 64: a file is set aside (59 more like it since the last one)", told.get(5));
    warnings.close();
    assertEquals("55 more warnings were not shown", told.get(7));
    warnings.close();
    assertEquals(8, told.size(), "once");
  }

  /** Names in texts make each of a kind of its own. */
  @Test
  void warningsOfManyKindsAreBoundedByTheHour() {
    clock.step(Duration.ofHours(1));
    for (int i = 0; i < 5000; i++) {
      warnings.warn("a file is set aside: 2026/flights_" + i + ".csv");
    }
    assertEquals(Warnings.MOST_AN_HOUR, told.size());
    clock.step(Duration.ofHours(1));
    warnings.warn("something else");
    assertTrue(told.contains("something else"), "the next hour has room again");
    warnings.close();
    assertEquals("4,940 more warnings were not shown", told.get(told.size() - 1));
  }
}
