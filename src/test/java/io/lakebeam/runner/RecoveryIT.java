package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updates that stop half-way, are killed, or go on and on: nothing is lost, nothing is doubled. */
class RecoveryIT {
  private static final String PIPELINE =
      """
      pipeline: p
      lake: "${LAKE:-./lake}"
      commit_every: 100ms
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, amount INT"}
      datasets:
        bronze: {streaming_table: {from: orders}}
        silver:
          streaming_table: {sql: "SELECT id, amount FROM bronze"}
          expect:
            small: {expect: amount < 100, on_violation: fail}
            positive: {expect: amount > 0, on_violation: quarantine}
        follower: {streaming_table: {sql: "SELECT id FROM silver"}}
        total: {materialized_view: {sql: "SELECT COUNT(*) AS n, SUM(amount) AS s FROM silver"}}
      """;

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir).yaml(PIPELINE);
  }

  private TestingUpdates run() {
    return TestingUpdates.run(project.compile());
  }

  private List<String> texts(String table, String... columns) {
    return Tables.texts(project.table(table), columns);
  }

  @Test
  void aFailRuleCommitsNothingToItsTableAndTheNextUpdateGoesOn() {
    project.land("1.csv", "id,amount\n1,5\n2,500\n3,-1\n4,7\n");
    UpdateFailedException failure = TestingUpdates.fail(project.compile());
    assertEquals("expectation small of silver stops the update", failure.problem());
    assertTrue(failure.reason().startsWith("1 of 4 rows break it"), failure.reason());
    assertEquals(1, failure.samples().size());
    assertTrue(
        failure.samples().get(0).endsWith("in/1.csv:3: id=2, amount=500"),
        failure.samples().toString());
    assertEquals(List.of("1", "2", "3", "4"), texts("bronze", "id"));
    for (String table : List.of("silver", "silver_quarantine", "follower")) {
      assertEquals(0, Tables.rows(project.table(table)).size(), table);
    }
    assertEquals(List.of("0|null"), texts("total", "n", "s"));

    // The same again, and nothing more in bronze.
    assertEquals(failure.problem(), TestingUpdates.fail(project.compile()).problem());
    project.land("2.csv", "id,amount\n5,1\n");
    project.yaml(PIPELINE.replace("amount < 100", "amount < 1000"));
    TestingUpdates updates = run();
    assertEquals(1, updates.replays());
    assertEquals(List.of("1", "2", "3", "4", "5"), texts("bronze", "id"));
    assertEquals(List.of("1", "2", "4", "5"), texts("silver", "id"));
    assertEquals(List.of("3"), texts("silver_quarantine", "id"));
    // What reads the table has waited for it.
    assertEquals(List.of("1", "2", "4", "5"), texts("follower", "id"));
    assertEquals(List.of("4|513"), texts("total", "n", "s"));
    assertEquals(List.of(), run().plans);
  }

  @Test
  void slicesOfASourceThatIsGoneAreLeftOutAloud() {
    String two =
        """
        pipeline: p
        sources:
          orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, amount INT"}
          others: {files: "in/*.csv", format: csv, schema: "id BIGINT, amount INT"}
        datasets:
          bronze: {streaming_table: {from: orders}}
          strict:
            streaming_table: {from: others}
            expect: {small: {expect: amount < 100, on_violation: fail}}
        """;
    project.yaml(two).land("1.csv", "id,amount\n1,500\n");
    TestingUpdates.fail(project.compile());
    project.yaml(two.replace("others", "renamed").replace("amount < 100", "amount < 1000"));
    TestingUpdates updates = run();
    assertEquals(
        List.of(
            "epoch 1 was to read 1 slice of the source others, which nothing reads any more: they"
                + " are left out"),
        updates.warnings);
    assertEquals(List.of("1"), texts("strict", "id"), "the new source reads its files anew");
    assertEquals(List.of("1"), texts("bronze", "id"));
  }

  @Test
  void anEpochKilledBeforeItsEndIsFinishedOnce() throws IOException {
    project.land("1.csv", "id,amount\n1,5\n2,-1\n");
    run();
    project.land("2.csv", "id,amount\n3,7\n4,-2\n");
    run();
    // For sets of commits that a crash may leave behind, in the order they are made.
    List<String> commits = List.of("event_log", "total", "follower", "silver", "silver_quarantine");
    for (int lost : List.of(0, 1, 3, 5)) {
      Path lake = dir.resolve("lake" + lost);
      copy(project.lake(), lake);
      Files.delete(lake.resolve("_lakebeam/p/epochs/000000000002.done"));
      for (String table : commits.subList(0, lost)) {
        forgetLastCommit(lake.resolve(table));
      }
      if (lost > 0) {
        forgetLastCommit(lake.resolve("event_log")); // the epoch's, before the update's end
      }
      TestingUpdates updates = TestingUpdates.run(project.set("LAKE", lake.toString()).compile());
      assertEquals(1, updates.replays(), "lost " + lost);
      assertEquals(1, updates.plans.size());
      assertEquals(List.of("1", "2", "3", "4"), ids(lake, "bronze"), "lost " + lost);
      assertEquals(List.of("1", "3"), ids(lake, "silver"), "lost " + lost);
      assertEquals(List.of("2", "4"), ids(lake, "silver_quarantine"), "lost " + lost);
      assertEquals(List.of("1", "3"), ids(lake, "follower"), "lost " + lost);
      assertEquals(
          List.of("2|12"),
          Tables.texts(lake.resolve("total").toString(), "n", "s"),
          "lost " + lost);
      List<String> events = Tables.texts(lake.resolve("event_log").toString(), "id");
      assertEquals(events.stream().distinct().toList(), events, "lost " + lost);
      assertTrue(events.containsAll(List.of("p/2/bronze", "p/2/silver")), events.toString());
    }
  }

  private static List<String> ids(Path lake, String table) {
    return Tables.texts(lake.resolve(table).toString(), "id");
  }

  /** As if the process had died just before the commit: its data files stay behind. */
  private static void forgetLastCommit(Path table) throws IOException {
    try (var log = Files.list(table.resolve("_delta_log"))) {
      Path last =
          log.filter(file -> file.getFileName().toString().matches("\\d+\\.json"))
              .max(Comparator.naturalOrder())
              .orElseThrow();
      Files.delete(last);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Test
  void aSecondUpdateIsRefusedWhileOneRuns() {
    project.land("1.csv", "id,amount\n1,5\n");
    LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    Update update =
        TestingUpdates.of(
            project.compile(),
            new UpdateListener() {
              @Override
              public void planned(EpochPlan plan, boolean isReplay) {
                told.add(assertThrows(LeaseLostException.class, () -> run()).getMessage());
              }
            });
    update.run(Update.Mode.TRIGGERED);
    String message = told.remove();
    assertTrue(message.startsWith("pipeline p is run by somebody else: run "), message);
    assertTrue(message.endsWith("stop that run or wait"), message);
    assertEquals(List.of("1"), texts("bronze", "id"));
  }

  @Test
  void aContinuousUpdateTakesFilesAsTheyLandAndIsStopped() throws Exception {
    project.land("1.csv", "id,amount\n1,5\n");
    LinkedBlockingQueue<EpochResult> results = new LinkedBlockingQueue<>();
    Update update =
        TestingUpdates.of(
            project.compile(),
            new UpdateListener() {
              @Override
              public void done(EpochResult result, long millis) {
                results.add(result);
              }
            });
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(() -> update.run(Update.Mode.CONTINUOUS));
    assertEquals(1, TestingUpdates.next(results, running).number());
    // The compiler is at work for a while after the first epoch; a spinning update never calms
    // down.
    double idleCores = coresUsedIn(3);
    for (int windows = 1; windows < 15 && idleCores >= 0.8; windows++) {
      idleCores = coresUsedIn(3);
    }
    assertTrue(idleCores < 0.8, "an idle update uses " + idleCores + " cores");
    project.land("2.csv", "id,amount\n2,6\n");
    assertEquals(2, TestingUpdates.next(results, running).number());
    project.land("3.csv", "id,amount\n3,-6\n");
    assertEquals(3, TestingUpdates.next(results, running).number());
    update.stop();
    running.get(10, TimeUnit.MINUTES);
    assertEquals(List.of("1", "2"), texts("silver", "id"));
    assertEquals(List.of("3"), texts("silver_quarantine", "id"));
    assertEquals(List.of("2|11"), texts("total", "n", "s"));
    assertEquals(List.of(), run().plans);
  }

  @Test
  void aContinuousUpdateEndsWithTheRuleThatStopsIt() throws Exception {
    project.land("1.csv", "id,amount\n1,500\n");
    Update update = TestingUpdates.of(project.compile(), new UpdateListener() {});
    CompletableFuture<UpdateFailedException> failure =
        CompletableFuture.supplyAsync(
            () ->
                assertThrows(
                    UpdateFailedException.class, () -> update.run(Update.Mode.CONTINUOUS)));
    assertEquals(
        "expectation small of silver stops the update",
        failure.get(10, TimeUnit.MINUTES).problem());
    Set<String> threads = Set.copyOf(leases());
    assertFalse(threads.contains("lease-p"), "the lease is let go of");
  }

  private static List<String> leases() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("lease-"))
        .toList();
  }

  /** What this whole process takes of the processors. */
  private static double coresUsedIn(long seconds) throws InterruptedException {
    var process =
        (com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    long before = process.getProcessCpuTime();
    assertFalse(new java.util.concurrent.CountDownLatch(1).await(seconds, TimeUnit.SECONDS));
    return (process.getProcessCpuTime() - before) / 1e9 / seconds;
  }
}
