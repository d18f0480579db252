package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an update tells OpenLineage, held against its schemas. */
class LineageEventsTest {
  private static final String YAML =
      """
      pipeline: p
      sources:
        events: {kafka: {bootstrap_servers: "broker:9092,other:9092", topic: orders}, format: json, schema: "id BIGINT, city STRING"}
        hub: {event_hubs: {connection_string: "${LINEAGE_HUB}"}, format: json, schema: "id BIGINT, city STRING"}
        names: {reference: names.csv, format: csv, schema: "city STRING, name STRING"}
      datasets:
        bronze: {streaming_table: {flows: [{from: events}, {from: hub}]}}
        silver:
          streaming_table: {sql: "SELECT id, upper(name) AS name FROM bronze JOIN names USING (city)"}
          expect: {known: {expect: id > 0, on_violation: drop}, small: id < 10}
        gold: {materialized_view: {sql: "SELECT name, COUNT(*) AS n FROM silver GROUP BY name"}}
      open_lineage: {file: lineage.jsonl, namespace: test}
      """;

  @TempDir Path dir;

  private LineageEvents events(Update.Mode mode) {
    Secrets.provide(
        "LINEAGE_HUB",
        "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=k;"
            + "SharedAccessKey=c2VjcmV0LW9mLXRoZS1odWI=;EntityPath=flights");
    CompiledPipeline pipeline = new TestingPipeline(dir).yaml(YAML).compile();
    return new LineageEvents(
        pipeline,
        pipeline.spec().lineage().orElseThrow(),
        UUID.randomUUID().toString(),
        mode,
        Clock.systemUTC());
  }

  @ParameterizedTest
  @CsvSource({
    "/lake/orders/, file, /lake/orders",
    "file:///lake/orders, file, /lake/orders",
    "file:/lake/orders, file, /lake/orders",
    "abfss://lake@acme.dfs.core.windows.net/a/b, abfss://lake@acme.dfs.core.windows.net, a/b",
    "s3a://bucket/a/b, s3://bucket, a/b",
    "gs://bucket/a, gs://bucket, a",
    "s3://bucket, s3://bucket, /"
  })
  void placesHaveTheNamesOfTheSpecification(String path, String namespace, String name) {
    assertEquals(new DatasetIdentity(namespace, name), DatasetIdentity.ofPath(path));
  }

  @Test
  void everyEventIsValidAndSaysWhatIsReadAndWritten() {
    LineageEvents events = events(Update.Mode.TRIGGERED);
    JsonNode start = events.event(LineageEvents.State.START, null);
    OpenLineageSchema.check(start);
    assertEquals(
        "test p", start.at("/job/namespace").asText() + " " + start.at("/job/name").asText());
    assertEquals(
        List.of(
            "kafka://broker:9092 orders",
            "kafka://acme.servicebus.windows.net:9093 flights",
            "file " + dir.resolve("names.csv")),
        names(start.get("inputs")));
    assertEquals(
        List.of(
            "file " + dir.resolve("lake/bronze"),
            "file " + dir.resolve("lake/silver"),
            "file " + dir.resolve("lake/gold")),
        names(start.get("outputs")));
    assertFalse(start.toString().contains("c2VjcmV0"), start.toString());
  }

  private static List<String> names(JsonNode datasets) {
    return datasets.findParents("namespace").stream()
        .filter(each -> each.has("facets"))
        .map(each -> each.get("namespace").asText() + " " + each.get("name").asText())
        .toList();
  }

  @Test
  void columnsSayHowTheyAreUsedAndRulesOfTheTableWhatTheyComeFrom() {
    JsonNode lineage =
        events(Update.Mode.CONTINUOUS)
            .event(LineageEvents.State.RUNNING, null)
            .at("/outputs/1/facets/columnLineage");
    JsonNode name = lineage.at("/fields/name/inputFields/0");
    assertEquals("name", name.at("/field").asText());
    assertEquals("DIRECT", name.at("/transformations/0/type").asText());
    assertEquals("TRANSFORMATION", name.at("/transformations/0/subtype").asText());
    List<String> rows =
        lineage.get("dataset").findParents("field").stream()
            .map(
                each ->
                    each.get("field").asText()
                        + " "
                        + each.at("/transformations/0/subtype").asText())
            .toList();
    assertEquals(List.of("city JOIN", "city JOIN", "id FILTER"), rows);
  }

  @Test
  void theEndSaysWhatWasWrittenAndWhy() {
    LineageEvents events = events(Update.Mode.CONTINUOUS);
    for (long epoch = 1; epoch <= 2; epoch++) {
      events.add(
          new EpochResult(
              "p",
              epoch,
              Instant.EPOCH,
              Instant.EPOCH,
              List.of(
                  new EpochResult.DatasetResult(
                      "silver",
                      "committed",
                      epoch,
                      5,
                      3,
                      2,
                      0,
                      1,
                      100,
                      Map.of(
                          "known", new EpochResult.RuleResult(3, 2),
                          "small", new EpochResult.RuleResult(5, 0))))));
    }
    JsonNode end =
        events.event(
            LineageEvents.State.FAIL,
            Problem.of(ErrorCode.UNEXPECTED, "it went wrong", "a cause", "a fix"));
    OpenLineageSchema.check(end);
    JsonNode silver = end.at("/outputs/1");
    assertEquals(6, silver.at("/outputFacets/outputStatistics/rowCount").asInt());
    assertEquals(200, silver.at("/outputFacets/outputStatistics/size").asInt());
    assertEquals("2", silver.at("/facets/version/datasetVersion").asText());
    assertEquals(
        "[{\"assertion\":\"known\",\"success\":false},{\"assertion\":\"small\",\"success\":true}]",
        end.at("/inputs/3/inputFacets/dataQualityAssertions/assertions").toString());
    assertEquals(silver.get("name"), end.at("/inputs/3/name"));
    assertTrue(end.at("/run/facets/errorMessage/message").asText().contains("it went wrong"));
    assertEquals("STREAMING", end.at("/job/facets/jobType/processingType").asText());
  }
}
