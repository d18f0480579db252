package io.lakebeam.cli;

import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.Host;
import io.lakebeam.cli.terminal.Input;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** Types commands in a folder and remembers what they printed. */
public final class TestingConsole {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console;

  public TestingConsole(Path folder) {
    this(folder, name -> null);
  }

  public TestingConsole(Path folder, UnaryOperator<String> environment) {
    this.console =
        new Console(
            stream(out), stream(err), OptionalInt.empty(), false, folder, folder, environment);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  public Console console() {
    return console;
  }

  /** The exit code; what earlier commands printed is forgotten. */
  public int type(String... arguments) {
    out.reset();
    err.reset();
    return Lakebeam.commandLine(console).execute(arguments);
  }

  /**
   * As {@link #type}, with an input.
   *
   * @param isTyped true when a person types it
   */
  public int typeWith(String input, boolean isTyped, String... arguments) {
    out.reset();
    err.reset();
    Input in = new Input(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), isTyped);
    return Lakebeam.commandLine(console, Host.process(), in).execute(arguments);
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
