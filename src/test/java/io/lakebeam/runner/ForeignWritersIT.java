package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.HistoryEntry;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.RunProcess;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else's delta-spark writes our table while a continuous update does. */
class ForeignWritersIT {
  private static final int ROWS_A_FILE = 20;
  private static final int CYCLES = 2;

  @TempDir Path dir;
  private TestingPipeline project;
  private CompiledPipeline pipeline;
  private int files;

  @BeforeEach
  void pipeline() {
    project =
        new TestingPipeline(dir)
            .yaml(
                """
                pipeline: p
                commit_every: 50ms
                sources:
                  orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, amount INT"}
                datasets:
                  silver: {streaming_table: {sql: "SELECT id, amount FROM orders"}}
                  totals:
                    materialized_view:
                      sql: "SELECT MOD(id, 3) AS k, COUNT(*) AS n, SUM(amount) AS s FROM silver
                        GROUP BY MOD(id, 3)"
                """);
    pipeline = project.compile();
  }

  /** A continuous update that is told of in this thread. */
  private final class Running implements AutoCloseable {
    private final Semaphore epochs = new Semaphore(0);
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final Update update;
    private final Thread thread;

    Running() {
      update =
          TestingUpdates.of(
              pipeline,
              new UpdateListener() {
                @Override
                public void done(EpochResult result, long millis) {
                  epochs.release();
                }
              });
      thread =
          new Thread(
              () -> {
                try {
                  update.run(Update.Mode.CONTINUOUS);
                } catch (RuntimeException e) {
                  failure.set(e);
                } finally {
                  epochs.release(1000);
                }
              });
      thread.start();
    }

    /** One more file, read to its end. */
    void feed() throws InterruptedException {
      land();
      assertTrue(epochs.tryAcquire(2, TimeUnit.MINUTES), "an epoch");
    }

    RuntimeException end() throws InterruptedException {
      update.stop();
      thread.join(TimeUnit.MINUTES.toMillis(2));
      return failure.get();
    }

    @Override
    public void close() throws InterruptedException {
      end();
    }
  }

  private void land() {
    StringBuilder csv = new StringBuilder("id,amount\n");
    for (int row = 0; row < ROWS_A_FILE; row++) {
      csv.append(files * ROWS_A_FILE + row).append(",").append(row).append("\n");
    }
    project.land(++files + ".csv", csv.toString());
  }

  private String silver() {
    return project.lake().resolve("silver").toString();
  }

  @Test
  void nothingIsLostOnEitherSide() throws Exception {
    Path end = dir.resolve("end");
    int cycles;
    try (Running running = new Running()) {
      running.feed();
      try (RunProcess other =
          RunProcess.java(
              dir,
              Map.of(),
              List.of(
                  "-Xmx700m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  TestingForeignWriter.class.getName(),
                  silver(),
                  "id % 10 = 7 OR id % 10 = -7",
                  end.toString()))) {
        // A file for each of its statements: more often, and it would never get its turn.
        for (int statement = 1; statement <= CYCLES * 3; statement++) {
          running.feed();
          other.awaitPrinted("done: ", statement);
        }
        assertEquals(null, running.end());
        Files.createFile(end);
        assertEquals(0, other.exitCode(), other.printed());
        cycles = (int) other.printed().lines().filter(line -> line.startsWith("cycle ")).count();
      }
    }
    TestingUpdates.run(pipeline);

    List<Long> expected = new ArrayList<>();
    for (long id = 0; id < (long) files * ROWS_A_FILE; id++) {
      expected.add(id);
    }
    for (int cycle = 0; cycle < cycles; cycle++) {
      for (int row = 0; row < TestingForeignWriter.ROWS; row++) {
        expected.add(TestingForeignWriter.id(cycle, row));
      }
    }
    expected.removeIf(id -> Math.abs(id % 10) == 7);
    assertEquals(
        expected.stream().sorted().toList(),
        SparkReader.read(silver()).stream().map(row -> (Long) row.get("id")).sorted().toList());
    assertEquals(
        SparkReader.sql(
                "SELECT id % 3 AS k, COUNT(*) AS n, SUM(amount) AS s FROM delta.`"
                    + silver()
                    + "` GROUP BY 1")
            .stream()
            .collect(Collectors.toSet()),
        view());
    // They took turns in the log, otherwise nothing was tried.
    List<String> writers =
        DeltaTable.at(Place.of(silver())).history(1000).stream()
            .map(HistoryEntry::operation)
            .filter(operation -> !operation.equals("CREATE TABLE"))
            .toList();
    Map<String, Long> commits =
        writers.stream()
            .collect(Collectors.groupingBy(o -> o, TreeMap::new, Collectors.counting()));
    System.out.println("commits to one table: " + commits);
    assertTrue(
        commits.keySet().containsAll(Set.of("STREAMING UPDATE", "WRITE", "DELETE", "OPTIMIZE")),
        commits.toString());
  }

  private Set<Map<String, Object>> view() {
    return SparkReader.read(project.lake().resolve("totals").toString()).stream()
        .map(
            row -> {
              Map<String, Object> visible = new HashMap<>(row);
              visible.keySet().removeIf(column -> column.startsWith("_"));
              return visible;
            })
        .collect(Collectors.toSet());
  }

  /** New rows have nothing in a column that somebody else has added. */
  @Test
  void aColumnOfSomebodyElseStays() throws Exception {
    try (Running running = new Running()) {
      running.feed();
      SparkReader.sql("ALTER TABLE delta.`" + silver() + "` ADD COLUMNS (note STRING)");
      running.feed();
      assertNull(running.end());
    }
    assertEquals(2 * ROWS_A_FILE, SparkReader.read(silver(), "note IS NULL").size());
  }

  @Test
  void aTableThatAsksForMoreThanWeCanStopsTheUpdateInASentence() throws Exception {
    try (Running running = new Running()) {
      running.feed();
      SparkReader.sql("ALTER TABLE delta.`" + silver() + "` ADD CONSTRAINT c CHECK (id < 1000000)");
      running.feed();
      RuntimeException stopped = running.end();
      assertNotNull(stopped, "the update has to stop");
      assertEquals(
          "table silver could not be committed", ((UpdateFailedException) stopped).problem());
      String reason = ((UpdateFailedException) stopped).reason();
      assertTrue(
          reason.startsWith("cannot commit to table " + DeltaTable.at(Place.of(silver())).path()),
          reason);
      assertTrue(reason.contains(": somebody has given it a feature"), reason);
    }
    assertEquals(ROWS_A_FILE, SparkReader.count(silver()));
    assertEquals(
        "table silver has what Lakebeam cannot work with: version 1 for readers, 3 for writers",
        TestingUpdates.fail(pipeline).problem());
  }

  @Test
  void whatOthersDidToRowsIsWarnedOfOnceAndWhatWouldBeReadWronglyIsRefused() {
    land();
    TestingUpdates.run(pipeline);
    SparkReader.sql("RESTORE TABLE delta.`" + silver() + "` TO VERSION AS OF 0");
    List<String> warnings = new ArrayList<>();
    UpdateListener listener =
        new UpdateListener() {
          @Override
          public void warning(String text) {
            warnings.add(text);
          }
        };
    land();
    TestingUpdates.of(pipeline, listener).run(Update.Mode.TRIGGERED);
    assertEquals(1, warnings.size(), warnings::toString);
    assertTrue(
        warnings.get(0).startsWith("somebody else has taken rows out of table silver: RESTORE in"),
        warnings::toString);
    TestingUpdates.of(pipeline, listener).run(Update.Mode.TRIGGERED);
    assertEquals(1, warnings.size(), "said once");

    long before = DeltaTable.at(Place.of(silver())).latest().orElseThrow().version();
    for (String statement :
        List.of(
            "ALTER TABLE T SET TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')",
            "DELETE FROM T WHERE id = " + ROWS_A_FILE,
            "SET spark.databricks.delta.restore.protocolDowngradeAllowed = true",
            "RESTORE TABLE T TO VERSION AS OF " + before,
            "RESET spark.databricks.delta.restore.protocolDowngradeAllowed")) {
      SparkReader.sql(
          statement
              .replace("TABLE T", "TABLE delta.`" + silver() + "`")
              .replace("FROM T", "FROM delta.`" + silver() + "`"));
    }
    assertEquals(
        "table silver has what Lakebeam cannot work with: rows deleted by deletion vectors",
        TestingUpdates.fail(pipeline).problem());
  }
}
