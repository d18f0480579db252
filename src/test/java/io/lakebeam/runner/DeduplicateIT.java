package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.RuleResult;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that take a row once, whoever runs the epochs and however often. */
class DeduplicateIT {
  private static final String PIPELINE =
      """
      pipeline: p
      lake: "${LAKE:-./lake}"
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, at TIMESTAMP, amount INT"}
      datasets:
        once:
          streaming_table: {from: orders}
          deduplicate: {by: [ID], of: at, within: 10m}
          expect:
            positive: {expect: amount > 0, on_violation: quarantine}
        follower:
          streaming_table: {sql: "SELECT id, amount FROM once"}
          expect:
            small: {expect: amount < 1000, on_violation: fail}
        total: {materialized_view: {sql: "SELECT id, COUNT(*) AS n FROM once GROUP BY id"}}
      """;

  private static final String FIRST =
      """
      id,at,amount
      1,2026-01-01T00:00:00Z,5
      1,2026-01-01T00:05:00Z,6
      1,2026-01-01T00:11:00Z,7
      2,2026-01-01T00:00:00Z,-1
      2,2026-01-01T00:01:00Z,3
      3,,1
      3,,2
      4,2026-01-01T00:09:00Z,9
      4,2026-01-01T00:09:00Z,10
      """;

  private static final List<String> ONCE = List.of("1|5", "1|7", "2|3", "3|1", "3|2", "4|9");

  private static final String SECOND =
      """
      id,at,amount
      1,2025-12-31T23:55:00Z,8
      1,2025-12-31T23:40:00Z,11
      2,2026-01-01T00:11:00Z,12
      2,2026-01-01T00:11:00.000001Z,13
      ,2026-01-01T00:00:00Z,14
      ,2026-01-01T00:00:01Z,15
      """;

  private static final List<String> TWICE =
      List.of("1|11", "1|5", "1|7", "2|13", "2|3", "3|1", "3|2", "4|9", "null|14");

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir).yaml(PIPELINE);
  }

  private static List<String> texts(Path lake, String table) {
    return Tables.texts(lake.resolve(table).toString(), "id", "amount").stream().sorted().toList();
  }

  private List<String> texts(String table) {
    return texts(project.lake(), table);
  }

  @Test
  void rowsComeOnceWithinAnEpochAndFromOneToTheNext() {
    project.land("1.csv", FIRST);
    TestingUpdates first = TestingUpdates.run(project.compile());
    assertEquals(ONCE, texts("once"));
    assertEquals(ONCE, texts("follower"));
    assertEquals(List.of("2|-1"), texts("once_quarantine"));
    assertEquals(9, first.last("once").in());
    assertEquals(6, first.last("once").accepted());
    assertEquals(2, first.last("once").duplicates());
    assertEquals(0, first.last("once").dropped());
    assertEquals(1, first.last("once").quarantined());
    assertEquals(Map.of("positive", new RuleResult(8, 1)), first.last("once").rules());

    project.land("2.csv", SECOND);
    TestingUpdates second = TestingUpdates.run(project.compile());
    assertEquals(TWICE, texts("once"));
    assertEquals(TWICE, texts("follower"));
    assertEquals(3, second.last("once").duplicates());
    assertEquals(
        List.of("1|3", "2|2", "3|2", "4|1", "null|1"),
        Tables.texts(project.table("total"), "id", "n").stream().sorted().toList());
    assertEquals(
        List.of(
            "once: 6 in, 3 accepted, 0 dropped, 3 duplicates, 0 quarantined, committed",
            "once: 9 in, 6 accepted, 0 dropped, 2 duplicates, 1 quarantined, committed"),
        messages(project.lake()));
    project.land("3.csv", SECOND);
    assertEquals(6, TestingUpdates.run(project.compile()).last("once").duplicates());
  }

  /** What the event log says of {@code once}; a kill is to change nothing about it. */
  private static List<String> messages(Path lake) {
    return Tables.texts(lake.resolve("event_log").toString(), "event_type", "message").stream()
        .filter(text -> text.startsWith("flow_progress|once:"))
        .map(
            text -> text.substring(text.indexOf('|') + 1).replace("already committed", "committed"))
        .toList();
  }

  private static void assertEachRowIsCountedOnce(TestingUpdates updates, String table) {
    DatasetResult result = updates.last(table);
    assertEquals(
        result.in(),
        result.accepted() + result.dropped() + result.duplicates() + result.quarantined(),
        result.toString());
  }

  /** The direct runner writes a file for each key of what it groups. */
  @Test
  void manyRowsMakeFewFiles() {
    StringBuilder many = new StringBuilder("id,at,amount\n");
    for (int id = 0; id < 1000; id++) {
      many.append(id % 600).append(",2026-01-01T00:00:00Z,1\n");
    }
    project.land("many.csv", many.toString());
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(600, updates.last("once").accepted());
    assertEquals(400, updates.last("once").duplicates());
    assertTrue(updates.last("once").files() <= 4, updates.last("once").toString());
    assertTrue(updates.last("follower").files() <= 4, updates.last("follower").toString());
  }

  @Test
  void onSparkTheTablesAreTheSame() {
    project.land("1.csv", FIRST);
    TestingUpdates.run(project.compile(), TestingUpdates.SPARK);
    project.land("2.csv", SECOND);
    TestingUpdates second = TestingUpdates.run(project.compile(), TestingUpdates.SPARK);
    assertEachRowIsCountedOnce(second, "once");
    assertEquals(3, second.last("once").duplicates());
    assertEquals(TWICE, texts("once"));
    assertEquals(TWICE, texts("follower"));
  }

  @Test
  void aReplayDropsTheSameRows() throws IOException {
    project.land("1.csv", FIRST);
    TestingUpdates.run(project.compile());
    project.land("2.csv", SECOND);
    TestingUpdates.run(project.compile());
    for (List<String> lost : List.of(List.of("follower"), List.of("follower", "once"))) {
      Path lake = killedBefore(lost);
      TestingUpdates updates = TestingUpdates.run(project.set("LAKE", lake.toString()).compile());
      assertEquals(1, updates.replays());
      assertEachRowIsCountedOnce(updates, "once");
      assertEquals(messages(project.lake()), messages(lake), lost.toString());
      assertEquals(TWICE, texts(lake, "once"), lost.toString());
      assertEquals(TWICE, texts(lake, "follower"), lost.toString());
    }
  }

  /** A lake as a run leaves it that dies in its second epoch, before some tables have it. */
  private Path killedBefore(List<String> tables) throws IOException {
    Path lake = dir.resolve("killed" + tables.size());
    KilledRun.copy(project.lake(), lake, 2, tables);
    return lake;
  }

  /** What the table has is decided, and so is what follows it. */
  @Test
  void anEpochThatIsDoneAgainWithDeduplicationAddedKeepsItsRows() {
    String without = PIPELINE.replaceAll("    deduplicate: .*\\R", "");
    project.yaml(without.replace("amount < 1000", "amount < 10")).land("1.csv", FIRST);
    TestingUpdates.fail(project.compile());
    assertEquals(8, texts("once").size());
    project.yaml(PIPELINE);
    TestingUpdates.run(project.compile());
    assertEquals(8, texts("once").size(), "it was committed before");
    assertEquals(texts("once"), texts("follower"));
  }

  @Test
  void filesOfDeltaLiveTablesSayItByDistinctAndWatermark() {
    project.yaml("pipeline: p\ndlt_sql: all.sql\n");
    project.file(
        "all.sql",
        """
        CREATE STREAMING TABLE bronze AS SELECT * FROM STREAM read_files('in/*.csv',
          format => 'csv', header => true, schema => 'id BIGINT, at TIMESTAMP, amount INT');
        CREATE STREAMING TABLE once AS
          SELECT DISTINCT id, at, 0 AS amount
          FROM STREAM(bronze) WATERMARK at DELAY OF INTERVAL 10 MINUTES
          WHERE id < 3;
        """);
    project.land("1.csv", FIRST + "1,2026-01-01T00:00:00Z,5\n");
    TestingUpdates first = TestingUpdates.run(project.compile());
    assertEquals(List.of("1|0", "1|0", "1|0", "2|0", "2|0"), texts("once"));
    assertEquals(1, first.last("once").duplicates());
    project.land("2.csv", FIRST + "2,2026-01-01T00:00:09Z,5\n");
    assertEquals(5, TestingUpdates.run(project.compile()).last("once").duplicates());
    assertEquals(6, texts("once").size());
  }
}
