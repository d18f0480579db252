package io.lakebeam.source.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ThrottlingTest {
  private final AtomicLong now = new AtomicLong(-5);
  private final Throttling throttling = new Throttling(now::get);

  @Test
  void itIsToldOnceInTenMinutesForEachSource() {
    assertTrue(throttling.notice("a", "h:1", 1234.4).orElseThrow().contains("up to 1234 ms"));
    assertEquals(Optional.empty(), throttling.notice("a", "h:1", 5000));
    assertTrue(throttling.notice("b", "h:1", 100).isPresent());
    now.addAndGet(Duration.ofMinutes(10).toNanos());
    assertTrue(throttling.notice("a", "h:1", 5000).isPresent());
  }

  @Test
  void whatNobodyNoticesIsNotTold() {
    assertEquals(Optional.empty(), throttling.notice("a", "h:1", 99));
    assertEquals(Optional.empty(), throttling.notice("a", "h:1", 0));
    assertEquals(Optional.empty(), throttling.notice("a", "h:1", Double.NaN));
    assertTrue(throttling.notice("a", "h:1", 100).isPresent());
  }
}
