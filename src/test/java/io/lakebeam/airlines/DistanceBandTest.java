package io.lakebeam.airlines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class DistanceBandTest {
  @Test
  void bandsMeetWithoutAGap() {
    assertEquals("short", DistanceBand.eval(1));
    assertEquals("short", DistanceBand.eval(499));
    assertEquals("medium", DistanceBand.eval(500));
    assertEquals("medium", DistanceBand.eval(1499));
    assertEquals("long", DistanceBand.eval(1500));
  }

  @Test
  void noDistanceHasNoBand() {
    assertNull(DistanceBand.eval(null));
    assertNull(DistanceBand.eval(0));
    assertNull(DistanceBand.eval(-1));
  }
}
