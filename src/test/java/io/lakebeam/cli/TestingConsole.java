package io.lakebeam.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Types commands in a folder and remembers what they printed. */
final class TestingConsole {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console;

  TestingConsole(Path folder) {
    this.console =
        new Console(
            stream(out), stream(err), OptionalInt.empty(), false, folder, folder, name -> null);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  Console console() {
    return console;
  }

  /** The exit code; what earlier commands printed is forgotten. */
  int type(String... arguments) {
    out.reset();
    err.reset();
    return Lakebeam.commandLine(console).execute(arguments);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
