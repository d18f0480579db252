package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.Ledger;
import io.lakebeam.epoch.RunningUpdate;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody else's engine finds in the event log of updates that end in every way. */
class EventLogIT {
  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        feed: {files: "in/*.csv", format: csv, schema: "id INT NOT NULL, cups INT"}
      datasets:
        bronze: {streaming_table: {from: feed}}
        silver:
          streaming_table: {sql: "SELECT id, cups FROM bronze"}
          expect:
            some: {expect: cups > 0, on_violation: drop}
            known: {expect: id < 100, on_violation: fail}
        by_cups:
          materialized_view: {sql: "SELECT cups, COUNT(*) AS n FROM silver GROUP BY cups"}
        names:
          materialized_view: {sql: "SELECT COUNT(DISTINCT id) AS n FROM silver"}
      """;

  @TempDir Path dir;

  private List<Map<String, Object>> progress(TestingPipeline project) {
    return SparkReader.read(
        project.table("event_log"), "event_type IN ('create_update', 'update_progress')");
  }

  /** State and level of each update, by its id. */
  private Map<String, List<String>> updates(TestingPipeline project) {
    return progress(project).stream()
        .filter(each -> each.get("event_type").equals("update_progress"))
        .sorted((a, b) -> ((Instant) a.get("timestamp")).compareTo((Instant) b.get("timestamp")))
        .collect(
            Collectors.groupingBy(
                each -> (String) ((Map<?, ?>) each.get("origin")).get("update_id"),
                Collectors.mapping(
                    each -> each.get("level") + " " + each.get("details"), Collectors.toList())));
  }

  private static String state(String level, String state) {
    return level + " {\"update_progress\":{\"state\":\"" + state + "\"}}";
  }

  private static List<String> lines(String query) {
    return SparkReader.session().sql(query).collectAsList().stream()
        .map(Row::toString)
        .sorted()
        .toList();
  }

  @Test
  void tellsOfEachUpdateHowItEnds() {
    TestingPipeline project = new TestingPipeline(dir).yaml(PIPELINE);
    project.land("1.csv", "id,cups\n1,2\n2,0\n3,2\n");
    TestingUpdates.run(project.compile());
    Map<String, List<String>> first = updates(project);
    assertEquals(
        List.of(List.of(state("INFO", "RUNNING"), state("INFO", "COMPLETED"))),
        List.copyOf(first.values()));
    assertEquals(Optional.empty(), RunningUpdate.of(ledger(project)));

    TestingUpdates.run(project.compile());
    assertEquals(first, updates(project), "an update that finds nothing to do leaves nothing");

    project.land("2.csv", "id,cups\n100,1\n");
    TestingUpdates.fail(project.compile());
    List<Map<String, Object>> failed =
        SparkReader.read(project.table("event_log"), "error IS NOT NULL");
    assertEquals(1, failed.size());
    String error = failed.get(0).get("error").toString();
    assertTrue(error.contains("class_name=EXPECTATION_VIOLATED"), error);
    assertTrue(error.contains("known"), error);
    assertTrue(error.contains("fatal=true"), error);
    assertEquals(2, updates(project).size());
    assertTrue(
        updates(project)
            .containsValue(List.of(state("INFO", "RUNNING"), state("ERROR", "FAILED"))));

    // It has failed again, and was killed before it could say so.
    new RunningUpdate("dead", Instant.parse("2026-03-01T10:15:30Z")).begins(ledger(project));
    TestingUpdates.fail(project.compile());
    assertEquals(List.of(state("ERROR", "FAILED")), updates(project).get("dead"));
    String died =
        SparkReader.read(project.table("event_log"), "origin.update_id = 'dead'")
            .get(0)
            .get("error")
            .toString();
    assertTrue(died.contains("class_name=UPDATE_DIED"), died);
    assertTrue(died.contains("it began at 2026-03-01T10:15:30Z"), died);

    project.yaml(PIPELINE.replace("id < 100", "id < 1000"));
    TestingUpdates.run(project.compile());
    assertEquals(5, updates(project).size());
    assertEquals(Optional.empty(), RunningUpdate.of(ledger(project)));
    queriesOfTheVendor(project);
  }

  private static Ledger ledger(TestingPipeline project) {
    return new Ledger(Place.of(project.lake().toString()), "p");
  }

  /**
   * From Databricks' page on the event log, with get_json_object where it has a colon, which Spark
   * does not know.
   */
  private static void queriesOfTheVendor(TestingPipeline project) {
    SparkReader.session()
        .read()
        .format("delta")
        .load(project.table("event_log"))
        .createOrReplaceTempView("event_log_raw");
    SparkReader.session()
        .sql(
            """
            CREATE OR REPLACE TEMP VIEW latest_update AS
            SELECT origin.update_id AS id FROM event_log_raw
            WHERE event_type = 'create_update' ORDER BY timestamp DESC LIMIT 1
            """);
    assertEquals(
        List.of("[silver,known,1,0]", "[silver,some,1,0]"),
        lines(
            """
            SELECT row_expectations.dataset AS dataset, row_expectations.name AS expectation,
              SUM(row_expectations.passed_records) AS passing_records,
              SUM(row_expectations.failed_records) AS failing_records
            FROM (
              SELECT explode(from_json(
                get_json_object(details, '$.flow_progress.data_quality.expectations'),
                'array<struct<name: string, dataset: string, passed_records: int,
                  failed_records: int>>')) row_expectations
              FROM event_log_raw, latest_update
              WHERE event_type = 'flow_progress' AND origin.update_id = latest_update.id)
            GROUP BY row_expectations.dataset, row_expectations.name
            """));
    assertEquals(
        List.of(
            "[bronze,[\"feed\"]]",
            "[by_cups,[\"silver\"]]",
            "[names,[\"silver\"]]",
            "[silver,[\"bronze\"]]"),
        lines(
            """
            SELECT DISTINCT get_json_object(details, '$.flow_definition.output_dataset'),
              get_json_object(details, '$.flow_definition.input_datasets')
            FROM event_log_raw WHERE event_type = 'flow_definition'
            """));
    assertEquals(
        List.of(
            "[by_cups,MAINTENANCE_TYPE_GROUP_AGGREGATE]",
            "[names,MAINTENANCE_TYPE_COMPLETE_RECOMPUTE]"),
        lines(
            """
            SELECT DISTINCT origin.dataset_name, get_json_object(details,
              '$.planning_information.technique_information[0].maintenance_type')
            FROM event_log_raw WHERE event_type = 'planning_information'
            """));
    List<String> failures =
        lines(
            "SELECT error.exceptions[0].class_name FROM event_log_raw WHERE level = 'ERROR'"
                + " AND error.fatal");
    assertEquals(
        List.of("[EXPECTATION_VIOLATED]", "[EXPECTATION_VIOLATED]", "[UPDATE_DIED]"), failures);
    assertFalse(
        lines("SELECT id FROM event_log_raw WHERE origin.pipeline_name <> 'p'")
            .iterator()
            .hasNext());
  }
}
