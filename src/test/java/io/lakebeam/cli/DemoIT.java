package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.demo.Expected;
import io.lakebeam.demo.FlightGenerator;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo in JVMs of its own: killed, stopped, started again. */
class DemoIT {
  private static final int ROWS = 20_000;

  @TempDir Path dir;

  @Test
  void killedHalfWayAndStartedAgainItEndsWithTheSameCounts() throws Exception {
    // Almost a minute's worth of events, a commit a second.
    Process killed = start("--rows", Integer.toString(ROWS), "--seed", "7", "--speed", "600");
    awaitLine(killed, "epoch 1 ");
    awaitPlan(3);
    killed.destroyForcibly();
    killed.waitFor();

    assertEnds(0, start("--rows", Integer.toString(ROWS), "--seed", "7"));
    Map<String, Long> versions = new TreeMap<>();
    Expected.of(new FlightGenerator(7), ROWS)
        .rows()
        .forEach(
            (table, rows) -> {
              Snapshot snapshot = snapshot(table);
              assertEquals(rows, snapshot.rows().orElseThrow(), table);
              versions.put(table, snapshot.version());
            });

    // Everything is there: nothing is added, and the end comes by itself.
    assertEnds(0, start("--rows", Integer.toString(ROWS)));
    versions.forEach((table, version) -> assertEquals(version, snapshot(table).version(), table));

    // Another seed would mix two worlds.
    assertEnds(2, start("--rows", Integer.toString(ROWS), "--seed", "8"));
  }

  @Test
  void askedToStopItFinishesWhatItHasBegun() throws Exception {
    // However long an epoch takes here: what happens when it takes longer is told elsewhere.
    Process demo = start("--speed", "2000", "--stop-within", "1h");
    List<String> lines = awaitLine(demo, "epoch 1 ");
    // Not Process.destroy, which closes what we read from.
    assertTrue(demo.toHandle().destroy());
    lines.addAll(demo.inputReader(StandardCharsets.UTF_8).lines().toList());
    assertEquals(0, demo.waitFor(), String.join("\n", lines));
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith("bronze_flight_events ")),
        String.join("\n", lines));
    assertNotEquals(0, snapshot("flights").rows().orElseThrow());
  }

  private Snapshot snapshot(String table) {
    return DeltaTable.at(dir.resolve("lake").resolve(table).toString()).latest().orElseThrow();
  }

  private Process start(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx1500m",
            "-Duser.timezone=UTC",
            "-Dlakebeam.home=" + Path.of("").toAbsolutePath(),
            "-cp",
            System.getProperty("java.class.path"),
            Lakebeam.class.getName(),
            "demo",
            "--lake",
            "lake"));
    command.addAll(List.of(options));
    return new ProcessBuilder(command)
        .directory(dir.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** What the process prints until, and with, a line that begins so. */
  private static List<String> awaitLine(Process process, String beginning) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      lines.add(line);
      if (line.startsWith(beginning)) {
        return lines;
      }
    }
    throw new AssertionError("no " + beginning + " in " + lines);
  }

  /** Waits until an epoch is planned: from then on it is under way. */
  private void awaitPlan(long number) throws IOException, InterruptedException {
    Path epochs = dir.resolve("lake/_lakebeam/airlines/epochs");
    Path plan = epochs.resolve(String.format(Locale.ROOT, "%012d.json", number));
    try (WatchService changes = epochs.getFileSystem().newWatchService()) {
      epochs.register(changes, StandardWatchEventKinds.ENTRY_CREATE);
      while (!Files.exists(plan)) {
        WatchKey key = changes.poll(10, TimeUnit.MINUTES);
        assertTrue(key != null && key.reset(), "no epoch " + number);
      }
    }
  }

  private static void assertEnds(int code, Process process) throws Exception {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(code, process.waitFor(), said);
  }
}
