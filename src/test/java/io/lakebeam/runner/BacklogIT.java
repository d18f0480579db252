package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.cli.Lakebeam;
import io.lakebeam.demo.Expected;
import io.lakebeam.demo.FlightGenerator;
import io.lakebeam.testing.AirlineWorld;
import io.lakebeam.testing.BrokerProcess;
import io.lakebeam.testing.RunProcess;
import io.lakebeam.testing.SparkReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backlog whose rows would not fit into the heap, with an author's transform, for which Beam
 * keeps rows in memory: epochs are bounded by the heap. Whole sizes are in {@code
 * benchmarks/README.md}.
 */
class BacklogIT {
  private static final int HEAP_MB = 192;
  private static final long EVENTS = 130_000;
  private static final FlightGenerator FLIGHTS =
      AirlineWorld.flights(FlightGenerator.FLIGHTS_PER_DAY);

  @TempDir Path dir;

  @Test
  void aBacklogLargerThanTheHeapIsRead() throws Exception {
    Path lake = dir.resolve("lake");
    try (BrokerProcess broker = AirlineWorld.broker(dir);
        AirlineWorld world = AirlineWorld.of(broker, dir, FLIGHTS, EVENTS, 1_000_000);
        RunProcess run =
            RunProcess.java(
                world.project(),
                world.environment(),
                List.of(
                    "-Xmx" + HEAP_MB + "m",
                    // Long enough for the second compiler.
                    "-XX:TieredStopAtLevel=4",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Lakebeam.class.getName(),
                    "run",
                    "airlines",
                    "--lake",
                    lake.toString()))) {
      assertEquals(0, run.exitCode(), run.printed());
    }
    Expected expected = Expected.ofEvents(FLIGHTS, EVENTS);
    assertEquals(new TreeMap<>(expected.rows()), rows(lake, expected.rows()));
    assertEquals(
        List.of(Map.of("records", expected.rows().get("bronze_flight_events"))),
        SparkReader.sql(
            "SELECT COUNT(DISTINCT _position) AS records FROM delta.`"
                + lake.resolve("bronze_flight_events")
                + "`"));
  }

  private static Map<String, Long> rows(Path lake, Map<String, Long> tables) {
    Map<String, Long> rows = new TreeMap<>();
    for (String table : tables.keySet()) {
      Path folder = lake.resolve(table);
      rows.put(table, Files.isDirectory(folder) ? SparkReader.count(folder.toString()) : 0L);
    }
    return rows;
  }
}
