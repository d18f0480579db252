package io.lakebeam.cli.terminal;

import io.lakebeam.testing.TestingClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;

/** Progress in plain lines, by a clock that goes on whenever the next line is asked for. */
public final class TestingProgress {
  private final TestingClock clock = new TestingClock(Instant.EPOCH);
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Progress progress;

  public TestingProgress() {
    PrintStream err = new PrintStream(printed, true, StandardCharsets.UTF_8);
    Path here = Path.of("").toAbsolutePath();
    this.progress =
        new Progress(
            new Console(err, err, OptionalInt.empty(), false, here, here, name -> null),
            clock,
            null);
  }

  public Progress progress() {
    return progress;
  }

  /** What is told next, without rates and estimates; empty for nothing. */
  public String next() {
    clock.step(Progress.BETWEEN_LATER_LINES);
    progress.tick();
    clock.step(Duration.ofSeconds(1));
    String told = printed.toString(StandardCharsets.UTF_8).strip();
    printed.reset();
    return told.replaceAll(", [0-9,]+ (rows?/s|s left|min left|h left).*", "");
  }
}
