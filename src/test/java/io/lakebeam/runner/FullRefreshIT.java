package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.FullRefresh;
import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that are computed anew beside what their readers see. */
class FullRefreshIT {
  private static final String PROJECT =
      """
      pipeline: p
      max_rows_per_epoch: 2
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, cups INT"}
      datasets:
        bronze:
          streaming_table: {from: orders}
          expect: {few: {expect: "cups < 9", on_violation: quarantine}}
        silver:
          streaming_table: {sql: "SELECT id, cups * %d AS ml FROM bronze"}
          partition_by: [%s]
          expect: {much: {expect: "ml > %d", on_violation: quarantine}}
        gold: {streaming_table: {sql: "SELECT id, ml + 1 AS more FROM silver"}}
        sums: {materialized_view: {sql: "SELECT ml, COUNT(*) AS n FROM silver GROUP BY ml"}}
      """;

  @TempDir Path dir;

  private TestingPipeline project(int factor, String partition, int least) {
    return new TestingPipeline(dir).yaml(PROJECT.formatted(factor, partition, least));
  }

  private static void land(TestingPipeline project, int from, int to) {
    for (int file = from; file <= to; file++) {
      project.land(
          file + ".csv", "id,cups\n%d,1\n%d,2\n%d,9\n".formatted(file * 10, file * 10 + 1, file));
    }
  }

  private static List<String> rows(TestingPipeline project, String table, String... columns) {
    return Tables.texts(project.table(table), columns);
  }

  /** Old rows until the new ones are whole, then those: one version of each table. */
  @Test
  void aTableAndAllThatFollowItAreReplacedInOneCommit() throws Exception {
    TestingPipeline project = project(10, "id", 0);
    land(project, 1, 3);
    TestingUpdates.run(project.compile());
    long silver = Tables.version(project.table("silver"));
    long bronze = Tables.version(project.table("bronze"));
    project.yaml(PROJECT.formatted(100, "ml", 100));
    UpdateFailedException refused = TestingUpdates.fail(project.compile());
    assertTrue(refused.fix().contains("--full-refresh"), refused.fix());

    land(project, 4, 4);
    TestingUpdates updates = TestingUpdates.refresh(project.compile(), Set.of(), "silver");
    assertTrue(updates.plans.size() > 2, "bounded epochs: " + updates.plans.size());
    assertEquals(
        List.of("11|200", "21|200", "31|200", "41|200"), rows(project, "silver", "id", "ml"));
    assertEquals(
        List.of("10|100", "20|100", "30|100", "40|100"),
        rows(project, "silver_quarantine", "id", "ml"));
    assertEquals(
        List.of("11|201", "21|201", "31|201", "41|201"), rows(project, "gold", "id", "more"));
    assertEquals(List.of("200|4"), rows(project, "sums", "ml", "n"));
    assertEquals(8, rows(project, "bronze", "id").size());
    assertEquals(silver + 1, Tables.version(project.table("silver")));
    assertEquals(List.of("ml"), Tables.latest(project.table("silver")).partitionBy());
    assertEquals(bronze + 1, Tables.version(project.table("bronze")));

    land(project, 5, 5);
    TestingUpdates.run(project.compile());
    assertEquals(5, rows(project, "silver", "id").size());
    assertEquals(List.of("200|5"), rows(project, "sums", "ml", "n"));
    assertEquals(0, refreshes(project).size());
  }

  private static List<Path> refreshes(TestingPipeline project) throws Exception {
    Path folder = project.lake().resolve("_lakebeam/p/refreshes");
    try (var files = Files.list(folder)) {
      return files.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
    }
  }

  /** A run that ends in between leaves the old rows; the next one goes on without being asked. */
  @Test
  void aRefreshThatIsStoppedIsGoneOnWith() throws Exception {
    TestingPipeline project = project(10, "id", 0);
    land(project, 1, 3);
    TestingUpdates.run(project.compile());
    TestingUpdates.refreshAndStop(project.compile(), "bronze");
    assertEquals(1, refreshes(project).size());
    assertEquals(6, rows(project, "bronze", "id").size());
    land(project, 4, 4);
    TestingUpdates.run(project.compile());
    assertEquals(8, rows(project, "bronze", "id").size());
    assertEquals(8, rows(project, "silver", "id").size());
    assertEquals(4, rows(project, "bronze_quarantine", "id").size());
    assertEquals(List.of("10|4", "20|4"), rows(project, "sums", "ml", "n"));
    assertEquals(0, refreshes(project).size());
    // That it was asked for is told once, whoever goes on.
    List<String> told = Tables.texts(project.table("event_log"), "event_type", "details");
    assertEquals(
        1,
        told.stream()
            .filter(each -> each.startsWith("user_action|"))
            .filter(each -> each.contains("\"action\":\"FULL_REFRESH\""))
            .filter(each -> each.contains("\"datasets\":[\"bronze\"]"))
            .count(),
        told.toString());
    assertTrue(Tables.latest(project.table("bronze")).files().get(0).path().startsWith("refresh-"));
  }

  /** Somebody removes a table to have it anew, and what was computed so far with it. */
  @Test
  void aFolderThatIsDeletedMeanwhileBeginsItAgain() throws Exception {
    TestingPipeline project = project(10, "id", 0);
    land(project, 1, 3);
    TestingUpdates.run(project.compile());
    TestingUpdates.refreshAndStop(project.compile(), "bronze");
    delete(project.lake().resolve("bronze"));
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(
        List.of(
            "somebody has removed "
                + project.lake().resolve("bronze/refresh-3")
                + " while bronze, gold, silver were being computed anew: that begins again"),
        updates.warnings.stream().map(each -> each.replace("file:", "")).toList());
    assertEquals(6, rows(project, "bronze", "id").size());
    assertEquals(6, rows(project, "silver", "id").size());
    assertEquals(List.of("10|3", "20|3"), rows(project, "sums", "ml", "n"));
  }

  private static void delete(Path folder) throws Exception {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** What is computed by two declarations is no table: it begins again. */
  @Test
  void aDeclarationThatChangesMeanwhileBeginsItAgain() throws Exception {
    TestingPipeline project = project(10, "id", 0);
    land(project, 1, 3);
    TestingUpdates.run(project.compile());
    TestingUpdates.refreshAndStop(project.compile(), "bronze");
    land(project, 4, 4);
    project.yaml(PROJECT.formatted(100, "id", 0));
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(
        List.of(
            "declarations have changed while bronze, gold, silver were being computed anew: that"
                + " begins again"),
        updates.warnings);
    assertEquals(8, rows(project, "bronze", "id").size());
    assertEquals(List.of("100|4", "200|4"), rows(project, "sums", "ml", "n"));
  }

  /** An epoch that a rule has stopped is done without the tables that read its rows once more. */
  @Test
  void anEpochThatWaitsIsDoneWithoutThem() throws Exception {
    TestingPipeline project = project(10, "id", 0);
    land(project, 1, 2);
    TestingUpdates.run(project.compile());
    String failing =
        PROJECT.replace(
            "\"cups < 9\", on_violation: quarantine", "\"cups < 9\", on_violation: fail");
    project.yaml(failing.formatted(10, "id", 0));
    land(project, 3, 3);
    TestingUpdates.fail(project.compile());
    project.yaml(PROJECT.formatted(10, "id", 0).replace("BIGINT", "STRING"));
    TestingUpdates.refresh(project.compile(), Set.of(), "bronze");
    assertEquals(List.of("10", "11", "20", "21", "30", "31"), rows(project, "silver", "id"));
    assertEquals(List.of("1", "2", "3"), rows(project, "bronze_quarantine", "id"));
    assertEquals(List.of("10|3", "20|3"), rows(project, "sums", "ml", "n"));
  }

  @Test
  void whatCannotBeReadOnceMoreIsLostOnlyWhenThatIsAccepted() throws Exception {
    TestingPipeline project = project(10, "id", 0);
    land(project, 1, 3);
    TestingUpdates.run(project.compile());
    Files.delete(dir.resolve("in/2.csv"));
    UpdateFailedException refused = TestingUpdates.refused(project.compile(), "bronze");
    assertEquals(
        "bronze cannot be computed anew without loss: source orders has not all any more that was"
            + " read of it",
        refused.problem());
    assertEquals(
        "1 of 3 files that were read are not there any more, in/2.csv for one", refused.reason());
    assertEquals(6, rows(project, "bronze", "id").size());
    TestingUpdates.refresh(project.compile(), Set.of(Update.Consent.ACCEPT_LOSS), "bronze");
    assertEquals(List.of("10", "11", "30", "31"), rows(project, "silver", "id"));
    assertEquals(List.of("10|2", "20|2"), rows(project, "sums", "ml", "n"));
  }

  @Test
  void rowsOfOthersAreLostOnlyWhenThatIsAccepted() throws Exception {
    TestingPipeline project = project(10, "id", 0);
    land(project, 1, 1);
    TestingUpdates.run(project.compile());
    appendForeignRow(project.table("bronze"));
    UpdateFailedException refused = TestingUpdates.refused(project.compile(), "bronze");
    assertTrue(
        refused.reason().startsWith("1 of its rows were added by somebody else"), refused.reason());
    TestingUpdates.refresh(project.compile(), Set.of(Update.Consent.ACCEPT_LOSS), "bronze");
    assertEquals(List.of("10", "11"), rows(project, "bronze", "id"));
  }

  /** As somebody does who knows of the author's columns only. */
  private static void appendForeignRow(String table) {
    Snapshot now = DeltaTable.at(Place.of(table)).latest().orElseThrow();
    Object[] row = new Object[now.schema().columns().size()];
    row[0] = 77L;
    try (DataFileWriter writer =
        new DataFileWriter(Place.of(table), now.schema(), List.of(), "somebody")) {
      writer.write(new GenericInternalRow(row));
      DeltaTable.at(Place.of(table))
          .commit(Commit.builder("somebody", 1).add(writer.finish()).build());
    }
  }

  @Test
  void aTableThatMayNotBeResetIsNot() throws Exception {
    TestingPipeline project = project(10, "id", 0);
    project.yaml(PROJECT.formatted(10, "id", 0).replace("gold: {", "gold: {reset: refused, "));
    land(project, 1, 1);
    TestingUpdates.run(project.compile());
    assertEquals(
        "gold may not be computed anew",
        TestingUpdates.refused(project.compile(), "bronze").problem());
    assertFalse(Files.exists(project.lake().resolve("_lakebeam/p/refreshes")));
  }

  private static final String DERIVED =
      """
      pipeline: p
      max_rows_per_epoch: 4
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, at TIMESTAMP"}
      datasets:
        once: {streaming_table: {from: orders}, deduplicate: {by: [id], of: at, within: 1h}}
        windows:
          streaming_table:
            sql: >
              SELECT window.start AS start, COUNT(*) AS n
              FROM STREAM once WATERMARK at DELAY OF INTERVAL 0 MINUTES
              GROUP BY window(at, '%s')
        counted: {materialized_view: {sql: "SELECT id, COUNT(*) AS n FROM once GROUP BY id"}}
      """;

  private static void landTimes(TestingPipeline project, int file) {
    project.land(
        file + ".csv",
        "id,at\n%d,2026-01-01T0%d:00:00Z\n%d,2026-01-01T0%d:10:00Z\n%d,2026-01-01T0%d:20:00Z\n"
            .formatted(file, file, file, file, file + 100, file));
  }

  /** What it drops is known by the rows that it has so far, not by those that readers see. */
  @Test
  void duplicatesAreDroppedAndWindowsAreMadeAsIfTheTableWereNew() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(DERIVED.formatted("30 minutes"));
    for (int file = 1; file <= 4; file++) {
      landTimes(project, file);
      TestingUpdates.run(project.compile());
    }
    List<String> once = rows(project, "once", "id", "at");
    List<String> windows = rows(project, "windows", "start", "n");
    assertEquals(8, once.size());
    assertEquals(3, windows.size());
    TestingUpdates.refresh(project.compile(), Set.of(), "once");
    assertEquals(once, rows(project, "once", "id", "at"));
    assertEquals(windows, rows(project, "windows", "start", "n"));
    assertEquals(8, rows(project, "counted", "id", "n").size());

    project.yaml(DERIVED.formatted("1 hour"));
    long version = Tables.version(project.table("windows"));
    TestingUpdates.refresh(project.compile(), Set.of(), "windows", "counted");
    assertEquals(3, rows(project, "windows", "start", "n").size());
    assertEquals(version + 2, Tables.version(project.table("windows")));
    assertTrue(
        DeltaTable.at(Place.of(project.table("windows"))).at(version + 1).rows().orElse(0L) == 3,
        "old windows until there are new ones");
    landTimes(project, 5);
    TestingUpdates.run(project.compile());
    assertEquals(4, rows(project, "windows", "start", "n").size());
    assertEquals(10, rows(project, "once", "id").size());
  }

  /** The others are left for a run that wants them. */
  @Test
  void onlyWhatIsWantedIsBroughtUpToDate() throws Exception {
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(
                """
                pipeline: p
                sources:
                  a: {files: "in/a*.csv", format: csv, schema: "id BIGINT"}
                  b: {files: "in/b*.csv", format: csv, schema: "id BIGINT"}
                datasets:
                  of_a: {streaming_table: {from: a}}
                  of_b: {streaming_table: {from: b}}
                  view_a: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM of_a"}}
                  view_b: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM of_b"}}
                """);
    project.land("a1.csv", "id\n1\n");
    project.land("b1.csv", "id\n1\n");
    TestingUpdates.run(project.compile(), new Update.Selection(Set.of("view_a"), Set.of()));
    assertEquals(List.of("1"), rows(project, "view_a", "n"));
    assertEquals(List.of(), rows(project, "of_b", "id"));
    assertEquals(List.of(), rows(project, "view_b", "n"));
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1"), rows(project, "view_b", "n"));
  }

  /**
   * The other run has begun while this one had lost its lease: the epoch may be done by now without
   * the rows of the tables that it computes anew.
   */
  @Test
  void aRunThatFindsThatAnotherOneHasBegunToComputeTablesAnewStops() {
    TestingPipeline project = project(10, "id", 0);
    land(project, 1, 3);
    Ledger ledger = new Ledger(Place.of(project.lake().toString()), "p");
    List<Long> planned = new ArrayList<>();
    UpdateListener other =
        new UpdateListener() {
          @Override
          public void planned(EpochPlan plan, boolean isReplay) {
            planned.add(plan.number());
            Set<String> silver = Set.of("silver");
            ledger.begin(
                new FullRefresh(
                    plan.number() + 1, 1, "", silver, silver, plan.inputs(), List.of()));
          }
        };
    Update update = TestingUpdates.of(project.compile(), other);
    LeaseLostException stopped =
        assertThrows(LeaseLostException.class, () -> update.run(Update.Mode.TRIGGERED));
    assertEquals(
        "pipeline p is run by somebody else: another run has begun to compute tables anew",
        stopped.getMessage());
    assertEquals(List.of(1L), planned);
  }
}
