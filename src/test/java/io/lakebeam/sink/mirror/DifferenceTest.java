package io.lakebeam.sink.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rows that have gone and come. */
class DifferenceTest {
  private static byte[] line(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void rowsMeetAsOftenAsTheyWent() {
    Difference difference = new Difference(10_000);
    assertTrue(difference.hold(line("a")));
    assertTrue(difference.hold(line("a")));
    assertTrue(difference.hold(line("b")));
    assertTrue(difference.cancels(line("a")));
    assertFalse(difference.cancels(line("c")));
    assertEquals(
        Map.of(ByteBuffer.wrap(line("a")), 1, ByteBuffer.wrap(line("b")), 1), difference.left());
    assertTrue(difference.cancels(line("a")));
    assertFalse(difference.cancels(line("a")), "only two went");
  }

  @Test
  void holdsWhatFitsIn() {
    Difference difference = new Difference(200);
    assertTrue(difference.hold(line("a")));
    assertFalse(difference.hold(line("b")));
    assertTrue(difference.hold(line("a")), "one that is there costs nothing");
    assertFalse(difference.cancels(line("b")));
  }
}
