package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.testing.AirlineWorld;
import io.lakebeam.testing.AirlinesInSpark;
import io.lakebeam.testing.Kills;
import io.lakebeam.testing.Kills.Hit;
import io.lakebeam.testing.Kills.Moment;
import io.lakebeam.testing.RunProcess;
import io.lakebeam.testing.SparkReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped pipeline on every runner, each run in a process of its own: the same rows in every
 * table, also when runs are killed all the time and go on elsewhere, while events and files keep
 * coming. Read by Delta Kernel; a table and a view after the kills by delta-spark too.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SameResultIT {
  /** More by {@code -Dlakebeam.kills=20}. */
  private static final int KILLS = Integer.getInteger("lakebeam.kills", 4);

  private static final int KILLS_ON_SPARK = Math.max(1, KILLS / 4);

  /** Rounds in which a triggered run may end before its kill. */
  private static final int ROUNDS = 20;

  private static final int EVENTS_AT_ONCE = 120;
  private static final int LINES_AT_ONCE = 80;
  private static final int MILLIS_BETWEEN = 1_500;

  /**
   * However soon the kills are over: the first cancelled flight that flew is in the report of the
   * 38th.
   */
  private static final int LEAST_GROWTHS = 40;

  private static final int ROWS_OF_KILLED_EPOCHS = 500;
  private static final int MAX_ROWS = 4_000;

  /** Behind a transform, of changes, and a quarantine. */
  private static final List<String> DELIVERED =
      List.of("delay_alerts", "flights_changes", "flights_quarantine");

  @TempDir static Path dir;
  private static AirlineWorld world;

  /** What the direct runner makes of all that came, undisturbed. */
  private static Path expected;

  private static final Map<String, List<Map<String, Object>>> EXPECTED_ROWS = new HashMap<>();

  @BeforeAll
  static void world() throws Exception {
    world = AirlineWorld.empty(dir, AirlineWorld.flights(140), MAX_ROWS);
    Path pipeline = world.project().resolve("pipelines/airlines/pipeline.yaml");
    StringBuilder sinks = new StringBuilder("sinks:\n");
    for (String table : DELIVERED) {
      sinks.append(
          "  %s: {dataset: %s, files: '${DELIVERED}/%s'}\n".formatted(table, table, table));
    }
    Files.writeString(pipeline, Files.readString(pipeline) + sinks);
    world.grow(10 * EVENTS_AT_ONCE, 10 * LINES_AT_ONCE);
  }

  @AfterAll
  static void close() throws Exception {
    world.close();
  }

  private static Path expected() throws Exception {
    if (expected == null) {
      expected = dir.resolve("direct");
      ends(0, start(expected, "direct", "triggered", MAX_ROWS));
    }
    return expected;
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private static RunProcess start(Path lake, String runner, String mode, int maxRows)
      throws IOException {
    Map<String, String> environment = new TreeMap<>(world.environment());
    environment.put("MAX_ROWS", Integer.toString(maxRows));
    environment.put("DELIVERED", delivered(lake).toString());
    return RunProcess.lakebeam(
        world.project(),
        environment,
        List.of("run", "airlines", "--runner", runner, "--mode", mode, "--lake", lake.toString())
            .toArray(String[]::new));
  }

  private static void ends(int code, RunProcess run) throws Exception {
    assertEquals(code, run.exitCode(), run.printed());
  }

  /** The number of rows compared. */
  private static long assertSame(Path lake) throws Exception {
    long compared = 0;
    for (String table : AirlineWorld.tables()) {
      if (!EXPECTED_ROWS.containsKey(table)) {
        EXPECTED_ROWS.put(table, AirlineWorld.rows(expected(), table));
      }
      List<Map<String, Object>> rows = EXPECTED_ROWS.get(table);
      assertEquals(rows, AirlineWorld.rows(lake, table), table);
      compared += rows.size();
    }
    return compared;
  }

  private static Path delivered(Path lake) {
    return lake.resolveSibling(lake.getFileName() + "-delivered");
  }

  /** Folders of sinks have each row of their table, once. */
  private static void assertDelivered(Path lake) throws Exception {
    long rows = 0;
    for (String table : DELIVERED) {
      List<String> stored = new ArrayList<>();
      for (Map<String, Object> row : AirlineWorld.rows(lake, table)) {
        stored.add(row.get("_source") + " " + row.get("_position"));
      }
      List<String> came = new ArrayList<>();
      Path folder = Files.createDirectories(delivered(lake).resolve(table));
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(each -> each.toString().endsWith(".jsonl")).toList()) {
          for (String line : Files.readAllLines(file)) {
            JsonNode row = JSON.readTree(line);
            came.add(row.get("_source").asText() + " " + row.get("_position").asText());
          }
        }
      }
      stored.sort(null);
      came.sort(null);
      assertEquals(stored, came, table);
      rows += came.size();
    }
    assertTrue(rows > 0, "nothing is delivered");
  }

  private static long epochs(Path lake) {
    String[] plans =
        lake.resolve("_lakebeam/airlines/epochs")
            .toFile()
            .list((folder, name) -> name.endsWith(".done"));
    return plans.length;
  }

  /** First, because it makes the world what it is for the others. */
  @Test
  @Order(1)
  void killedAllTheTimeItMakesTheSameTables() throws Exception {
    long seed = Long.getLong("lakebeam.kills.seed", System.nanoTime());
    System.out.println("kills of seed " + seed + ": -Dlakebeam.kills.seed=" + seed);
    Path lake = dir.resolve("killed");
    List<String> streaming =
        AirlineWorld.tables().stream()
            .filter(table -> table.matches("(bronze|flights|delay_alerts).*"))
            .toList();
    Kills kills = new Kills(lake, "airlines", streaming, new Random(seed));
    Map<String, Integer> killed = new TreeMap<>();
    CountDownLatch enough = new CountDownLatch(1);
    CompletableFuture<Void> growing = CompletableFuture.runAsync(() -> growUntil(enough));
    try {
      List<Moment> moments = moments(new Random(seed));
      for (int round = 0; round < ROUNDS && !areEnough(kills, killed); round++) {
        String runner = round % 3 == 1 ? "spark" : "direct";
        String mode = round % 4 == 2 ? "triggered" : "continuous";
        Kills.Before before = kills.before();
        try (RunProcess run = start(lake, runner, mode, ROWS_OF_KILLED_EPOCHS)) {
          Optional<Hit> hit = kills.kill(run, before, moments.get(round % moments.size()));
          if (hit.isEmpty()) {
            ends(0, run);
          } else {
            killed.merge(runner, 1, Integer::sum);
          }
        }
      }
    } finally {
      enough.countDown();
    }
    growing.get(10, TimeUnit.MINUTES);
    ends(0, start(lake, "direct", "triggered", MAX_ROWS));
    long compared = assertSame(lake);
    assertDelivered(lake);
    System.out.printf(
        Locale.ROOT,
        "survived %d kills %s; killed by runner %s; %d epochs; %,d rows in %d tables as without%n",
        kills.hits(Hit.values()),
        new TreeMap<>(kills.hits()),
        killed,
        epochs(lake),
        compared,
        AirlineWorld.tables().size());
    assertTrue(areEnough(kills, killed), kills.hits() + ", " + killed);
    for (String table : List.of("flights", "carrier_performance")) {
      assertEquals(EXPECTED_ROWS.get(table), AirlineWorld.rowsOfSpark(lake, table), table);
    }
    assertEquals(
        List.of(),
        SparkReader.sql(
            "SELECT id, COUNT(*) FROM delta.`%s` GROUP BY id HAVING COUNT(*) > 1"
                .formatted(lake.resolve("event_log"))));
  }

  private static boolean areEnough(Kills kills, Map<String, Integer> byRunner) {
    return kills.hits(Hit.values()) >= KILLS
        && byRunner.getOrDefault("spark", 0) >= KILLS_ON_SPARK
        && kills.hits(Hit.EPOCH, Hit.COMMITS) >= KILLS / 2
        && kills.hits(Hit.COMMITS) >= 1;
  }

  /** More of those in which there is much to break, in any order. */
  private static List<Moment> moments(Random random) {
    List<Moment> moments = new ArrayList<>();
    moments.addAll(Collections.nCopies(2, Moment.STARTED));
    moments.addAll(Collections.nCopies(1, Moment.LEASED));
    moments.addAll(Collections.nCopies(4, Moment.PLANNED));
    moments.addAll(Collections.nCopies(3, Moment.COMMITTING));
    moments.addAll(Collections.nCopies(1, Moment.DONE));
    Collections.shuffle(moments, random);
    return moments;
  }

  private static void growUntil(CountDownLatch enough) {
    try {
      int growths = 0;
      do {
        world.grow(EVENTS_AT_ONCE, LINES_AT_ONCE);
        growths++;
      } while (!enough.await(MILLIS_BETWEEN, TimeUnit.MILLISECONDS) || growths < LEAST_GROWTHS);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("the world stopped growing", e);
    }
  }

  @Test
  @Order(2)
  void sparkMakesTheSameTables() throws Exception {
    Path lake = dir.resolve("spark");
    ends(0, start(lake, "spark", "triggered", MAX_ROWS));
    // Nothing is left to do, whoever looks.
    ends(0, start(lake, "direct", "triggered", MAX_ROWS));
    assertSame(lake);
    assertDelivered(lake);
  }

  /** Days are over in this world, and reports correct what events have said of them. */
  @Test
  @Order(3)
  void sparkAloneComputesTheSameOfBronze() throws Exception {
    Map<String, List<String>> inSpark = AirlinesInSpark.tables(expected());
    Map<String, List<String>> stored = AirlinesInSpark.stored(expected());
    assertEquals(inSpark.keySet(), stored.keySet());
    stored.forEach((table, rows) -> assertEquals(inSpark.get(table), rows, table));
    assertFalse(stored.get("flights").isEmpty());
    assertFalse(
        SparkReader.sql(
                """
                SELECT 1 FROM delta.`%1$s/flights` AS f JOIN delta.`%1$s/flights_changes` AS c
                USING (flight_date, carrier, flight_number, origin)
                WHERE f._source = 'airport_reports' AND f.status = 'LANDED'
                AND c._source = 'flight_events' AND c.status = 'CANCELLED'
                """
                    .formatted(expected()))
            .isEmpty(),
        "no report corrects an event");
  }

  @Test
  @Order(4)
  void continuousUpdatesMakeTheSameTables() throws Exception {
    for (String runner : List.of("direct", "spark")) {
      Path lake = dir.resolve(runner + "-continuous");
      long epochs = epochs(expected());
      try (RunProcess run = start(lake, runner, "continuous", MAX_ROWS)) {
        run.awaitPrinted(String.format(Locale.ROOT, "epoch %-4d", epochs));
        assertTrue(run.handle().destroy());
        ends(0, run);
      }
      assertSame(lake);
    }
  }
}
