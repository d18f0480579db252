package io.lakebeam.source.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SilenceTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** The clock may begin anywhere, below zero too. */
  @Test
  void itCountsFromTheFirstAnswerWithoutRecords() {
    Silence silence = new Silence();
    long start = -3 * SECOND;
    assertEquals(Duration.ZERO, silence.lasts(start));
    assertEquals(Duration.ofSeconds(9), silence.lasts(start + 9 * SECOND));
    silence.ends();
    assertEquals(Duration.ZERO, silence.lasts(start + 20 * SECOND));
    assertEquals(Duration.ofSeconds(11), silence.lasts(start + 31 * SECOND));
  }
}
