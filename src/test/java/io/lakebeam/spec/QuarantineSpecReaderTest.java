package io.lakebeam.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long refused rows are kept, as pipelines and their datasets say it. */
class QuarantineSpecReaderTest {
  private static final String PIPELINE =
      """
      pipeline: p
      quarantine: {keep: 90d}
      sources:
        feed: {files: "in/*.json", format: json, schema: "id BIGINT"}
      datasets:
        bronze: {streaming_table: {from: feed}}
        silver:
          streaming_table: {sql: "SELECT id FROM bronze"}
          quarantine: {keep: 36h}
        gold:
          streaming_table: {sql: "SELECT id FROM silver"}
          quarantine: {keep: forever}
        totals: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM gold"}}
      """;

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void aProject() {
    project = new TestingPipeline(dir);
  }

  @Test
  void aDatasetSaysItOrElseThePipeline() {
    Map<String, Duration> kept = project.yaml(PIPELINE).spec().refusedRowsKept();
    assertEquals(Duration.ofDays(90), kept.get("bronze"));
    assertEquals(Duration.ofHours(36), kept.get("silver"));
    assertFalse(kept.containsKey("gold"));
    assertEquals(
        Map.of(),
        project.yaml(PIPELINE.replace("quarantine: {keep", "#")).spec().refusedRowsKept());
  }

  @Test
  void anHourIsTheLeastAndViewsRefuseNothing() {
    assertEquals(
        List.of(
            "12:24 refused rows cannot be kept for 0h | they are deleted once an hour, so an hour"
                + " is the least | write for example keep: 90d"),
        project.yaml(PIPELINE.replace("forever", "0h")).told());
    assertEquals(1, project.yaml(PIPELINE.replace("forever", "30m")).told().size());
    assertEquals(
        List.of("14:17 only a streaming_table has quarantine"),
        project
            .yaml(
                PIPELINE.replace(
                    "totals: {materialized_view: {sql: \"SELECT COUNT(*) AS n FROM gold\"}}",
                    "totals:\n    quarantine: {keep: 1h}\n    materialized_view: {sql: \"SELECT"
                        + " COUNT(*) AS n FROM gold\"}"))
            .told()
            .stream()
            .map(told -> told.split(" \\| ")[0])
            .toList());
  }
}
