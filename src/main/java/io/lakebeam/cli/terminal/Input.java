package io.lakebeam.cli.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a command reads that its arguments do not say: lines that somebody types, or a text that a
 * program or file gives; UTF-8 whatever the locale says.
 */
public final class Input {
  private final BufferedReader reader;
  private final boolean isTyped;

  /**
   * @param isTyped true when a person types it, and is to be asked
   */
  public Input(InputStream in, boolean isTyped) {
    this.reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.isTyped = isTyped;
  }

  /** That of this process. The launcher says what only a shell can see. */
  public static Input ofProcess() {
    return new Input(System.in, Boolean.getBoolean("lakebeam.terminal.input"));
  }

  /** True when a person types it, and is to be asked. */
  public boolean isTyped() {
    return isTyped;
  }

  /** The next line; empty at the end. */
  public Optional<String> line() {
    try {
      return Optional.ofNullable(reader.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the standard input", e);
    }
  }

  /** All that is left. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Optional<String> line = line(); line.isPresent(); line = line()) {
      text.append(line.get()).append('\n');
    }
    return text.toString();
  }
}
