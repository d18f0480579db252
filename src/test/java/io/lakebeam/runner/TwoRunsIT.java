package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.RunProcess;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs in one lake at once, each in a process of its own. */
class TwoRunsIT {
  private static final int ROWS_A_FILE = 2_000;

  private static final String ORDERS =
      """
      pipeline: NAME
      lake: "${LAKE}"
      commit_every: 100ms
      max_rows_per_epoch: 1
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, amount INT"}
      datasets:
        NAME_bronze: {streaming_table: {from: orders}}
        NAME_silver:
          streaming_table: {sql: "SELECT id, amount FROM NAME_bronze"}
          expect: {positive: {expect: amount > 0, on_violation: quarantine}}
        NAME_total:
          materialized_view: {sql: "SELECT COUNT(*) AS n, SUM(amount) AS s FROM NAME_silver"}
      """;

  @TempDir Path dir;

  private Path lake() {
    return dir.resolve("lake");
  }

  /** A project with files, an epoch each. */
  private TestingPipeline project(String name, int files) {
    TestingPipeline project =
        new TestingPipeline(dir.resolve(name)).yaml(ORDERS.replace("NAME", name));
    IntStream.range(0, files).forEach(file -> land(project, file));
    return project;
  }

  /** Ids go up; every tenth amount is none. */
  private static void land(TestingPipeline project, int file) {
    StringBuilder text = new StringBuilder("id,amount\n");
    for (int i = 0; i < ROWS_A_FILE; i++) {
      int id = file * ROWS_A_FILE + i;
      text.append(id).append(',').append(id % 10).append('\n');
    }
    project.land(file + ".csv", text.toString());
  }

  private RunProcess run(TestingPipeline project, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("run", "p"));
    arguments.addAll(List.of(more));
    return RunProcess.lakebeam(
        project.root(), Map.of("LAKE", lake().toString()), arguments.toArray(String[]::new));
  }

  private static void ends(int code, RunProcess run) throws Exception {
    assertEquals(code, run.exitCode(), run.printed());
  }

  /** Ends with code 1 and one sentence, which it gives. */
  /** Another run does the work: that has an exit code of its own. */
  private static String heldOff(RunProcess run) throws Exception {
    return refused(4, run);
  }

  private static String refused(RunProcess run) throws Exception {
    return refused(1, run);
  }

  private static String refused(int code, RunProcess run) throws Exception {
    ends(code, run);
    List<String> errors = run.printed().lines().filter(line -> line.startsWith("error: ")).toList();
    assertEquals(1, errors.size(), run.printed());
    assertFalse(run.printed().contains("\tat "), run.printed());
    return errors.get(0);
  }

  private void assertTables(String name, int files) {
    int rows = files * ROWS_A_FILE;
    String path = lake().resolve(name).toString();
    List<String> ids = IntStream.range(0, rows).mapToObj(Integer::toString).sorted().toList();
    assertEquals(ids, Tables.texts(path + "_bronze", "id"));
    assertEquals(
        ids.stream().filter(id -> !id.endsWith("0")).toList(),
        Tables.texts(path + "_silver", "id"));
    assertEquals(
        ids.stream().filter(id -> id.endsWith("0")).toList(),
        Tables.texts(path + "_silver_quarantine", "id"));
    assertEquals(
        List.of(rows / 10 * 9 + "|" + rows / 10 * 45), Tables.texts(path + "_total", "n", "s"));
  }

  /** The version of every table of the lake. */
  private Map<String, Long> versions() throws IOException {
    Map<String, Long> versions = new TreeMap<>();
    try (Stream<Path> folders = Files.list(lake())) {
      folders
          .filter(folder -> Files.isDirectory(folder.resolve("_delta_log")))
          .forEach(
              table ->
                  versions.put(table.getFileName().toString(), Tables.version(table.toString())));
    }
    return versions;
  }

  @Test
  void aSecondRunIsRefusedAndAfterAKillTheNextOneGoesOn() throws Exception {
    TestingPipeline project = project("p", 2);
    try (RunProcess first = run(project, "--mode", "continuous")) {
      first.awaitPrinted("epoch 2 ");
      String said = heldOff(run(project));
      assertTrue(said.startsWith("error: pipeline p is run by somebody else: run "), said);
      assertTrue(said.contains("(process " + first.handle().pid() + ") holds it until "), said);
      assertTrue(said.endsWith("; stop that run or wait"), said);
      assertTrue(first.isAlive());
    }
    land(project, 2);
    ends(0, run(project));
    assertTables("p", 3);
  }

  @Test
  void aRunThatWakesAfterAnotherHasFinishedEndsByItselfAndChangesNothing() throws Exception {
    int files = 12;
    TestingPipeline project = project("p", files);
    try (RunProcess zombie = run(project)) {
      suspendInAnEpoch(zombie, files);
      Ledger ledger = new Ledger(Place.of(lake().toString()), "p");
      assertTrue(Lease.holder(ledger, Clock.systemUTC()).isPresent());
      // It is there, so the lease passes on only when its term is over.
      assertTrue(
          zombie.await(
              "end of the lease", () -> Lease.holder(ledger, Clock.systemUTC()).isEmpty()));
      ends(0, run(project));
      assertTables("p", files);
      Map<String, Long> versions = versions();
      zombie.wake();
      String said = heldOff(zombie);
      assertTrue(said.startsWith("error: pipeline p is run by somebody else: "), said);
      assertEquals(versions, versions());
    }
    assertTables("p", files);
    ends(0, run(project));
    assertTables("p", files);
  }

  /** Anywhere between a plan and the end of that epoch; not the last one. */
  private void suspendInAnEpoch(RunProcess run, int epochs) throws Exception {
    for (int epoch = 2; epoch < epochs; epoch++) {
      assertTrue(run.awaitPlan(lake(), "p", epoch), run.printed());
      run.suspend();
      String done = String.format(Locale.ROOT, "_lakebeam/p/epochs/%012d.done", epoch);
      if (!Files.exists(lake().resolve(done))) {
        return;
      }
      run.wake();
    }
    throw new AssertionError("no epoch was under way when it was suspended: " + run.printed());
  }

  @Test
  void twoPipelinesShareALakeEachWithItsOwnTables() throws Exception {
    TestingPipeline one = project("p", 2);
    TestingPipeline other = new TestingPipeline(dir.resolve("q"));
    other.yaml(ORDERS.replace("NAME", "q"));
    IntStream.range(0, 3).forEach(file -> land(other, file));
    try (RunProcess first = run(one, "--mode", "continuous");
        RunProcess second = run(other, "--mode", "continuous")) {
      first.awaitPrinted("epoch 2 ");
      second.awaitPrinted("epoch 3 ");
      // Both live now, and go on.
      land(one, 2);
      land(other, 3);
      first.awaitPrinted("epoch 3 ");
      second.awaitPrinted("epoch 4 ");
      assertTrue(first.handle().destroy());
      assertTrue(second.handle().destroy());
      ends(0, first);
      ends(0, second);
    }
    assertTables("p", 3);
    assertTables("q", 4);
    List<String> events =
        Tables.texts(lake().resolve("event_log").toString(), "pipeline_name", "epoch");
    assertEquals(
        List.of("p|1", "p|2", "p|3", "p|null", "q|1", "q|2", "q|3", "q|4", "q|null"),
        distinct(events));

    // A third one that declares a table of the first.
    Map<String, Long> versions = versions();
    String taken = ORDERS.replace("NAME_silver", "p_silver").replace("NAME", "r");
    other.yaml(taken);
    RunProcess third = run(other);
    assertEquals("error: table p_silver belongs to pipeline p", refused(third));
    assertTrue(
        third.printed().contains("give the dataset another name, or pipeline r another lake"),
        third.printed());
    RunProcess doctor =
        RunProcess.lakebeam(
            other.root(), Map.of("LAKE", lake().toString()), "doctor", "p", "--timeout", "30");
    assertEquals(1, doctor.exitCode(), doctor.printed());
    assertTrue(doctor.printed().contains("table p_silver belongs to pipeline p"), doctor.printed());
    assertEquals(versions, versions());
  }

  private static List<String> distinct(List<String> texts) {
    return texts.stream().distinct().toList();
  }
}
