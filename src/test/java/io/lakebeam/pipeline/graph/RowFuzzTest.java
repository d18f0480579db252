package io.lakebeam.pipeline.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceReader;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.ExtremeRows;
import io.lakebeam.testing.Fuzz;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import io.lakebeam.testing.TestingRows;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows with the extremes of every type go through rules, partitions, views and writers: each ends
 * in a table or a quarantine, with its position, and no update stops. No random text is one on
 * which the rule steps takes long: that takes most of a round's time, and has a test of its own.
 */
class RowFuzzTest {
  private static final String YAML =
      """
      pipeline: p
      sources:
        a:
          files: "in/*.json"
          format: json
          schema: "%s"
      datasets:
        bronze: {streaming_table: {from: a}}
        by_text: {streaming_table: {sql: "SELECT s, n FROM bronze"}, partition_by: [s]}
        by_value:
          streaming_table: {sql: "SELECT i, d, m, dt, s FROM bronze"}
          partition_by: [d, dt, i]
        by_time:
          streaming_table:
            sql: "SELECT TIMESTAMP_MILLIS(n) AS at2, TIMESTAMP_MILLIS(n) AS at3, ts FROM bronze"
          partition_by: [at2]
        times:
          streaming_table:
            sql: "SELECT TIMESTAMP_MILLIS(n) AS t, TIMESTAMP_MICROS(n) AS u, DATE_ADD(dt, i) AS e,
              DATE_FROM_UNIX_DATE(i) AS f, TIMESTAMP_SECONDS(n) AS v, DATE_TRUNC('YEAR', ts) AS w,
              LAST_DAY(dt) AS l, ADD_MONTHS(dt, i) AS x, CAST(ts AS STRING) AS y FROM bronze"
        numbers:
          streaming_table:
            sql: "SELECT m * m AS mm, n + n AS nn, ROUND(d, 2) AS r, ROUND(m, 1) AS q, f * f AS ff,
              CAST(s AS DECIMAL(10,2)) AS x, TRY_CAST(t AS DOUBLE) AS y, CAST(d AS INT) AS z,
              CAST(m AS STRING) AS w FROM bronze"
        texts:
          streaming_table:
            sql: "SELECT s, t, i, REPEAT(s, i) AS r, LPAD(t, i, s) AS l, s || t AS c, HEX(s) AS h,
              REGEXP_REPLACE(t, '(a+)+b', s) AS g, SPLIT(s, ',') AS p, SUBSTR(s, i, i) AS u,
              GET_JSON_OBJECT(s, '$.a') AS j, REPLACE(t, 'a', s) AS e FROM bronze"
          expect:
            steps: {expect: "NOT s RLIKE r'^(z+)+\\\\1#$'", on_violation: quarantine, null_passes: true}
            division: {expect: "100 / i < 7", on_violation: warn, null_passes: true}
            like: {expect: "s NOT LIKE '%%a%%b%%c'", on_violation: warn, null_passes: true}
        every: {streaming_table: {sql: "SELECT * FROM bronze"}}
        counts:
          materialized_view:
            sql: "SELECT s, COUNT(*) AS c, AVG(d) AS x, MIN(ts) AS y, MAX(m) AS z, AVG(n) AS w
              FROM bronze GROUP BY s"
        sums: {materialized_view: {sql: "SELECT i, SUM(n) AS x, SUM(m) AS y FROM bronze GROUP BY i"}}
        moments:
          materialized_view:
            sql: "SELECT TIMESTAMP_MILLIS(n) AS t, COUNT(*) AS c FROM bronze
              GROUP BY TIMESTAMP_MILLIS(n)"
          partition_by: [t]
      """;

  private static final List<String> FED =
      List.of("by_text", "by_value", "by_time", "times", "numbers", "texts", "every");

  private static final List<Logger> LOUD =
      List.of(Logger.getLogger("org.apache.beam"), Logger.getLogger("io.lakebeam.delta"));

  @TempDir Path dir;
  private TestingPipeline project;
  private CompiledPipeline pipeline;
  private TestingGraph graph;
  private long epoch;

  @BeforeEach
  void compile() {
    LOUD.forEach(logger -> logger.setLevel(Level.SEVERE));
    project =
        new TestingPipeline(dir)
            .yaml(YAML.formatted(ExtremeRows.SCHEMA))
            .folder("lake/_lakebeam/p");
    pipeline = project.compile();
    graph = new TestingGraph(pipeline);
    for (CompiledTable table : pipeline.tables()) {
      DeltaTable.at(table.path()).create(table.definition());
      DeltaTable.at(table.quarantinePath()).create(table.quarantineDefinition());
    }
    pipeline.views().forEach(view -> DeltaTable.at(view.path()).create(view.definition()));
    new EventLog(Place.of(pipeline.spec().lake()), pipeline.id(), pipeline.name()).create();
  }

  @Test
  void everyRowEndsInATableOrAQuarantine() {
    Fuzz.rounds(
        3,
        random -> {
          ExtremeRows rows = new ExtremeRows(random);
          run(List.of(rows.values(20), rows.values(20)), random);
          check();
        });
  }

  @Test
  void aTimeBeyondMicrosecondsIsQuarantinedWithColumnAndPosition() {
    run(List.of(List.of(row("n", 9_000_000_000_000_000_000L), row("n", 1L))), new Random(1));
    check();
    List<String> bad = quarantine("times");
    assertEquals(1, bad.size());
    assertTrue(
        bad.get(0).matches("/in/1/0:0\\|raw 0\\|the query fails on this row: long overflow"),
        bad.get(0));
    assertEquals(1, Tables.rows(project.table("times")).size());
    assertEquals(1, quarantine("by_time").size());
  }

  @Test
  void aCharacterThatTheCutOfAFolderSplitsIsStored() {
    String text = "a".repeat(59) + "\ud83d\ude00" + "tail";
    run(List.of(List.of(row("s", text), row("s", "S\u00e3o Paulo"))), new Random(1));
    check();
    assertEquals(List.of("S\u00e3o Paulo", text), Tables.texts(project.table("by_text"), "s"));
  }

  @Test
  void textsThatTakeTooLongAreQuarantined() {
    String digits = "1".repeat(1_000_000);
    run(List.of(List.of(row("s", digits), row("s", "z".repeat(40) + "!"))), new Random(1));
    check();
    assertTrue(
        quarantine("numbers").get(0).contains("_RANGE] The value 1111"),
        quarantine("numbers").toString());
    assertTrue(
        quarantine("texts").toString().contains("rule steps: the regular expression '^(z+)+"),
        quarantine("texts").toString());
  }

  /** The streaming tables have their rows; each view has its own, or says why not. */
  @Test
  void aSumThatOverflowsLeavesItsViewBehind() {
    long much = 9_000_000_000_000_000_000L;
    run(List.of(List.of(row("n", much), row("n", much))), new Random(1));
    check();
    assertEquals(2, Tables.rows(project.table("every")).size());
    assertTrue(Tables.rows(project.table("sums")).isEmpty());
    assertTrue(Tables.rows(project.table("moments")).isEmpty());
    assertEquals(List.of("9.0E18"), Tables.texts(project.table("counts"), "w"));
    List<String> events = Tables.texts(project.table("event_log"), "message");
    for (String view : List.of("sums", "moments")) {
      String behind = view + ": 0 in, 0 accepted, 0 dropped, 0 quarantined, behind";
      assertTrue(events.contains(behind), events.toString());
    }
  }

  private static Map<String, Object> row(String column, Object value) {
    return Map.of(column, value);
  }

  private List<String> quarantine(String table) {
    return Tables.texts(project.table(table) + "_quarantine", "_position", "_raw", "_error");
  }

  private void run(List<? extends List<Map<String, Object>>> files, Random random) {
    epoch++;
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      slices.add(new Slice.FileSlice("a", "/in/" + epoch + "/" + i, 1, 0));
    }
    TableSchema schema = SourceReader.rowSchema(pipeline.source("a"));
    EpochPlan plan = new EpochPlan("p", epoch, Instant.EPOCH, slices, Map.of());
    assertTrue(new Ledger(pipeline.lake(), "p").put(plan));
    graph.run(
        pipeline,
        plan,
        (source, slice, ingestedAt, out) -> {
          String path = ((Slice.FileSlice) slice).path();
          List<Map<String, Object>> rows = files.get(path.charAt(path.length() - 1) - '0');
          for (int i = 0; i < rows.size(); i++) {
            Map<String, Object> values = new TreeMap<>(rows.get(i));
            values.put("id", epoch * 1000L + i);
            values.put("_source", "a");
            values.put("_position", path + ":" + i);
            values.put("_ingested_at", ingestedAt);
            values.put("_raw", "raw " + i);
            out.row(TestingRows.of(schema, schema.names().stream().map(values::get).toArray()));
          }
        },
        random);
  }

  /** Nothing of what a table read is lost or doubled. */
  private void check() {
    List<String> all = positions("bronze");
    assertEquals(new TreeSet<>(all).size(), all.size());
    for (String table : FED) {
      List<String> ended = positions(table);
      ended.addAll(positions(table + "_quarantine"));
      ended.sort(null);
      assertEquals(all, ended, table);
    }
    long counted =
        Tables.rows(project.table("counts")).stream().mapToLong(row -> row.getInt64("c")).sum();
    assertEquals(all.size(), counted);
    for (Row each : Tables.rows(project.table("texts_quarantine"))) {
      boolean hasReason =
          each.getValue("_error") != null || !each.getArray("_failed_expectations").isEmpty();
      assertTrue(hasReason, each.toString());
    }
  }

  private List<String> positions(String table) {
    return new ArrayList<>(Tables.texts(project.table(table), "_position"));
  }

  @Test
  void numbersStayExactOnTheWay() {
    run(List.of(List.of(Map.of("m", new BigDecimal("9".repeat(38))))), new Random(1));
    check();
    assertEquals(List.of("9".repeat(38)), Tables.texts(project.table("every"), "m"));
    assertTrue(
        quarantine("numbers").get(0).contains("cannot be represented as Decimal(38, 0)"),
        quarantine("numbers").get(0));
  }
}
