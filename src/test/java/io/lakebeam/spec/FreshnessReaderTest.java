package io.lakebeam.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When sources are silent and datasets not fresh, as pipeline files say it. */
class FreshnessReaderTest {
  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        feed: {files: "in/*.json", format: json, schema: "id BIGINT", silent_after: 90m}
        codes: {reference: "codes.json", format: json, schema: "id BIGINT"}
      datasets:
        bronze: {streaming_table: {from: feed}, fresh_within: 2d}
        shown: {view: {sql: "SELECT id FROM bronze"}}
        totals: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM bronze"}, fresh_within: 30s}
      """;

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void aProject() {
    project = new TestingPipeline(dir);
  }

  @Test
  void sourcesAndStoredDatasetsSayIt() {
    FreshnessSpec freshness = project.yaml(PIPELINE).spec().freshness();
    assertEquals(Map.of("feed", Duration.ofMinutes(90)), freshness.silentAfter());
    assertEquals(
        Map.of("bronze", Duration.ofDays(2), "totals", Duration.ofSeconds(30)),
        freshness.freshWithin());
    assertTrue(project.compile().tellingNobody().spec().freshness().isEmpty());
  }

  @Test
  void whatIsNotStoredOrNotReadAsItGrowsCannot() {
    assertEquals(
        List.of(
            "4:85 silent_after is for sources that are read as they grow | a reference table is"
                + " read whole, each time anew | leave it out",
            "7:63 a view has no fresh_within | it is not stored: it shows what the tables have that"
                + " it reads | declare it on these, or make the view a materialized_view"),
        project
            .yaml(
                PIPELINE
                    .replace("\"id BIGINT\"}\ndata", "\"id BIGINT\", silent_after: 1h}\ndata")
                    .replace("bronze\"}}\n  totals", "bronze\"}, fresh_within: 1h}\n  totals"))
            .told());
  }

  @Test
  void aTimeIsLongerThanThatBetweenTwoEpochs() {
    assertEquals(
        List.of(
            "3:79 silent_after: 10s is too short | a continuous update looks for records no more"
                + " often than every 10 s, as commit_every says | write a longer time, for example"
                + " silent_after: 30m; or make commit_every shorter"),
        project.yaml(PIPELINE.replace("90m", "10s")).told());
    assertEquals(
        List.of(
            "6:57 datasets.bronze.fresh_within takes a duration in s, m, h or d, not 'a day' |  |"
                + " write for example fresh_within: 30m"),
        project.yaml(PIPELINE.replace("2d", "a day")).told());
    assertEquals(
        Duration.ofSeconds(2),
        project
            .yaml("commit_every: 1s\n" + PIPELINE.replace("30s", "2s"))
            .spec()
            .freshness()
            .freshWithin()
            .get("totals"));
  }

  @Test
  void durationsAreSaidAsPeopleSayThem() {
    assertEquals("500 ms", DurationText.exact(Duration.ofMillis(500)));
    assertEquals("90 s", DurationText.exact(Duration.ofSeconds(90)));
    assertEquals("90 min", DurationText.exact(Duration.ofMinutes(90)));
    assertEquals("36 h", DurationText.exact(Duration.ofHours(36)));
    assertEquals("2 d", DurationText.exact(Duration.ofHours(48)));
  }
}
