package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.cli.TestingConsole;
import io.lakebeam.cli.console.Logging;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An epoch that refuses too much. */
class BudgetIT {
  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        feed: {files: "in/*.json", format: json, schema: "id BIGINT NOT NULL"}
      datasets:
        bronze: {streaming_table: {from: feed}}
        silver:
          streaming_table: {sql: "SELECT id FROM bronze"}
          expect: {small: {expect: id < 100, on_violation: quarantine}}
          budget: {percent: 10}
        gold: {streaming_table: {sql: "SELECT id FROM silver"}}
      """;

  @TempDir Path dir;
  private TestingPipeline project;
  private TestingConsole console;

  @BeforeEach
  void land() {
    project = new TestingPipeline(dir).yaml(PIPELINE);
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    StringBuilder lines = new StringBuilder();
    for (int id = 0; id < 120; id++) {
      lines.append("{\"id\":").append(id).append("}\n");
    }
    project.land("1.json", lines.toString());
  }

  private long rows(String table) {
    return Tables.rows(project.table(table)).size();
  }

  @Test
  void stopsTheUpdateBeforeItIsCommittedAndGoesOnWhenItMay() {
    assertEquals(1, console.type("run", "p"));
    String told = console.err();
    assertTrue(told.contains("error: epoch 1 is over the budget of silver_quarantine"), told);
    assertTrue(told.contains("20 of 120 rows are refused, and its budget is 10 percent"), told);
    assertEquals(
        List.of(120L, 0L, 0L, 0L),
        List.of(rows("bronze"), rows("silver"), rows("silver_quarantine"), rows("gold")));
    assertEquals(1, console.type("run", "p"), "nothing has changed");

    project.yaml(PIPELINE.replace("percent: 10", "percent: 20, rows: 20"));
    assertEquals(0, console.type("run", "p"), console.err());
    assertEquals(
        List.of(120L, 100L, 20L, 100L),
        List.of(rows("bronze"), rows("silver"), rows("silver_quarantine"), rows("gold")));

    // What is refused again is no news.
    project.yaml(PIPELINE.replace("percent: 10", "rows: 0"));
    assertEquals(0, console.type("quarantine", "replay", "p", "--yes"), console.err());
    assertEquals("20 rows refused again\n", console.out());
  }

  @Test
  void isToldWhereItStopsNothing() {
    project.yaml(PIPELINE.replace("percent: 10", "rows: 19, on_excess: warn"));
    assertEquals(0, console.type("run", "p"), console.err());
    assertTrue(
        console.err().contains("silver: 20 of 120 rows are refused, and its budget is 19"),
        console.err());
    assertEquals(
        List.of("WARN|silver|silver: 20 of 120 rows are refused, and its budget is 19"),
        Tables.texts(project.table("event_log"), "event_type", "level", "dataset_name", "message")
            .stream()
            .filter(event -> event.startsWith("budget_exceeded|"))
            .map(event -> event.substring("budget_exceeded|".length()))
            .toList());
  }

  @Test
  void belongsToStreamingTables() {
    project.yaml(
        PIPELINE.replace(
            "gold: {streaming_table: {sql: \"SELECT id FROM silver\"}}",
            "gold: {materialized_view: {sql: \"SELECT MAX(id) AS id FROM silver\"}, budget: {rows: 1}}"));
    assertTrue(
        project.told().get(0).contains("only a streaming_table has budget"),
        project.told().toString());
    project.yaml(PIPELINE.replace("percent: 10", "percent: 101"));
    assertTrue(project.told().get(0).contains("a number from 0 to 100"), project.told().toString());
  }
}
