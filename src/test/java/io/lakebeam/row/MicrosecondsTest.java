package io.lakebeam.row;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MicrosecondsTest {
  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1_000_001, -1_000_000, -1, 0, 1, Long.MAX_VALUE})
  void everyOneIsAnInstant(long microseconds) {
    assertEquals(microseconds, Microseconds.of(Microseconds.instant(microseconds)));
  }

  @Test
  void whatIsBeyondThemIsNone() {
    Instant first = Microseconds.instant(Long.MIN_VALUE);
    Instant last = Microseconds.instant(Long.MAX_VALUE);
    assertEquals(Long.MAX_VALUE, Microseconds.ofAny(last.plusNanos(999)));
    assertNull(Microseconds.ofAny(last.plusNanos(1_000)));
    assertNull(Microseconds.ofAny(first.minusNanos(1)));
    assertNull(Microseconds.ofAny(Instant.MAX));
    assertNull(Microseconds.ofMilliseconds(Long.MAX_VALUE / 1_000 + 1));
    assertEquals(
        Long.MIN_VALUE / 1_000 * 1_000, Microseconds.ofMilliseconds(Long.MIN_VALUE / 1_000));
  }
}
