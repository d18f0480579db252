package io.lakebeam.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The line of a terminal that the cursor is in, which is written anew as often as there is
 * something to say. Whatever else is printed, through streams that are {@linkplain #above above}
 * it, takes its place, whole; it comes back with the next text. Thread-safe.
 */
public final class StatusLine {
  /** To the line's beginning, and what is in it away. */
  private static final byte[] CLEAR = "\r\u001b[K".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream terminal;
  private final int columns;
  private boolean isShown;

  /** False while somebody has begun a line: it is theirs until it ends. */
  private boolean isFree = true;

  /**
   * @param columns of the terminal; a text is cut so that it stays in one line
   */
  public StatusLine(OutputStream terminal, int columns) {
    this.terminal = terminal;
    this.columns = columns;
  }

  /** A stream to the same terminal, or to elsewhere, that takes the line away before it prints. */
  public OutputStream above(OutputStream stream) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        synchronized (StatusLine.this) {
          clear();
          stream.write(bytes, from, length);
          isFree = length == 0 ? isFree : bytes[from + length - 1] == '\n';
        }
      }

      @Override
      public void flush() throws IOException {
        stream.flush();
      }

      @Override
      public void close() throws IOException {
        stream.close();
      }
    };
  }

  /** Shows a text in place of the one before. */
  synchronized void show(String text) {
    if (isFree) {
      String line = text.substring(0, Math.min(text.length(), Math.max(1, columns - 1)));
      clear();
      put(line.getBytes(StandardCharsets.UTF_8));
      isShown = true;
    }
  }

  /** Takes the line away. */
  synchronized void clear() {
    if (isShown) {
      isShown = false;
      put(CLEAR);
    }
  }

  private void put(byte[] bytes) {
    try {
      terminal.write(bytes);
      terminal.flush();
    } catch (IOException e) {
      // The terminal is gone, and nobody looks at it any more.
      System.getLogger(StatusLine.class.getName())
          .log(System.Logger.Level.DEBUG, "a status line is not shown", e);
    }
  }
}
