package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.AirlineWorld;
import io.lakebeam.testing.RunProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped pipeline on every runner, each run in a process of its own: the same rows in every
 * table, also when runs are killed and go on elsewhere. Read by delta-spark.
 */
class SameResultIT {
  private static final int EVENTS = 12_000;

  /** With the reports, some eight epochs. */
  private static final int MAX_ROWS = 2_000;

  @TempDir static Path dir;
  private static AirlineWorld world;

  /** What the direct runner makes of it, undisturbed. */
  private static Path expected;

  private static final Map<String, List<String>> EXPECTED_ROWS = new HashMap<>();

  @BeforeAll
  static void world() throws Exception {
    world = new AirlineWorld(dir, EVENTS, MAX_ROWS);
    expected = dir.resolve("direct");
    ends(0, start(expected, "direct", "triggered"));
  }

  @AfterAll
  static void close() {
    world.close();
  }

  private static RunProcess start(Path lake, String runner, String mode) throws IOException {
    return RunProcess.lakebeam(
        world.project(),
        world.environment(),
        List.of("run", "airlines", "--runner", runner, "--mode", mode, "--lake", lake.toString())
            .toArray(String[]::new));
  }

  private static void ends(int code, RunProcess run) throws Exception {
    assertEquals(code, run.exitCode(), run.printed());
  }

  private static void assertSame(Path lake) {
    for (String table : AirlineWorld.tables()) {
      List<String> rows =
          EXPECTED_ROWS.computeIfAbsent(table, name -> AirlineWorld.rows(expected, name));
      assertEquals(rows, AirlineWorld.rows(lake, table), table);
    }
  }

  @Test
  void sparkMakesTheSameTables() throws Exception {
    Path lake = dir.resolve("spark");
    ends(0, start(lake, "spark", "triggered"));
    // Nothing is left to do, whoever looks.
    ends(0, start(lake, "direct", "triggered"));
    assertSame(lake);
  }

  @Test
  void aContinuousUpdateMakesTheSameTables() throws Exception {
    Path lake = dir.resolve("continuous");
    try (RunProcess run = start(lake, "direct", "continuous")) {
      run.awaitPrinted(String.format("epoch %-4d", epochs(expected)));
      assertTrue(run.handle().destroy());
      ends(0, run);
    }
    assertSame(lake);
  }

  private static long epochs(Path lake) {
    String[] plans =
        lake.resolve("_lakebeam/airlines/epochs")
            .toFile()
            .list((folder, name) -> name.endsWith(".done"));
    return plans.length;
  }

  @Test
  void killedRunsGoOnOnAnotherRunner() throws Exception {
    Path lake = dir.resolve("handed-over");
    Random random = new Random(7);
    String[] runners = {"direct", "spark", "direct", "spark"};
    String[] modes = {"triggered", "continuous", "continuous", "triggered"};
    for (int i = 0; i < runners.length; i++) {
      try (RunProcess run = start(lake, runners[i], modes[i])) {
        assertTrue(run.awaitPlan(lake, "airlines", i + 1), run.printed());
        // Anywhere between the plan and the end of the epoch, or of the next one.
        long until = System.nanoTime() + random.nextLong(1_500_000_000L);
        while (System.nanoTime() < until && run.isAlive()) {
          Thread.onSpinWait();
        }
        run.kill();
      }
    }
    ends(0, start(lake, "direct", "triggered"));
    assertSame(lake);
  }
}
