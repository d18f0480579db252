package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.epoch.EpochResult.RuleResult;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole updates over files, on the direct runner. */
class UpdateIT {
  private static final String ORDERS =
      """
      pipeline: p
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, city STRING, amount DECIMAL(8,2)"}
      datasets:
        bronze: {streaming_table: {from: orders}}
        silver:
          streaming_table: {sql: "SELECT id, UPPER(city) AS city, amount FROM bronze"}
          expect:
            has_city: "city <> ''"
            positive: {expect: amount > 0, on_violation: quarantine}
        by_city:
          materialized_view:
            sql: >-
              SELECT city, COUNT(*) AS orders, SUM(amount) AS total, MIN(amount) AS least,
              MAX(amount) AS most, AVG(amount) AS mean FROM silver GROUP BY city
      """;

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir).yaml(ORDERS);
  }

  private TestingUpdates run() {
    return TestingUpdates.run(project.compile());
  }

  private List<String> texts(String table, String... columns) {
    return Tables.texts(project.table(table), columns);
  }

  @Test
  void filesBecomeBronzeSilverQuarantineAndViews() {
    project.land("1.csv", "id,city,amount\n1,ulm,2.50\n2,ulm,-1\n3,,4\n4,bonn,\n");
    TestingUpdates updates = run();
    assertEquals(List.of("1", "2", "3", "4"), texts("bronze", "id"));
    assertEquals(List.of("1|ULM|2.50", "3|null|4.00"), texts("silver", "id", "city", "amount"));
    assertEquals(
        List.of("2|ULM|-1.00|2,ulm,-1|[positive]|null", "4|BONN|null|4,bonn,|[positive]|null"),
        texts(
            "silver_quarantine", "id", "city", "amount", "_raw", "_failed_expectations", "_error"));
    assertEquals(
        List.of("ULM|1|2.50|2.50|2.50|2.500000", "null|1|4.00|4.00|4.00|4.000000"),
        texts("by_city", "city", "orders", "total", "least", "most", "mean"));
    assertEquals(
        Map.of("has_city", new RuleResult(3, 1), "positive", new RuleResult(2, 2)),
        updates.last("silver").rules());
    assertEquals(4, updates.last("silver").in());
    assertEquals(2, updates.last("silver").accepted());
    assertEquals(2, updates.last("silver").quarantined());
  }

  @Test
  void anUpdateAddsOnlyWhatIsNew() {
    project.land("1.csv", "id,city,amount\n1,ulm,2\n2,bonn,3\n");
    run();
    long bronze = Tables.version(project.table("bronze"));
    long view = Tables.version(project.table("by_city"));
    TestingUpdates nothing = run();
    assertEquals(List.of(), nothing.plans);
    assertEquals(bronze, Tables.version(project.table("bronze")));
    assertEquals(view, Tables.version(project.table("by_city")));

    project.land("2.csv", "id,city,amount\n3,ulm,5\n");
    TestingUpdates more = run();
    assertEquals(1, more.plans.size());
    assertEquals(1, more.last("bronze").in());
    assertEquals(List.of("1", "2", "3"), texts("bronze", "id"));
    assertEquals(
        List.of("BONN|1|3.00|3.00|3.00|3.000000", "ULM|2|7.00|2.00|5.00|3.500000"),
        texts("by_city", "city", "orders", "total", "least", "most", "mean"));
    assertEquals(bronze + 1, Tables.version(project.table("bronze")));
    assertEquals(view + 1, Tables.version(project.table("by_city")));
  }

  @Test
  void theEventLogHasOneRowForEachDatasetAndEpoch() {
    project.land("1.csv", "id,city,amount\n1,ulm,2\n2,bonn,-3\n");
    run();
    run();
    assertEquals(
        List.of(
            "p/1/bronze|bronze|1|bronze: 2 in, 2 accepted, 0 dropped, 0 quarantined, committed",
            "p/1/by_city|by_city|1|by_city: 1 in, 1 accepted, 0 dropped, 0 quarantined, committed",
            "p/1/silver|silver|1|silver: 2 in, 1 accepted, 0 dropped, 1 quarantined, committed"),
        texts("event_log", "id", "dataset_name", "epoch", "message").stream()
            .filter(event -> !event.contains("/flow/"))
            .filter(event -> !event.contains("/planning_information/"))
            .filter(event -> !event.contains("/update/"))
            .toList());
  }

  /** An update says what it computes from what, once, with the first epoch that it plans. */
  @Test
  void theEventLogHasTheLineageOfEachUpdate() throws IOException {
    project.land("1.csv", "id,city,amount\n1,ulm,2\n");
    run();
    run();
    assertEquals(
        List.of(
            "p/1/flow/bronze/1|flow_definition|INFO|bronze|bronze is computed from orders",
            "p/1/flow/by_city/1|flow_definition|INFO|by_city|by_city is computed from silver",
            "p/1/flow/silver/1|flow_definition|INFO|silver|silver is computed from bronze"),
        flows("id", "event_type", "level", "dataset_name", "message"));
    JsonNode silver = new ObjectMapper().readTree(flows("details").get(2)).get("flow_definition");
    assertEquals("silver", silver.get("output_dataset").asText());
    assertEquals("pipeline.yaml", silver.get("flow_name").asText());
    assertEquals("[\"bronze\"]", silver.get("input_datasets").toString());
    assertEquals("APPEND", silver.get("flow_type").asText());
    assertEquals("[\"bronze.city\"]", silver.at("/lineage/city").toString());
    assertEquals("{\"name\":\"city\",\"data_type\":\"STRING\"}", silver.at("/schema/1").toString());

    project.land("2.csv", "id,city,amount\n2,bonn,3\n");
    run();
    assertEquals(6, flows("id").size());
    assertTrue(flows("id").contains("p/2/flow/silver/1"), flows("id").toString());
  }

  private List<String> flows(String... columns) {
    return texts("event_log", columns).stream()
        .filter(event -> event.contains("flow_definition") || event.contains("/flow/"))
        .toList();
  }

  @Test
  void aDecimalWithoutRoomGoesToTheQuarantine() {
    String id = "CAST(id AS DECIMAL(38,0))";
    project.yaml(
        ORDERS.replace(
            "UPPER(city) AS city, amount",
            "city, " + id + " * " + id + " * " + id + " AS amount, amount AS other"));
    project.land("1.csv", "id,city,amount\n2,ulm,1\n9000000000000000000,ulm,7\n");
    TestingUpdates updates = run();
    assertEquals(List.of("2|8"), texts("silver", "id", "amount"));
    List<String> bad =
        texts("silver_quarantine", "_raw", "other", "amount", "_failed_expectations", "_error");
    assertEquals(1, bad.size());
    assertTrue(bad.get(0).contains("[NUMERIC_VALUE_OUT_OF_RANGE"), bad.get(0));
    // No rule was asked of the row that has no room.
    assertEquals(new RuleResult(1, 0), updates.last("silver").rules().get("positive"));
    assertEquals(1, updates.last("silver").quarantined());
  }

  @Test
  void rowsOnWhichTheQueryFailsGoToTheQuarantineWithTheirRecord() {
    project.yaml(
        ORDERS.replace(
            "UPPER(city) AS city, amount",
            "city, CAST(city AS INT) AS number, 10 / CAST(city AS INT) AS share, amount"));
    project.land("1.csv", "id,city,amount\n1,5,1\n2,abc,1\n3,0,1\n");
    TestingUpdates updates = run();
    assertEquals(List.of("1|5|2.0"), texts("silver", "id", "number", "share"));
    List<String> bad = texts("silver_quarantine", "_raw", "_position", "_error");
    assertEquals(2, bad.size(), bad.toString());
    assertTrue(bad.get(0).startsWith("2,abc,1|"), bad.get(0));
    assertTrue(bad.get(0).contains("1.csv:3|the query fails on this row: "), bad.get(0));
    assertTrue(bad.get(0).contains("abc"), bad.get(0));
    assertTrue(bad.get(1).startsWith("3,0,1|"), bad.get(1));
    assertEquals(3, updates.last("silver").in());
    assertEquals(1, updates.last("silver").accepted());
    assertEquals(2, updates.last("silver").quarantined());
    assertEquals(new RuleResult(1, 0), updates.last("silver").rules().get("positive"));
  }

  @Test
  void recordsThatCannotBeDecodedGoToBronzesQuarantine() {
    project.land("1.csv", "id,city,amount\nx,ulm,1\n2,ulm,1\n");
    TestingUpdates updates = run();
    assertEquals(List.of("2"), texts("bronze", "id"));
    List<String> bad = texts("bronze_quarantine", "_raw", "_source", "_error");
    assertEquals(1, bad.size());
    assertTrue(bad.get(0).startsWith("x,ulm,1|orders|"), bad.get(0));
    assertEquals(2, updates.last("bronze").in());
    assertEquals(1, updates.last("bronze").quarantined());
  }

  @Test
  void emptyFilesAndByteOrderMarksAreReadAsWhatTheyAre() {
    project.land("0.csv", "");
    project.land("1.csv", "\uFEFFid,city,amount\n1,ulm,1\n".getBytes(StandardCharsets.UTF_8));
    project.land("2.csv", "id,city,amount\n");
    run();
    assertEquals(List.of("1|ulm"), texts("bronze", "id", "city"));
    assertEquals(List.of(), texts("bronze_quarantine", "_raw"));
    assertEquals(List.of(), run().plans);
  }

  @Test
  void aFileThatGoesBeforeItIsReadStopsTheUpdateUntilSomebodyChooses() throws IOException {
    Path file = project.land("1.csv", "id,city,amount\n1,ulm,1\n");
    project.land("2.csv", "id,city,amount\n2,ulm,1\n");
    Update update =
        TestingUpdates.of(
            project.compile(),
            new UpdateListener() {
              @Override
              public void planned(io.lakebeam.epoch.EpochPlan plan, boolean isReplay) {
                try {
                  Files.deleteIfExists(file);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }
            });
    UpdateFailedException gone =
        assertThrows(UpdateFailedException.class, () -> update.run(Update.Mode.TRIGGERED));
    assertTrue(gone.problem().endsWith("in/1.csv is gone since it was planned"), gone.problem());
    assertTrue(gone.fix().contains("--skip-missing"), gone.fix());
    assertEquals(List.of(), texts("bronze", "id"));
    TestingUpdates.of(project.compile(), new UpdateListener() {})
        .run(Update.Mode.TRIGGERED, EnumSet.of(Update.Consent.SKIP_MISSING));
    assertEquals(List.of("2"), texts("bronze", "id"));
    assertEquals(List.of(), run().plans);
  }

  @Test
  void aMissingLandingFolderIsSaid() throws IOException {
    Files.delete(dir.resolve("in"));
    UpdateFailedException failure = TestingUpdates.fail(project.compile());
    assertTrue(failure.problem().contains("source orders: the folder "), failure.problem());
    assertTrue(failure.problem().endsWith("in does not exist"), failure.problem());
    assertTrue(failure.fix().startsWith("Create it"), failure.fix());
  }

  @Test
  void aLakeThatIsAFileIsSaid() {
    project.file("lake", "I am in the way");
    UpdateFailedException failure = TestingUpdates.fail(project.compile());
    assertTrue(failure.problem().contains(project.lake().toString()), failure.problem());
    assertFalse(failure.problem().contains("unexpected"), failure.problem());
  }

  @Test
  void aTableWithAnotherSchemaIsSaid() {
    project.land("1.csv", "id,city,amount\n1,ulm,1\n");
    run();
    project.yaml(ORDERS.replace("id, UPPER(city) AS city, amount", "city, amount, '1' AS id"));
    UpdateFailedException failure = TestingUpdates.fail(project.compile());
    assertTrue(failure.reason().contains("table silver, column id"), failure.reason());
  }

  @Test
  void anotherPipelineOfTheSameNameIsSaid() {
    run();
    project.yaml(ORDERS.replace("orders:", "other:").replace("from: orders", "from: other"));
    UpdateFailedException failure = TestingUpdates.fail(project.compile());
    assertTrue(
        failure.problem().startsWith("the lake already holds another pipeline named p"),
        failure.problem());
  }

  @Test
  void aLedgerThatKnowsLessThanTheTablesIsSaid() throws IOException {
    project.land("1.csv", "id,city,amount\n1,ulm,1\n");
    run();
    delete(project.lake().resolve("_lakebeam"));
    project.land("2.csv", "id,city,amount\n2,ulm,1\n");
    UpdateFailedException failure = TestingUpdates.fail(project.compile());
    assertTrue(failure.problem().contains("bronze"), failure.problem());
    assertTrue(failure.reason().contains("_lakebeam"), failure.reason());
  }

  @Test
  void aViewAddedLaterCountsAllRows() {
    project.land("1.csv", "id,city,amount\n1,ulm,2\n2,bonn,3\n");
    run();
    project.yaml(
        ORDERS
            + """
              per_length:
                materialized_view:
                  sql: >-
                    SELECT CHAR_LENGTH(city) AS letters, COUNT(*) AS n FROM silver
                    WHERE amount > 1 GROUP BY CHAR_LENGTH(city)
            """);
    run();
    assertEquals(List.of("3|1", "4|1"), texts("per_length", "letters", "n"));
    project.land("2.csv", "id,city,amount\n3,ulm,5\n");
    run();
    assertEquals(List.of("3|2", "4|1"), texts("per_length", "letters", "n"));
  }

  @Test
  void aViewWhoseQueryChangesIsComputedAnew() {
    project.land("1.csv", "id,city,amount\n1,ulm,2\n2,bonn,3\n3,ulm,9\n");
    run();
    project.yaml(ORDERS.replace("FROM silver GROUP BY", "FROM silver WHERE amount < 5 GROUP BY"));
    run();
    assertEquals(List.of("BONN|1|3.00", "ULM|1|2.00"), texts("by_city", "city", "orders", "total"));
    assertEquals(List.of(), run().plans);
    project.yaml(ORDERS);
    run();
    assertEquals(
        List.of("BONN|1|3.00", "ULM|2|11.00"), texts("by_city", "city", "orders", "total"));
  }

  @Test
  void referenceDataIsLookedUpAndItsAbsenceStopsTheUpdate() throws IOException {
    project.yaml(
        """
        pipeline: p
        sources:
          orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, city STRING"}
          cities: {reference: "ref/cities.csv", format: csv, schema: "code STRING, name STRING"}
        datasets:
          bronze: {streaming_table: {from: orders}}
          named:
            streaming_table:
              sql: "SELECT o.id, c.name FROM bronze o LEFT JOIN cities c ON o.city = c.code"
        """);
    project.file("ref/cities.csv", "code,name\nulm,Ulm an der Donau\n");
    project.land("1.csv", "id,city\n1,ulm\n2,bonn\n");
    run();
    assertEquals(List.of("1|Ulm an der Donau", "2|null"), texts("named", "id", "name"));

    Files.delete(dir.resolve("ref/cities.csv"));
    project.land("2.csv", "id,city\n3,ulm\n");
    UpdateFailedException failure = TestingUpdates.fail(project.compile());
    assertTrue(failure.problem().contains("cities"), failure.problem());
    assertEquals(List.of(), texts("named_quarantine", "_raw"));

    project.file("ref/cities.csv", "code,name\nulm,Ulm\nulm,Neu-Ulm\n");
    run();
    assertEquals(
        List.of("1|Ulm an der Donau", "2|null", "3|Neu-Ulm", "3|Ulm"),
        texts("named", "id", "name"));
    assertEquals(List.of(), texts("named_quarantine", "_raw"));
  }

  @Test
  void aLookupAddedBeforeAReplayIsKnown() {
    String yaml =
        """
        pipeline: p
        sources:
          orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, city STRING"}
          cities: {reference: "ref/cities.csv", format: csv, schema: "code STRING, name STRING"}
          codes: {reference: "ref/codes.csv", format: csv, schema: "code STRING, number INT"}
        datasets:
          bronze:
            streaming_table: {from: orders}
          named:
            streaming_table: {sql: "SELECT o.id, c.name AS x FROM bronze o JOIN cities c ON o.city = c.code"}
            expect: {known: {expect: "x <> 'Ulm'", on_violation: fail}}
        """;
    project.yaml(yaml).file("ref/cities.csv", "code,name\nulm,Ulm\n");
    project.file("ref/codes.csv", "code,number\nulm,89073\n");
    project.land("1.csv", "id,city\n1,ulm\n2,bonn\n");
    TestingUpdates.fail(project.compile());
    project.yaml(
        yaml.replace(
            "c.name AS x FROM bronze o JOIN cities c",
            "CAST(c.number AS STRING) AS x FROM bronze o JOIN codes c"));
    run();
    assertEquals(List.of("1|89073"), texts("named", "id", "x"));
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  void everyTableIsADeltaTable() {
    run();
    for (String table : List.of("bronze", "bronze_quarantine", "silver", "by_city", "event_log")) {
      assertTrue(DeltaTable.at(Place.of(project.table(table))).latest().isPresent(), table);
    }
  }
}
