package io.lakebeam.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PaceTest {
  private static final Instant MORNING = Instant.parse("2026-01-05T07:00:00Z");
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  @Test
  void startsAtTheFirstMomentAwaitedAndThenRunsAtItsSpeed() throws InterruptedException {
    // Read at the start, for the first moment, for the second (a millisecond early) and again.
    Deque<Instant> readings =
        new ArrayDeque<>(List.of(NOW, NOW, NOW.plusMillis(9_999), NOW.plusMillis(10_000)));
    InstantSource clock = readings::removeFirst;
    Pace pace = Pace.of(60, clock);
    assertTrue(pace.await(MORNING));
    assertTrue(pace.await(MORNING.plusSeconds(600)));
    assertEquals(0, readings.size());
  }

  @Test
  void stopEndsAWaitingOfYears() throws InterruptedException {
    Pace pace = Pace.of(1, InstantSource.fixed(NOW));
    assertTrue(pace.await(MORNING));
    Thread stopper = new Thread(pace::stop);
    stopper.start();
    assertFalse(pace.await(MORNING.plusSeconds(100_000_000)));
    stopper.join();
    assertTrue(pace.isStopped());
  }

  @Test
  void unlimitedNeverWaitsButStops() throws InterruptedException {
    Pace pace = Pace.unlimited();
    assertTrue(pace.await(MORNING));
    assertTrue(pace.await(MORNING.plusSeconds(100_000_000)));
    pace.stop();
    assertFalse(pace.await(MORNING));
  }

  @Test
  void refusesSpeedsThatAreNone() {
    assertThrows(IllegalArgumentException.class, () -> Pace.of(0, InstantSource.system()));
    assertThrows(IllegalArgumentException.class, () -> Pace.of(Double.NaN, InstantSource.system()));
  }
}
