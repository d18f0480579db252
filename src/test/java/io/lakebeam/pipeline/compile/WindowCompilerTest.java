package io.lakebeam.pipeline.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.sql.catalyst.group.WindowGrid;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may group a stream by windows, and what is told of what may not. */
class WindowCompilerTest {
  private static final String STREAM = "STREAM bronze WATERMARK ts DELAY OF INTERVAL 10 MINUTES";

  @TempDir Path dir;

  private TestingPipeline pipeline(String query, String more) {
    return new TestingPipeline(dir)
        .file("q.sql", query)
        .yaml(
            """
            pipeline: p
            sources:
              events: {files: "in/*.csv", format: csv, schema: "ts TIMESTAMP, text STRING, carrier STRING, qty INT"}
              names: {reference: names.csv, format: csv, schema: "carrier STRING, name STRING"}
            datasets:
              bronze: {streaming_table: {from: events}}
              counts: {streaming_table: q.sql}
            """
                + more.indent(2));
  }

  private CompiledWindows windows(String query) {
    return pipeline(query, "").compile().windows().get(0);
  }

  private String told(String query) {
    List<String> told = pipeline(query, "").told();
    assertEquals(1, told.size(), told.toString());
    return told.get(0);
  }

  @Test
  void onlyTheColumnsAreReadThatAreNeeded() {
    for (String window : List.of("'5 minutes'", "'10 minutes', '5 minutes'")) {
      CompiledWindows counts =
          windows(
              "SELECT window.end, carrier, COUNT(*) AS n FROM "
                  + STREAM
                  + " GROUP BY window(ts, "
                  + window
                  + "), carrier");
      assertEquals(List.of("ts", "carrier"), counts.query().groups().reads());
      assertEquals(List.of("end", "carrier", "n"), counts.table().columns().names());
      assertEquals("ts", counts.query().time());
      assertEquals(600_000_000L, counts.query().delay());
      assertEquals(
          Map.of(
              "end", List.of(new ColumnOrigin("bronze", "ts")),
              "carrier", List.of(new ColumnOrigin("bronze", "carrier")),
              "n", List.of()),
          counts.query().lineage().origins());
    }
  }

  @Test
  void timesAreFoundBelowOtherNames() {
    CompiledWindows counts =
        windows(
            "WITH a AS (SELECT ts AS at, qty FROM "
                + STREAM
                + " WHERE qty > 1), b AS (SELECT at AS t, qty FROM a)"
                + " SELECT window.start, SUM(qty) AS qty FROM b AS c"
                + " GROUP BY window(c.t, '1 hour', '20 minutes', '5 minutes')");
    assertEquals("ts", counts.query().time());
    WindowGrid grid = counts.query().grid();
    long minute = 60_000_000L;
    assertEquals(60 * minute, grid.length());
    assertEquals(20 * minute, grid.slide());
    assertEquals(65 * minute, grid.firstEndAfter(45 * minute));
    assertEquals(45 * minute, grid.lastEndUpTo(65 * minute - 1));
    assertEquals(-15 * minute, grid.lastEndUpTo(0));
  }

  @Test
  void rowsMayBeJoinedWithReferenceData() {
    CompiledWindows counts =
        windows(
            "SELECT window.start, name, COUNT(*) AS n FROM "
                + STREAM
                + " AS e JOIN names AS r ON r.carrier = e.carrier"
                + " GROUP BY window(ts, '5 minutes'), name");
    assertEquals(List.of("ts", "carrier"), counts.query().groups().reads());
  }

  @Test
  void whatIsNeverClosedIsRefused() {
    assertTrue(
        told("SELECT carrier, COUNT(*) AS n FROM " + STREAM + " GROUP BY carrier")
            .contains("a streaming table cannot group rows without a window | "));
    assertTrue(
        told("SELECT carrier, COUNT(*) AS n FROM STREAM bronze GROUP BY carrier")
            .contains("a streaming table cannot group rows | "));
    assertTrue(
        told("SELECT session_window.start, COUNT(*) AS n FROM "
                + STREAM
                + " GROUP BY session_window(ts, '5 minutes')")
            .contains("session windows are not possible here | "));
    assertTrue(
        told("SELECT window.start, COUNT(*) AS n FROM "
                + STREAM
                + " GROUP BY ROLLUP(window(ts, '5 minutes'), carrier)")
            .contains("not possible here | "));
    assertTrue(
        told("SELECT window.start AS s, COUNT(*) AS n FROM "
                + STREAM
                + " GROUP BY window(ts, '5 minutes') ORDER BY s")
            .contains("ORDER BY, LIMIT and OFFSET are not possible here | "));
    assertTrue(
        told("SELECT b.ts, s.n FROM "
                + STREAM
                + " AS b JOIN (SELECT carrier, COUNT(*) AS n FROM names GROUP BY carrier) AS s"
                + " ON s.carrier = b.carrier")
            .contains("a streaming table cannot group rows | "));
  }

  @Test
  void theWatermarkIsOfTheTimeOfTheWindows() {
    String told =
        told(
            "SELECT window.start, COUNT(*) AS n FROM "
                + STREAM
                + " GROUP BY window(ts + INTERVAL 1 HOUR, '5 minutes')");
    assertTrue(told.contains("its windows are of something that is computed"), told);
    told =
        told(
            "SELECT window.start, COUNT(*) AS n FROM "
                + STREAM
                + " GROUP BY window(_ingested_at, '5 minutes')");
    assertTrue(told.contains("its windows are of _ingested_at, the WATERMARK is of ts"), told);
    told =
        told(
            "SELECT window.start, COUNT(*) AS n FROM (SELECT CAST(text AS TIMESTAMP) AS t FROM"
                + " bronze) WATERMARK t DELAY OF INTERVAL 1 HOUR GROUP BY window(t, '5 minutes')");
    assertTrue(told.contains("the WATERMARK is of no column that the table has"), told);
  }

  @Test
  void aggregatesAreThoseOfViews() {
    assertTrue(
        told("SELECT window.start, COUNT(DISTINCT carrier) AS n FROM "
                + STREAM
                + " GROUP BY window(ts, '5 minutes')")
            .contains("is not possible in a table of windows | "));
  }

  @Test
  void windowsAreOfAStreamingTable() {
    String query =
        "SELECT window.start, COUNT(*) AS n FROM "
            + STREAM.replace("bronze", "events")
            + " GROUP BY window(ts, '5 minutes')";
    String told = told(query);
    assertTrue(told.startsWith("q.sql:1 windows cannot be made of events | "), told);
    assertTrue(told.contains("{streaming_table: {from: source}}"), told);
  }

  @Test
  void whoReadsWindowsReadsThemWhole() {
    String query =
        "SELECT window.start AS at, carrier, COUNT(*) AS n FROM "
            + STREAM
            + " GROUP BY window(ts, '5 minutes'), carrier";
    CompiledPipeline compiled =
        pipeline(
                query,
                """
                total: {materialized_view: {sql: "SELECT carrier, SUM(n) AS n FROM counts GROUP BY carrier"}}
                joined: {streaming_table: {sql: "SELECT e.qty, c.n FROM STREAM bronze AS e LEFT JOIN counts AS c ON c.carrier = e.carrier AND c.at <= e.ts"}}
                """)
            .compile();
    assertEquals("counts", compiled.additiveViews().get(0).upstream());
    assertEquals(List.of("counts"), List.copyOf(compiled.joinedTables().keySet()));
    List<String> told =
        pipeline(
                query,
                """
                copied: {streaming_table: {from: counts}}
                followed: {streaming_table: {sql: "SELECT n FROM STREAM counts"}}
                """)
            .told();
    assertEquals(2, told.size(), told.toString());
    assertTrue(told.get(0).contains("copied takes the rows of counts, which are windows"));
    assertTrue(told.get(1).contains("followed takes the rows of counts, which are windows"));
  }

  @Test
  void viewsMayGroupByWindowsToo() {
    String view =
        """
        v: {materialized_view: {sql: "SELECT window.start, window.end, carrier, COUNT(*) AS n FROM silver GROUP BY window(ts, '10 minutes', '5 minutes'), carrier"}}
        w: {materialized_view: {sql: "SELECT window(ts, '5 minutes').end AS till, SUM(qty) AS n FROM silver GROUP BY window(ts, '5 minutes').end"}}
        silver: {streaming_table: {sql: "SELECT ts, carrier, qty FROM bronze"}}
        """;
    CompiledPipeline compiled = pipeline("SELECT 1 AS n FROM bronze", view).compile();
    assertEquals(List.of("ts", "carrier"), compiled.additiveViews().get(0).query().reads());
    assertEquals(
        List.of("start", "end", "carrier", "n"),
        compiled.additiveViews().get(0).query().columns().names());
    assertEquals(List.of("ts", "qty"), compiled.additiveViews().get(1).query().reads());
    List<String> told =
        pipeline(
                "SELECT 1 AS n FROM bronze",
                view.replaceFirst(
                        "window[(]ts, '10 minutes', '5 minutes'[)]", "session_window(ts, '1 hour')")
                    .replaceFirst("window.start, window.end", "session_window.start"))
            .told();
    assertEquals(1, told.size(), told.toString());
    assertTrue(
        told.get(0).contains("session_window is not possible in a materialized view"), told.get(0));
  }

  @Test
  void aTableHasWindowsOrFlows() {
    List<String> told =
        pipeline(
                "SELECT 1 AS n FROM bronze",
                """
                both:
                  streaming_table:
                    flows:
                      - {sql: "SELECT window.start, COUNT(*) AS n FROM STREAM bronze WATERMARK ts DELAY OF INTERVAL 1 HOUR GROUP BY window(ts, '5 minutes')"}
                      - {sql: "SELECT ts AS start, 1L AS n FROM bronze"}
                  deduplicate: {by: [n], within: 10m}
                """)
            .told();
    assertEquals(2, told.size(), told.toString());
    assertTrue(told.get(0).contains("both cannot have other flows beside this query"));
    assertTrue(told.get(1).contains("both cannot drop duplicates"));
  }
}
