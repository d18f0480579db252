package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.demo.Expected;
import io.lakebeam.demo.FlightGenerator;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.RunProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo in JVMs of its own: killed, stopped, started again. */
class DemoIT {
  private static final int ROWS = 20_000;

  @TempDir Path dir;

  @Test
  void killedHalfWayAndStartedAgainItEndsWithTheSameCounts() throws Exception {
    // Almost a minute's worth of events, a commit a second.
    try (RunProcess killed =
        start("--rows", Integer.toString(ROWS), "--seed", "7", "--speed", "600")) {
      assertTrue(killed.awaitPlan(dir.resolve("lake"), "airlines", 3), killed.printed());
    }

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
    RunProcess demo = start("--speed", "2000", "--stop-within", "1h");
    demo.awaitPrinted("\nepoch 1 ");
    assertTrue(demo.handle().destroy());
    assertEnds(0, demo);
    assertTrue(
        demo.printed().lines().anyMatch(line -> line.startsWith("bronze_flight_events ")),
        demo.printed());
    assertNotEquals(0, snapshot("flights").rows().orElseThrow());
  }

  private Snapshot snapshot(String table) {
    return DeltaTable.at(Place.of(dir.resolve("lake").resolve(table).toString()))
        .latest()
        .orElseThrow();
  }

  private RunProcess start(String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("demo", "--lake", "lake"));
    command.addAll(List.of(options));
    return RunProcess.lakebeam(dir, Map.of(), command.toArray(String[]::new));
  }

  private static void assertEnds(int code, RunProcess run) throws Exception {
    assertEquals(code, run.exitCode(), run.printed());
  }
}
