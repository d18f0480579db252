package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.RuleResult;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows come once, when they are closed, whoever runs the epochs and however often. */
class WindowsIT {
  private static final String PIPELINE =
      """
      pipeline: p
      lake: "${LAKE:-./lake}"
      sources:
        events: {files: "in/*.csv", format: csv, schema: "ts TIMESTAMP, carrier STRING, qty INT"}
      datasets:
        bronze: {streaming_table: {from: events}}
        counts:
          streaming_table: transforms/counts.sql
          expect:
            few: {expect: qty < 1000, on_violation: quarantine}
        total: {materialized_view: {sql: "SELECT carrier, SUM(n) AS n FROM counts GROUP BY carrier"}}
      """;

  private static final String QUERY =
      """
      SELECT window.start AS from_time, window.end AS to_time, carrier, COUNT(*) AS n, SUM(qty) AS qty
      FROM STREAM bronze WATERMARK ts DELAY OF INTERVAL 10 MINUTES
      WHERE qty > 0
      GROUP BY window(ts, '5 minutes'), carrier
      """;

  private static final List<String> BATCHES =
      List.of(
          // The latest is 10:14:59.999, so what ends at 10:04:59.999 is closed: nothing.
          """
          2026-01-01T10:01:00Z,AA,1
          2026-01-01T10:04:59.999999Z,AA,2
          2026-01-01T10:05:00Z,AA,4
          2026-01-01T10:02:00Z,BB,8
          2026-01-01T10:14:59.999999Z,BB,16
          ,BB,5
          """,
          // 10:05 is closed, with a row that has come just in time.
          """
          2026-01-01T10:15:00Z,AA,1
          2026-01-01T10:03:00Z,AA,32
          2026-01-01T10:03:00Z,AA,0
          """,
          // One comes too late; 10:15 is closed.
          """
          2026-01-01T10:04:00Z,AA,64
          2026-01-01T10:04:00Z,AA,0
          2026-01-01T10:06:00Z,AA,128
          2026-01-01T10:25:00.000999Z,CC,1
          """,
          // Nothing is closed by rows of the past.
          """
          2026-01-01T10:16:00Z,AA,2
          """,
          """
          2026-01-01T11:00:00Z,AA,1
          2026-01-01T10:16:00Z,,4
          2026-01-01T10:17:00Z,DD,4000
          """);

  private static final List<String> OF_2 = List.of("10:00|10:05|AA|3|35", "10:00|10:05|BB|1|8");
  private static final List<String> OF_3 = List.of("10:05|10:10|AA|2|132", "10:10|10:15|BB|1|16");
  private static final List<String> OF_5 =
      List.of("10:15|10:20|AA|2|3", "10:15|10:20|null|1|4", "10:25|10:30|CC|1|1");

  @TempDir Path dir;
  private TestingPipeline project;
  private int landed;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir).yaml(PIPELINE).file("transforms/counts.sql", QUERY);
  }

  private TestingUpdates next() {
    return next(TestingUpdates.DIRECT);
  }

  private TestingUpdates next(RunnerProfile profile) {
    project.land(landed + ".csv", "ts,carrier,qty\n" + BATCHES.get(landed++));
    return TestingUpdates.run(project.compile(), profile);
  }

  private List<String> counts() {
    return counts(project.lake());
  }

  private static List<String> counts(Path lake) {
    return Tables.texts(
            lake.resolve("counts").toString(), "from_time", "to_time", "carrier", "n", "qty")
        .stream()
        .map(row -> row.replaceAll("2026-01-01T(\\d\\d:\\d\\d):00Z", "$1"))
        .sorted()
        .toList();
  }

  private static List<String> all(List<List<String>> parts) {
    return parts.stream().flatMap(List::stream).sorted().toList();
  }

  private static void assertCounts(
      long accepted, long dropped, long quarantined, long late, DatasetResult result) {
    assertEquals(
        List.of(accepted + dropped + quarantined, accepted, dropped, quarantined, late),
        List.of(
            result.in(), result.accepted(), result.dropped(), result.quarantined(), result.late()));
  }

  @Test
  void windowsComeOnceAndLateRowsAreCounted() {
    TestingUpdates first = next();
    assertEquals(List.of(), counts());
    assertCounts(0, 0, 0, 0, first.last("counts"));
    TestingUpdates second = next();
    assertEquals(OF_2, counts());
    assertCounts(2, 0, 0, 0, second.last("counts"));
    TestingUpdates third = next();
    assertEquals(all(List.of(OF_2, OF_3)), counts());
    assertCounts(2, 1, 0, 1, third.last("counts"));
    TestingUpdates fourth = next();
    assertCounts(0, 0, 0, 0, fourth.last("counts"));
    TestingUpdates fifth = next();
    assertEquals(all(List.of(OF_2, OF_3, OF_5)), counts());
    assertCounts(3, 0, 1, 0, fifth.last("counts"));
    assertEquals(Map.of("few", new RuleResult(3, 1)), fifth.last("counts").rules());
    assertEquals(
        List.of("2026-01-01T10:15:00Z|DD|4000"),
        Tables.texts(project.table("counts_quarantine"), "from_time", "carrier", "qty"));
    assertEquals(
        List.of("AA|7", "BB|2", "CC|1", "null|1"),
        Tables.texts(project.table("total"), "carrier", "n").stream().sorted().toList());
    assertEachGroupHasAPosition();
    assertEquals(List.of(), TestingUpdates.run(project.compile()).plans);
    String late =
        Tables.rows(project.table("event_log")).stream()
            .filter(row -> row.getString("id").equals("p/3/counts"))
            .map(row -> row.getString("details"))
            .findFirst()
            .orElseThrow();
    assertTrue(late.contains("\"dropped_records\":1,\"quarantined_records\":0,\"late_records\":1"));
  }

  private void assertEachGroupHasAPosition() {
    List<String> positions =
        Tables.texts(project.table("counts"), "_source", "_position", "from_time");
    assertEquals(7, positions.stream().distinct().count());
    for (String each : positions) {
      assertTrue(each.matches("counts\\|(2026-01-01T10:\\d\\d:00Z)@[0-9a-f]{32}\\|\\1"), each);
    }
  }

  @Test
  void onSparkTheTablesAreTheSame() {
    next(); // the direct runner begins, and Spark goes on
    next(TestingUpdates.SPARK);
    assertCounts(2, 1, 0, 1, next(TestingUpdates.SPARK).last("counts"));
    assertEquals(all(List.of(OF_2, OF_3)), counts());
  }

  @Test
  void aReplayClosesTheSameWindows() throws IOException {
    next();
    next();
    next();
    List<List<String>> lost = new ArrayList<>();
    lost.add(List.of());
    lost.add(List.of("total"));
    lost.add(List.of("total", "counts"));
    lost.add(List.of("total", "counts", "bronze"));
    for (List<String> tables : lost) {
      Path lake = killedBefore(tables);
      project.set("LAKE", lake.toString());
      TestingUpdates updates = TestingUpdates.run(project.compile());
      assertEquals(1, updates.replays());
      assertEquals(all(List.of(OF_2, OF_3)), counts(lake), tables.toString());
      assertCounts(2, 1, 0, 1, updates.last("counts"));
    }
  }

  /** A lake as a run leaves it that dies in its third epoch, before some tables have it. */
  private Path killedBefore(List<String> tables) throws IOException {
    Path lake = dir.resolve("killed" + tables.size());
    KilledRun.copy(project.lake(), lake, 3, tables);
    return lake;
  }

  @Test
  void aTableThatIsDeclaredLaterHasAllWindows() throws IOException {
    project.yaml(PIPELINE.substring(0, PIPELINE.indexOf("  counts:")));
    for (int i = 0; i < BATCHES.size(); i++) {
      next();
    }
    project.yaml(PIPELINE);
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(List.of(), updates.warnings);
    // What came late then is in the table that is read, and so in its window.
    List<String> withLate = List.of("10:00|10:05|AA|4|99", "10:00|10:05|BB|1|8");
    assertEquals(all(List.of(withLate, OF_3, OF_5)), counts());

    // Its folder may be removed, as that of a view.
    delete("counts");
    TestingUpdates.run(project.compile());
    assertEquals(all(List.of(withLate, OF_3, OF_5)), counts());
  }

  @Test
  void anotherQueryGoesOnWithTheWatermark() {
    next();
    next();
    project.file("transforms/counts.sql", QUERY.replace("10 MINUTES", "0 MINUTES"));
    next();
    // 10:25 is the watermark: what has ended by then, and was not told before.
    List<String> more = List.of("10:15|10:20|AA|1|1");
    assertEquals(all(List.of(OF_2, OF_3, more)), counts());
    project.file("transforms/counts.sql", QUERY);
    TestingUpdates fourth = next();
    assertEquals(1, fourth.last("counts").late());
    assertEquals(all(List.of(OF_2, OF_3, more)), counts());
  }

  @Test
  void aQueryThatFailsHoldsUpNothingElse() {
    project.file(
        "transforms/counts.sql",
        QUERY.replace("SUM(qty) AS qty", "SUM(100 DIV (qty - 32)) AS qty"));
    next();
    project.land("1.csv", "ts,carrier,qty\n" + BATCHES.get(landed++));
    UpdateFailedException failure = TestingUpdates.fail(project.compile());
    assertEquals("the query of table counts fails on a row", failure.problem());
    assertTrue(failure.fix().contains("the windows come in the next update"), failure.fix());
    assertEquals(8, Tables.texts(project.table("bronze"), "qty").size() - 1);
    project.file("transforms/counts.sql", QUERY);
    TestingUpdates.run(project.compile());
    assertEquals(OF_2, counts());
  }

  @Test
  void aRuleThatStopsAnUpdateStopsBeforeAnyWindowIsThere() {
    project.yaml(
        PIPELINE.replace("qty < 1000, on_violation: quarantine", "qty < 9, on_violation: fail"));
    next();
    project.land("1.csv", "ts,carrier,qty\n" + BATCHES.get(landed++));
    UpdateFailedException failure = TestingUpdates.fail(project.compile());
    assertEquals("expectation few of counts stops the update", failure.problem());
    assertEquals(List.of(), counts());
    project.yaml(PIPELINE);
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(1, updates.replays());
    assertEquals(OF_2, counts());
  }

  @Test
  void aTableThatWasMadeAnewGoesOnBehindTheWatermark() throws IOException {
    next();
    next();
    delete("bronze");
    TestingUpdates third = next();
    assertTrue(
        third.warnings.stream()
            .anyMatch(
                told ->
                    told.contains("counts goes on with windows that end behind 2026-01-01T10:05")),
        third.warnings.toString());
    assertEquals(
        all(List.of(OF_2, List.of("10:05|10:10|AA|1|128"))), counts(), "nothing comes twice");
    assertEquals(1, third.last("counts").late());
  }

  private void delete(String table) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(project.table(table)))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void whatIsMadeOfGroupsMayBeAnything() {
    project.file(
        "transforms/counts.sql",
        """
        WITH late AS (SELECT ts AS at, * FROM STREAM bronze WATERMARK ts DELAY OF INTERVAL 5 MINUTES)
        SELECT window AS w, upper(carrier) || '!' AS carrier, SUM(qty) / COUNT(*) AS mean,
          MAX_BY(qty, ts) AS qty, COUNT(*) AS n, window.start AS from_time
        FROM late
        GROUP BY window(at, '10 minutes', '5 minutes'), upper(carrier)
        HAVING COUNT(*) > 1
        """);
    next();
    // Two rows come when one of their windows is closed; in the other one they count.
    assertEquals(2, next().last("counts").late());
    assertEquals(
        List.of("2026-01-01T09:55:00Z|AA!|1.5|2", "2026-01-01T10:00:00Z|AA!|7.8|4"),
        Tables.texts(project.table("counts"), "from_time", "carrier", "mean", "qty").stream()
            .sorted()
            .toList());
  }

  @Test
  void filesOfDeltaLiveTablesSayItAsThere() {
    project.yaml("pipeline: p\ndlt_sql: all.sql\n");
    project.file(
        "all.sql",
        """
        CREATE OR REFRESH STREAMING LIVE TABLE bronze AS SELECT * FROM STREAM read_files('in/*.csv',
          format => 'csv', header => true, schema => 'ts TIMESTAMP, carrier STRING, qty INT');
        CREATE OR REFRESH STREAMING TABLE counts (
          CONSTRAINT few EXPECT (qty < 1000) ON VIOLATION DROP ROW
        ) COMMENT 'Five minutes each' AS
        SELECT window.start AS from_time, window.end AS to_time, carrier, COUNT(*) AS n,
          SUM(qty) AS qty
        FROM STREAM(LIVE.bronze) WATERMARK ts DELAY OF INTERVAL 10 MINUTES
        WHERE qty > 0
        GROUP BY window(ts, '5 minutes'), carrier;
        CREATE MATERIALIZED VIEW total AS SELECT carrier, SUM(n) AS n FROM counts GROUP BY carrier;
        CREATE MATERIALIZED VIEW open AS SELECT window.end AS at, COUNT(*) AS n FROM bronze
          GROUP BY window(ts, '1 hour', '30 minutes');
        """);
    for (int i = 0; i < 4; i++) {
      next();
    }
    TestingUpdates fifth = next();
    assertEquals(all(List.of(OF_2, OF_3, OF_5)), counts());
    assertCounts(3, 1, 0, 0, fifth.last("counts"));
    assertEquals(
        List.of(
            "2026-01-01T10:30:00Z|15",
            "2026-01-01T11:00:00Z|15",
            "2026-01-01T11:30:00Z|1",
            "2026-01-01T12:00:00Z|1"),
        Tables.texts(project.table("open"), "at", "n").stream().sorted().toList());
  }
}
