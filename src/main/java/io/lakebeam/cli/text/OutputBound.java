package io.lakebeam.cli.text;

import io.lakebeam.graph.Limits;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Keeps what a task prints below what its platform takes: Databricks ends a run as failed whose
 * output grows beyond 20 MB. When enough is printed, whoever can is asked to come to an end; what
 * comes after the most is left out. Thread-safe.
 */
public final class OutputBound {
  private static final String QUIET =
      "%nwarning: this output ends here, at %s: Databricks fails a run that prints more than 20 MB."
          + " The run itself goes on, and the event log has every epoch%n";

  private final long enough;
  private final long most;
  private final AtomicLong printed = new AtomicLong();
  private final AtomicBoolean isQuiet = new AtomicBoolean();
  private final AtomicReference<Runnable> ending = new AtomicReference<>(() -> {});

  /** With the limits that hold. */
  public OutputBound() {
    this(Limits.OUTPUT_BYTES, Limits.OUTPUT_BYTES_IN_ALL);
  }

  /**
   * @param enough bytes, after which to come to an end
   * @param most bytes that are printed
   */
  public OutputBound(long enough, long most) {
    this.enough = enough;
    this.most = most;
  }

  /** The stream, within the bound; all streams of a bound count together. */
  public PrintStream of(PrintStream stream) {
    return new PrintStream(new Counted(stream), true, StandardCharsets.UTF_8);
  }

  /** Bytes after which to come to an end. */
  public long enough() {
    return enough;
  }

  /** What to do once, in the thread that prints, when enough is printed. */
  public void whenEnough(Runnable end) {
    ending.set(end);
  }

  private final class Counted extends FilterOutputStream {
    Counted(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      long now = printed.addAndGet(length);
      if (now <= most) {
        out.write(bytes, from, length);
      } else if (isQuiet.compareAndSet(false, true)) {
        out.write(String.format(QUIET, Amounts.bytes(most)).getBytes(StandardCharsets.UTF_8));
      }
      if (now >= enough) {
        ending.getAndSet(() -> {}).run();
      }
    }
  }
}
