package io.lakebeam.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.testing.TestingClock;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final TestingClock clock = new TestingClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private long done;

  private Progress progress(boolean isTerminal) {
    Optional<StatusLine> line =
        isTerminal ? Optional.of(new StatusLine(printed, 100)) : Optional.empty();
    OutputStream stream = line.map(each -> each.above(printed)).orElse(printed);
    PrintStream err = new PrintStream(stream, true, StandardCharsets.UTF_8);
    Path here = Path.of("").toAbsolutePath();
    return new Progress(
        new Console(err, err, OptionalInt.empty(), false, here, here, name -> null, line),
        clock,
        null);
  }

  private Progress.State rows(long whole) {
    return new Progress.State(
        "reading", "row", done, whole, whole == 0 ? -1 : (double) done / whole);
  }

  /** Seconds in which so many rows are done each; gives what is printed then. */
  private List<String> seconds(Progress progress, int seconds, long rows) {
    for (int i = 0; i < seconds; i++) {
      clock.step(Duration.ofSeconds(1));
      done += rows;
      progress.tick();
    }
    String text = printed.toString(StandardCharsets.UTF_8).replace("\r\u001b[K", "\n");
    printed.reset();
    return text.lines().toList();
  }

  @Test
  void aTerminalHasALineThatIsWrittenAnew() {
    Progress progress = progress(true);
    progress.begin(() -> rows(100_000));
    assertEquals(
        List.of("reading: 2,000 of 100,000 rows, 1,000 rows/s"), seconds(progress, 2, 1000));
    assertEquals(
        List.of(
            "",
            "reading: 3,000 of 100,000 rows, 1,000 rows/s",
            "reading: 4,000 of 100,000 rows, 1,000 rows/s",
            "reading: 5,000 of 100,000 rows, 1,000 rows/s, 95 s left"),
        seconds(progress, 3, 1000));
    progress.end();
    assertEquals("\r\u001b[K", printed.toString(StandardCharsets.UTF_8));
  }

  @Test
  void workThatIsSoonDoneIsNotTold() {
    for (boolean isTerminal : List.of(true, false)) {
      Progress progress = progress(isTerminal);
      progress.begin(() -> rows(100_000));
      assertEquals(List.of(), seconds(progress, 1, 1000));
      progress.end();
      assertEquals(List.of(), seconds(progress, 60, 1000));
      progress.close();
    }
  }

  @Test
  void elsewhereThereIsALineNowAndThen() {
    Progress progress = progress(false);
    progress.begin(() -> rows(100_000));
    assertEquals(List.of(), seconds(progress, 9, 1000));
    assertEquals(
        List.of("reading: 10,000 of 100,000 rows, 1,000 rows/s, 90 s left"),
        seconds(progress, 1, 1000));
    assertEquals(5, seconds(progress, 50, 1000).size());
    clock.step(Duration.ofHours(1));
    assertEquals(2, seconds(progress, 90, 1).size(), "a line a minute after the first hour");
  }

  @Test
  void whatIsLeftIsTold() {
    for (var each :
        Map.of(400L, "30 s", 5000L, "8 min", 50_000L, "83 min", 400_000L, "11 h").entrySet()) {
      done = 0;
      Progress progress = progress(false);
      progress.begin(() -> rows(each.getKey()));
      assertEquals(
          List.of(", " + each.getValue() + " left"),
          seconds(progress, 10, 10).stream().map(line -> line.replaceAll(".*/s", "")).toList());
    }
  }

  /** A rate is of the last seconds, and so is what is left. */
  @Test
  void workThatStandsStillHasNoRate() {
    Progress progress = progress(false);
    progress.begin(() -> rows(100_000));
    seconds(progress, 10, 5000);
    seconds(progress, 10, 0);
    assertEquals(List.of("reading: 50,000 of 100,000 rows"), seconds(progress, 10, 0));
  }

  @Test
  void whatNobodyKnowsIsNotTold() {
    Progress progress = progress(false);
    progress.begin(() -> rows(0));
    assertEquals(List.of("reading is under way"), seconds(progress, 10, 0));
    assertEquals(List.of("reading: 100 rows, 10 rows/s"), seconds(progress, 10, 10));
    progress.begin(() -> new Progress.State("reading", "row", done, 0, done / 1000.0));
    assertEquals(
        List.of("reading: 200 rows, about 20 percent, 10 rows/s, 80 s left"),
        seconds(progress, 10, 10));
  }
}
