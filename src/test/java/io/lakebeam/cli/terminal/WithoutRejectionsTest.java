package io.lakebeam.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class WithoutRejectionsTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream err =
      new WithoutRejections(new PrintStream(printed, true, StandardCharsets.UTF_8));

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  /** As Spark 3.5 had it on a run that stopped since a task failed. */
  @Test
  void whatScalaPrintsOfADriverThatStopsIsLeftOut() {
    err.println("before");
    new RejectedExecutionException(
            "Task scala.concurrent.impl.CallbackRunnable@4623e2c8 rejected from"
                + " java.util.concurrent.ThreadPoolExecutor@404ab620[Terminated, pool size = 19]")
        .printStackTrace(err);
    err.println((Object) "after");
    assertEquals("before\nafter\n", text());
  }

  @Test
  void everyOtherTracePasses() {
    new RejectedExecutionException("Task of an author's own").printStackTrace(err);
    assertTrue(text().startsWith(RejectedExecutionException.class.getName()), text());
    assertTrue(text().contains("\tat " + getClass().getName()), text());
    new IllegalStateException("scala.concurrent.").printStackTrace(err);
    assertTrue(text().contains("IllegalStateException: scala.concurrent.\n\tat "), text());
  }
}
