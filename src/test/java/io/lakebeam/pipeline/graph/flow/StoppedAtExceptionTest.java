package io.lakebeam.pipeline.graph.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class StoppedAtExceptionTest {
  private static final String PLACE = "table flights, record events:0:42";

  @Test
  void namesThePlaceOfWhatNobodyHasForeseen() {
    for (Throwable cause : new Throwable[] {new ArithmeticException("x"), new OutOfMemoryError()}) {
      RuntimeException told = StoppedAtException.of(PLACE, cause);
      assertEquals("stopped at " + PLACE + ": " + cause, told.getMessage());
      assertEquals(PLACE, ((StoppedAtException) told).place());
      assertSame(cause, told.getCause());
    }
  }

  @Test
  void theInnermostPlaceStays() {
    RuntimeException inner = StoppedAtException.of(PLACE, new ArithmeticException("x"));
    assertSame(inner, StoppedAtException.of("source events", inner));
    RuntimeException around = new IllegalStateException(inner);
    assertSame(around, StoppedAtException.of("source events", around));
  }
}
