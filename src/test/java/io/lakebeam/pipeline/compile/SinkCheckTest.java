package io.lakebeam.pipeline.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sinks that cannot deliver what they name are told with line, cause and fix. */
class SinkCheckTest {
  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        feed: {files: "in/*.json", format: json, schema: "id BIGINT, at TIMESTAMP"}
      datasets:
        bronze: {streaming_table: {from: feed}}
        newest: {streaming_table: {sql: "SELECT id, at FROM STREAM bronze", upsert: {keys: [id], sequence_by: at}}}
        total: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM bronze"}}
        hours:
          streaming_table:
            sql: "SELECT window.start AS at, COUNT(*) AS n FROM STREAM bronze
              WATERMARK at DELAY OF INTERVAL 1 MINUTE GROUP BY window(at, '1 hour')"
      sinks:
        out: %s
      """;

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{dataset: bronz, files: ./out} | there is no table bronz | did you mean bronze?",
        "{dataset: total, files: ./out} | the rows of total change | deliver a streaming table",
        "{dataset: newest, files: ./out} | the rows of newest change | dataset: newest_changes",
        "{dataset: hours, files: ./out, key: n} | key is for event_hubs and kafka | leave it out",
        "{dataset: bronze, key: idd, kafka: {bootstrap_servers: 'localhost:9', topic: t}} |"
            + " bronze has no column idd | did you mean id?",
        "{dataset: bronze, key: id, files: ./out} | key is for event_hubs and kafka | leave it out",
        "{dataset: bronze, webhook: {url: 'http://example.com/'}} | url is no https URL |"
            + " https://hooks.example.com",
        "{dataset: bronze, webhook: {url: '${U}', secret: abc}} |"
            + " secret holds a secret that is written out | write ${SECRET}",
        "{dataset: bronze} | sink | kafka",
        "{dataset: bronze, files: ./a, webhook: {url: '${U}'}} | sink | webhook"
      })
  void tells(String sink, String problem, String fix) {
    List<String> told =
        new TestingPipeline(dir)
            .yaml(PIPELINE.formatted(sink)).told().stream()
                .filter(each -> each.startsWith("13:"))
                .toList();
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).contains(problem.strip()), told.get(0));
    assertTrue(told.get(0).contains(fix.strip()), told.get(0));
  }

  @ParameterizedTest
  @CsvSource({"bronze", "bronze_quarantine", "newest_changes", "newest_quarantine"})
  void takes(String dataset) {
    String sink = "{dataset: " + dataset + ", files: ./out}";
    assertEquals(
        dataset,
        new TestingPipeline(dir)
            .yaml(PIPELINE.formatted(sink))
            .compile()
            .spec()
            .sinks()
            .get(0)
            .dataset());
  }
}
