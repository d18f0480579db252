package io.lakebeam.source.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.testing.TestingClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When a file counts as whole, by a clock that the test moves. */
class SettlingTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  private static final Duration TIME = Duration.ofSeconds(2);

  private final TestingClock clock = new TestingClock(START);
  private final Settling settling = new Settling(TIME, clock, clock::step);

  private static FileIdentity file(long length, Instant modifiedAt) {
    return new FileIdentity("in/a", length, modifiedAt.toEpochMilli());
  }

  private boolean isWhole(FileIdentity file) {
    settling.begin();
    return settling.isWhole(file);
  }

  @Test
  void aFileIsWholeOnceNothingWasWrittenForAWhile() {
    assertTrue(isWhole(file(1, START.minus(TIME))));
    assertFalse(isWhole(file(1, START.minus(TIME).plusMillis(1))));
    settling.await("s");
    assertEquals(START.plus(TIME), clock.instant());
    assertTrue(isWhole(file(1, START)));
    assertFalse(isWhole(file(2, START.plusMillis(1))));
  }

  /** A store whose clock is ahead gives files times that have not come yet. */
  @Test
  void aFileOfTheFutureIsWholeOnceItHasLookedTheSameForAWhile() {
    Instant tomorrow = START.plus(Duration.ofDays(1));
    assertFalse(isWhole(file(1, tomorrow)));
    clock.step(TIME.minusMillis(1));
    assertFalse(isWhole(file(1, tomorrow)));
    clock.step(Duration.ofMillis(1));
    assertTrue(isWhole(file(1, tomorrow)));
    assertTrue(isWhole(file(1, tomorrow)), "and stays whole");
    assertFalse(isWhole(file(2, tomorrow)));
  }

  @Test
  void anObjectAppearsWithAllOfItsBytes() {
    assertTrue(new Settling(Duration.ZERO, clock, clock::step).isWhole(file(1, START)));
    for (String pattern : new String[] {"s3a://b/in/*", "gs://b/in/*"}) {
      assertEquals(Duration.ZERO, new SourceSpec.Files(pattern).rules().settle());
    }
    for (String pattern : new String[] {"abfss://c@a/in/*", "/in/*", "file:///in/*"}) {
      assertEquals(TIME, new SourceSpec.Files(pattern).rules().settle());
    }
  }
}
