package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns that come, go and come back between updates of one lake. */
class ChangingColumnsIT {
  private static final String ORDERS =
      """
      pipeline: p
      sources:
        orders: {files: "in/*.json", format: json, schema: "id INT, city STRING"}
      datasets:
        bronze: {streaming_table: {from: orders}}
        silver:
          streaming_table: {sql: "SELECT id, city FROM bronze"}
          expect: {has_city: {expect: city <> '', on_violation: quarantine}}
        by_city:
          materialized_view: {sql: "SELECT city, COUNT(*) AS n FROM silver GROUP BY city"}
      """;
  private static final String WITH_GATE =
      ORDERS
          .replace("city STRING\"", "city STRING, gate STRUCT<no: INT>\"")
          .replace("SELECT id, city FROM", "SELECT id, city, gate.no AS gate FROM");

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir).yaml(ORDERS);
    project.land("1.json", "{\"id\":1,\"city\":\"ulm\"}\n{\"id\":2}\n");
  }

  private TestingUpdates run(String yaml) {
    return TestingUpdates.run(project.yaml(yaml).compile());
  }

  private List<String> texts(String table, String... columns) {
    return Tables.texts(project.table(table), columns);
  }

  private List<Long> versions() {
    return Stream.of("bronze", "silver", "silver_quarantine", "by_city")
        .map(table -> Tables.version(project.table(table)))
        .toList();
  }

  @Test
  void columnsComeWithTheirFirstRowsGoAndComeBack() {
    run(ORDERS);
    List<Long> before = versions();
    TestingUpdates told = run(WITH_GATE);
    assertEquals(before, versions(), "there are no rows yet that have the column");
    assertEquals(
        List.of("bronze: columns added: gate STRUCT<no: INT>", "silver: columns added: gate INT"),
        told.columns);

    project.land("2.json", "{\"id\":3,\"city\":\"ulm\",\"gate\":{\"no\":7}}\n{\"id\":4}\n");
    String withView =
        WITH_GATE
            + "  by_gate:\n    materialized_view:"
            + " {sql: \"SELECT gate, COUNT(*) AS n FROM silver GROUP BY gate\"}\n";
    run(withView);
    assertEquals(List.of("1|null", "3|7"), texts("silver", "id", "gate"));
    assertEquals(List.of("2|null", "4|null"), texts("silver_quarantine", "id", "gate"));
    assertEquals(List.of("ulm|2"), texts("by_city", "city", "n"));
    assertEquals(List.of("7|1", "null|1"), texts("by_gate", "gate", "n"));

    project.land("3.json", "{\"id\":5,\"city\":\"ulm\",\"gate\":{\"no\":8}}\n{\"id\":6}\n");
    assertEquals(List.of(), run(ORDERS).columns, "a column that goes stays for the rows it has");
    assertEquals(List.of("1|null", "3|7", "5|null"), texts("silver", "id", "gate"));
    assertEquals(List.of("null", "null", "null", "{\"gate\":{\"no\":8}}"), rescued());

    project.land("4.json", "{\"id\":7,\"city\":\"ulm\",\"gate\":{\"no\":9}}\n");
    assertEquals(List.of(), run(WITH_GATE).columns);
    assertEquals(List.of("1|null", "3|7", "5|null", "7|9"), texts("silver", "id", "gate"));
  }

  private List<String> rescued() {
    return texts("bronze", "_rescued").stream().skip(2).toList();
  }

  @Test
  void whatCannotBeDoneInPlaceIsToldBeforeAnythingIsWritten() {
    run(ORDERS);
    project.land("2.json", "{\"id\":3,\"city\":\"ulm\"}\n");
    List<Long> before = versions();
    project.yaml(ORDERS.replace("SELECT id, city", "SELECT CAST(id AS STRING) AS id, city"));
    UpdateFailedException refused = TestingUpdates.fail(project.compile());
    assertEquals(
        "columns of tables that exist cannot become what the pipeline declares", refused.problem());
    assertEquals(
        "table silver, column id: the table has INT, the pipeline declares STRING; a type does not"
            + " change in place. table silver_quarantine, column id: the table has INT, the pipeline"
            + " declares STRING; a type does not change in place",
        refused.reason());
    assertTrue(
        refused.fix().startsWith("declare the columns as the table has them"), refused.fix());
    assertEquals(before, versions());
    run(ORDERS);
    assertEquals(List.of("1", "3"), texts("silver", "id"));
  }

  /** An epoch that was planned under the old columns is done under those of today. */
  @Test
  void anEpochThatIsDoneAgainHasTheColumnsOfToday() {
    String failing = ORDERS.replace("on_violation: quarantine", "on_violation: fail");
    TestingUpdates.fail(project.yaml(failing).compile());
    assertEquals(List.of("1", "2"), texts("bronze", "id"));
    assertEquals(List.of(), texts("silver", "id"));

    TestingUpdates again = run(WITH_GATE.replace("SELECT id, city,", "SELECT id, 'x' AS city,"));
    assertEquals(1, again.replays());
    assertEquals(List.of("1|x|null", "2|x|null"), texts("silver", "id", "city", "gate"));
    assertEquals(List.of("1", "2"), texts("bronze", "id"), "it has the epoch, and no column yet");
  }

  /** What a source refuses to pass over is declared, and the same records are read. */
  @Test
  void aNewFieldStopsTheUpdateUntilItIsDeclared() {
    String failing = ORDERS.replace("format: json", "format: json, new_fields: fail");
    run(failing);
    List<Long> before = versions();
    project.land("2.json", "{\"id\":3,\"city\":\"ulm\"}\n{\"id\":4,\"city\":\"x\",\"gate\":{}}\n");
    UpdateFailedException stopped = TestingUpdates.fail(project.yaml(failing).compile());
    assertTrue(
        stopped.problem().contains("a record has the field gate, which the schema does not know"),
        stopped.problem());
    assertEquals(before, versions());
    run(WITH_GATE.replace("format: json", "format: json, new_fields: fail"));
    assertEquals(List.of("1", "2", "3", "4"), texts("bronze", "id"));
  }

  /** The version that a plan names may be older than the column that a query asks for. */
  @Test
  void aJoinAsksAnOlderVersionForAYoungerColumn() {
    String joining =
        """
          events:
            streaming_table:
              sql: "SELECT e.id, s.city%s FROM STREAM(bronze) e LEFT JOIN silver s ON e.id = s.id"
        """;
    run(ORDERS + joining.formatted(""));
    project.land("2.json", "{\"id\":1,\"city\":\"bonn\",\"gate\":{\"no\":7}}\n");
    run(WITH_GATE + joining.formatted(", s.gate"));
    assertEquals(
        List.of("1|null|null", "1|ulm|null", "2|null|null"), texts("events", "id", "city", "gate"));
    project.land("3.json", "{\"id\":1,\"city\":\"\"}\n");
    run(WITH_GATE + joining.formatted(", s.gate"));
    assertTrue(texts("events", "id", "city", "gate").contains("1|bonn|7"));
  }
}
