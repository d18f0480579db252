package io.lakebeam.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OutputBoundTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final OutputBound bound = new OutputBound(100, 1000);
  private final PrintStream out = bound.of(new PrintStream(bytes, true, StandardCharsets.UTF_8));
  private final PrintStream err = bound.of(new PrintStream(bytes, true, StandardCharsets.UTF_8));

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void bothStreamsCountAndTheEndIsAskedForOnce() {
    AtomicInteger asked = new AtomicInteger();
    bound.whenEnough(asked::incrementAndGet);
    out.println("x".repeat(60));
    assertEquals(0, asked.get());
    err.println("x".repeat(60));
    assertEquals(1, asked.get());
    out.println("x".repeat(60));
    assertEquals(1, asked.get());
    assertEquals(183, printed().length());
  }

  @Test
  void beyondTheMostTheOutputSaysOnceThatItEnds() {
    for (int i = 0; i < 1000; i++) {
      (i % 2 == 0 ? out : err).println("a line of an epoch " + i);
    }
    assertTrue(printed().length() < 1300, printed());
    assertTrue(printed().endsWith("and the event log has every epoch\n"), printed());
    assertEquals(1, printed().lines().filter(line -> line.startsWith("warning: ")).count());
  }
}
