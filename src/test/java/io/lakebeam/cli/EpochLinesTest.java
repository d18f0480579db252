package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.cli.text.Output;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.UpsertResult;
import io.lakebeam.testing.TestingClock;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochLinesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path dir;
  private final TestingClock clock = new TestingClock(START);
  private TestingConsole console;
  private long epoch;

  @BeforeEach
  void console() {
    console = new TestingConsole(dir);
  }

  private EpochLines lines(Output output) {
    TestingPipeline project = new TestingPipeline(dir).yaml(CommandLineTest.ORDERS);
    EpochLines lines = new EpochLines(console.console(), output, project.compile(), clock);
    lines.started();
    return lines;
  }

  /** An epoch of 10 records, of which one is quarantined and two are dropped. */
  private void done(EpochLines lines, long millis) {
    epoch++;
    lines.done(
        new EpochResult(
            "p",
            epoch,
            START,
            START,
            List.of(
                new DatasetResult("bronze", "committed", 1, 10, 10, 0, 0, 1, 1, Map.of()),
                new DatasetResult("silver", "committed", 1, 10, 7, 2, 1, 1, 1, Map.of()))),
        millis);
  }

  private List<String> told() {
    return console.out().lines().skip(1).toList();
  }

  @Test
  void anHourLongEveryEpochHasALine() {
    EpochLines lines = lines(Output.TEXT);
    for (int i = 0; i < 3599; i++) {
      clock.step(Duration.ofSeconds(1));
      done(lines, 5);
    }
    assertEquals(3599, told().size());
    assertEquals(
        "epoch 3599 in        10  out         7  quarantined      1  dropped      2        5 ms"
            + "  00:00:00Z",
        told().get(3598));
  }

  @Test
  void duplicatesAreToldWhereATableLooksForThem() {
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(
                """
                pipeline: p
                sources: {feed: {files: "in/*.csv", format: csv, schema: "id INT"}}
                datasets:
                  once: {streaming_table: {from: feed}, deduplicate: {by: [id], within: 1h}}
                """);
    EpochLines lines = new EpochLines(console.console(), Output.TEXT, project.compile(), clock);
    lines.started();
    for (long duplicates : List.of(3L, 0L)) {
      DatasetResult once =
          new DatasetResult(
              "once",
              "committed",
              1,
              10,
              10 - duplicates,
              0,
              duplicates,
              0,
              0,
              1,
              1,
              Map.of(),
              UpsertResult.NONE);
      lines.done(new EpochResult("p", ++epoch, START, START, List.of(once)), 5);
    }
    assertEquals(
        List.of(
            "epoch 1    in        10  out         7  quarantined      0  dropped      0"
                + "  duplicates      3        5 ms  00:00:00Z",
            "epoch 2    in        10  out        10  quarantined      0  dropped      0"
                + "  duplicates      0        5 ms  00:00:00Z"),
        told());
  }

  @Test
  void thenALineAMinuteSumsThemUpAndNoneIsLost() {
    EpochLines lines = lines(Output.TEXT);
    clock.step(Duration.ofHours(1));
    epoch = 4811;
    done(lines, 5);
    for (int i = 0; i < 60; i++) {
      clock.step(Duration.ofSeconds(1));
      done(lines, i == 30 ? 1234 : 5);
    }
    assertEquals(2, told().size(), console::out);
    assertEquals(
        "epochs 4,813 to 4,872  in       600  out       420  quarantined     60  dropped    120"
            + "  at most   1,234 ms  00:00:00Z",
        told().get(1));
    assertEquals(
        "from here on, a line a minute sums up the epochs since the last one\n", console.err());

    // What is left is told when its time has come, though nothing more happens, and at the end.
    done(lines, 5);
    lines.idle();
    assertEquals(2, told().size(), console::out);
    clock.step(Duration.ofMinutes(1));
    lines.idle();
    assertEquals(3, told().size(), console::out);
    done(lines, 5);
    done(lines, 5);
    lines.close();
    assertTrue(told().get(3).startsWith("epochs 4,874 to 4,875  in        20 "), console::out);
    lines.close();
    assertEquals(4, told().size());
  }

  /** With an epoch a second and a warning each. */
  @Test
  void theOutputOfAWeekIsSmall() {
    EpochLines lines = lines(Output.TEXT);
    for (int i = 0; i < 7 * 24 * 60 * 60; i++) {
      clock.step(Duration.ofSeconds(1));
      done(lines, 5);
      lines.warning("source orders: slow at offset " + i);
    }
    int bytes = console.out().length() + console.err().length();
    assertTrue(bytes < 2_000_000, bytes + " bytes");
  }

  @Test
  void jsonHasEveryEpoch() {
    EpochLines lines = lines(Output.JSON);
    clock.step(Duration.ofHours(2));
    done(lines, 5);
    done(lines, 5);
    lines.close();
    assertEquals(
        "{\"epoch\":2,\"in\":10,\"out\":7,\"quarantined\":1,\"dropped\":2,\"duplicates\":0,\"set_aside\":0,"
            + "\"millis\":5,\"at\":\"2026-01-01T00:00:00Z\"}",
        console.out().lines().toList().get(1));
  }
}
