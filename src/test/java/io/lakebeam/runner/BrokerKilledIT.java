package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.AirlineWorld;
import io.lakebeam.testing.BrokerProcess;
import io.lakebeam.testing.RunProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The broker, a process of its own, is killed while ranges of it are read: an update waits for it,
 * or ends and leaves the rest to the next one. Tables are those of a run without disturbances.
 */
class BrokerKilledIT {
  private static final int EVENTS = 24_000;
  private static final String WAITS = "no answer from the broker at ";

  @TempDir static Path dir;
  private static BrokerProcess broker;
  private static AirlineWorld world;
  private static Path expected;

  @BeforeAll
  static void world() throws Exception {
    broker = AirlineWorld.broker(dir);
    world = AirlineWorld.of(broker, dir, AirlineWorld.flights(600), EVENTS, EVENTS);
    expected = dir.resolve("expected");
    RunProcess run = start(expected, "triggered", 60_000);
    assertEquals(0, run.exitCode(), run.printed());
  }

  @AfterAll
  static void close() throws Exception {
    world.close();
    broker.close();
  }

  private static RunProcess start(Path lake, String mode, int patienceMillis) throws IOException {
    Map<String, String> environment = new TreeMap<>(world.environment());
    environment.put("PATIENCE_MILLIS", Integer.toString(patienceMillis));
    // A hundredth of a range, so that most of it is still at the broker when some of it is written.
    environment.put("FETCH_BYTES", "20000");
    return RunProcess.lakebeam(
        world.project(), environment, "run", "airlines", "--mode", mode, "--lake", lake.toString());
  }

  /** Kills the broker when rows of the only epoch are being written. */
  private static void killBrokerWhileItIsRead(RunProcess run, Path lake) throws Exception {
    assertTrue(
        run.await("row read", () -> hasFiles(lake.resolve("bronze_flight_events"))), run.printed());
    broker.kill();
    assertFalse(Files.exists(lake.resolve("_lakebeam/airlines/epochs/000000000001.done")));
  }

  private static boolean hasFiles(Path table) throws IOException {
    if (!Files.isDirectory(table)) {
      return false;
    }
    try (Stream<Path> files = Files.list(table)) {
      return files.anyMatch(file -> file.getFileName().toString().endsWith(".parquet"));
    }
  }

  /** The run says it once, however many ranges wait, and says where. */
  private static void assertSaidOnce(RunProcess run) throws IOException {
    List<String> said =
        run.printed().lines().filter(line -> line.contains("; waiting at ")).toList();
    assertEquals(1, said.size(), run.printed());
    Matcher place = Pattern.compile("waiting at flights-\\d+@(\\d+), and").matcher(said.get(0));
    assertTrue(said.get(0).contains(WAITS) && place.find(), said.get(0));
    long position = Long.parseLong(place.group(1));
    assertTrue(position < EVENTS, said.get(0));
    assertFalse(run.printed().contains("top-secret-key"), run.printed());
    assertFalse(run.printed().contains("\tat "), run.printed());
  }

  private static void assertSame(Path lake) {
    for (String table : AirlineWorld.tables()) {
      assertEquals(AirlineWorld.rows(expected, table), AirlineWorld.rows(lake, table), table);
    }
  }

  @Test
  void anUpdateWaitsForABrokerThatIsKilledAndStartedAgain() throws Exception {
    Path lake = dir.resolve("waits");
    try (RunProcess run = start(lake, "continuous", 1_000)) {
      killBrokerWhileItIsRead(run, lake);
      run.awaitPrinted("; waiting at ");
      broker.startAgain();
      run.awaitPrinted("epoch 1 ");
      assertTrue(run.handle().destroy());
      assertEquals(0, run.exitCode(), run.printed());
      assertSaidOnce(run);
      assertEquals(1, run.printed().split(" is back after ", -1).length - 1, run.printed());
    }
    assertSame(lake);
  }

  @Test
  void aTriggeredUpdateEndsWhenTheBrokerStaysAwayAndTheNextOneGoesOn() throws Exception {
    Path lake = dir.resolve("ends");
    RunProcess run = start(lake, "triggered", 8_000);
    killBrokerWhileItIsRead(run, lake);
    assertEquals(1, run.exitCode(), run.printed());
    assertSaidOnce(run);
    List<String> errors = run.printed().lines().filter(line -> line.startsWith("error: ")).toList();
    assertEquals(1, errors.size(), run.printed());
    assertTrue(errors.get(0).startsWith("error: source flight_events: " + WAITS), run.printed());
    assertTrue(
        run.printed().contains("run the update again: it goes on where it stopped"), run.printed());

    broker.startAgain();
    RunProcess next = start(lake, "triggered", 60_000);
    assertEquals(0, next.exitCode(), next.printed());
    assertTrue(next.printed().contains("was not finished by the last run"), next.printed());
    assertSame(lake);
  }
}
