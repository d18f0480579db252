package io.lakebeam.cli.terminal;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;

/**
 * A standard error stream without one kind of stack trace: Scala prints it, past all logging, when
 * an executor answers a driver that is just stopping, whose threads take no more answers. It says
 * nothing to anybody, and stands before what a run has to say. All else passes.
 */
final class WithoutRejections extends PrintStream {
  private static final String SCALAS = "scala.concurrent.";

  /** Whether this thread is in such a trace. */
  private final ThreadLocal<Boolean> isInOne = ThreadLocal.withInitial(() -> false);

  WithoutRejections(PrintStream err) {
    super(err, true, StandardCharsets.UTF_8);
  }

  /** A trace comes as the exception itself, then a text for each line. */
  @Override
  public void println(Object printed) {
    if (printed instanceof Throwable thrown) {
      isInOne.set(
          thrown instanceof RejectedExecutionException
              && String.valueOf(thrown.getMessage()).contains(SCALAS));
    } else if (!String.valueOf(printed).startsWith("\t")) {
      isInOne.set(false);
    }
    if (!isInOne.get()) {
      super.println(printed);
    }
  }
}
