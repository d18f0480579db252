package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TimeRange;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.TestingClock;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a pipeline stands, as whoever operates it sees it. */
class StatusCommandIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        feed: {files: "in/*.json", format: json, schema: "id BIGINT NOT NULL, amount INT"}
        gone: {files: "nowhere/*.json", format: json, schema: "id BIGINT"}
      datasets:
        silver:
          streaming_table: {sql: "SELECT id, amount FROM feed"}
          expect: {small: {expect: amount < 100, on_violation: quarantine}}
        other: {streaming_table: {from: gone}}
        follows: {streaming_table: {sql: "SELECT id FROM silver"}}
        total: {materialized_view: {sql: "SELECT SUM(amount) AS total FROM silver"}}
        worst: {materialized_view: {sql: "SELECT id, amount FROM silver ORDER BY amount LIMIT 1"}}
      """;

  @TempDir Path dir;

  @Test
  void itSaysWhatWasDoneAndWhatWaits() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(PIPELINE);
    TestingConsole console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    assertEquals(0, console.type("status", "p"), console.err());
    assertEquals(
        List.of(
            "run none is under way", "epoch none was planned yet", "source feed: nothing waits"),
        lines(console).subList(0, 3));
    assertTrue(console.out().contains("gone: not known, the folder "), console.out());

    project.folder("nowhere");
    project.land("1.json", "{\"id\":1,\"amount\":5}\n{\"id\":2,\"amount\":500}\n");
    assertEquals(0, console.type("run", "p"), console.err());
    project.land("2.json", "{\"id\":3,\"amount\":6}\n");
    assertEquals(0, console.type("status", "p"), console.err());
    List<String> lines = lines(console);
    assertTrue(lines.get(1).matches("update .* ago, triggered, by .*: completed after .* s"));
    assertTrue(lines.get(2).startsWith("epoch 1, done "), lines.get(2));
    assertTrue(lines.get(2).endsWith(": 2 records in, 1 quarantined, 0 dropped"), lines.get(2));
    assertTrue(lines.get(3).startsWith("source feed: 1 file waits, 20 B, the oldest for "));
    assertEquals("source gone: nothing waits", lines.get(4));
    assertTrue(lines.get(5).matches("rate \\d+ records/s over 1 epoch"), lines.get(5));
    assertTrue(lines.get(6).startsWith("whole worst each time: "), lines.get(6));
    assertEquals("refused silver: small, 1 open row", lines.get(7));
    assertEquals("table rows last rows age", lines.get(9));
    assertTrue(lines.get(10).startsWith("silver 1 "), lines.get(10));

    project.yaml(PIPELINE.replace("SUM(amount)", "MAX(amount)"));
    assertEquals(0, console.type("status", "p", "--output", "json"), console.err());
    JsonNode json = JSON.readTree(console.out());
    assertEquals(1, json.path("epoch").path("number").asInt());
    assertEquals("COMPLETED", json.at("/updates/0/state").asText());
    assertEquals("worst", json.at("/computed_whole/0").asText());
    assertEquals(1, json.path("sources").path(0).path("backlog_files").asInt());
    assertEquals(
        List.of("total"),
        List.copyOf(json.path("behind").properties().stream().map(e -> e.getKey()).toList()));
    assertEquals(1, json.path("refused").path(0).path("open").asInt());
  }

  private static List<String> lines(TestingConsole console) {
    return console.out().lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
  }

  /** An update of an hour ago, as its clock has it; tables have the times of this machine. */
  @Test
  void itSaysWhatIsLate() throws Exception {
    TestingPipeline project =
        new TestingPipeline(dir)
            .folder("nowhere")
            .yaml(
                PIPELINE
                    .replace("amount INT\"}", "amount INT\", silent_after: 10m}")
                    .replace("{from: gone}}", "{from: gone}, fresh_within: 1h}")
                    .replace(
                        "SELECT id FROM silver\"}}", "SELECT id FROM silver\"}, fresh_within: 2h}")
                    .replace(
                        "AS total FROM silver\"}}", "AS total FROM silver\"}, fresh_within: 30m}"));
    TestingConsole console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    project.land("1.json", "{\"id\":1,\"amount\":5}\n");
    new Update(
            project.compile(),
            RunnerProfile.DIRECT,
            new UpdateListener() {},
            new TestingClock(Instant.now().minus(Duration.ofHours(1))))
        .run(Update.Mode.TRIGGERED);
    assertEquals(0, console.type("status", "p"), console.err());
    List<String> lines = lines(console);
    assertEquals("source feed: nothing waits; silent: 60 min, wanted 10 min", lines.get(3));
    assertEquals("source gone: nothing waits", lines.get(4));
    assertTrue(lines.contains("table rows last rows age freshness"), console.out());
    assertTrue(console.out().contains("not fresh: 60 min, wanted 30 min"), console.out());
    assertTrue(
        lines.stream().anyMatch(line -> line.matches("follows 1 \\S+ \\d+ s fresh")),
        console.out());
    project.land("2.json", "{\"id\":2,\"amount\":5}\n");
    assertEquals(0, console.type("status", "p", "--output", "json"), console.err());
    JsonNode feed = JSON.readTree(console.out()).path("sources").path(0);
    assertFalse(feed.path("silent").asBoolean(true), "a file waits");
    assertEquals(600, feed.path("silent_after_seconds").asInt());
    for (JsonNode table : JSON.readTree(console.out()).path("tables")) {
      if (table.path("table").asText().equals("total")) {
        assertFalse(table.path("fresh").asBoolean(true), table.toString());
        assertTrue(
            Instant.parse(table.path("up_to_date_at").asText())
                .isBefore(Instant.parse(table.path("rows_at").asText())),
            table.toString());
      }
    }
  }

  private List<JsonNode> updates(TestingConsole console) throws IOException {
    assertEquals(0, console.type("status", "p", "--output", "json"), console.err());
    List<JsonNode> updates = new ArrayList<>();
    JSON.readTree(console.out()).path("updates").forEach(updates::add);
    return updates;
  }

  /** Files of the event log, the newest last, by what their rows are. */
  private List<Path> eventLogFiles(TestingPipeline project, String types) {
    Place log = Place.of(project.table("event_log"));
    return DeltaTable.at(log).latest().orElseThrow().files().stream()
        .filter(file -> file.statistics().matches(".*\"event_type\":\"(" + types + ")\".*"))
        .sorted(Comparator.comparingLong(file -> TimeRange.of(file, "timestamp").greatest()))
        .map(file -> dir.resolve("lake/event_log").resolve(file.path()))
        .toList();
  }

  @Test
  void noMoreOfTheEventLogIsReadThanTellsOfTheLastUpdates() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).folder("nowhere").yaml(PIPELINE);
    TestingConsole console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    for (int run = 1; run <= 2; run++) {
      project.land(run + ".json", "{\"id\":" + run + ",\"amount\":5}\n");
      assertEquals(0, console.type("run", "p"), console.err());
    }
    List<JsonNode> before = updates(console);
    assertEquals(2, before.size());
    // Nothing is read but the files that may tell of updates.
    for (Path file : eventLogFiles(project, "definition_changed|flow_definition|flow_progress")) {
      Files.delete(file);
    }
    assertEquals(before, updates(console));

    for (int run = 3; run <= 4; run++) {
      project.land(run + ".json", "{\"id\":" + run + ",\"amount\":5}\n");
      assertEquals(0, console.type("run", "p"), console.err());
    }
    List<JsonNode> all = updates(console);
    assertEquals(3, all.size());
    assertEquals(before.get(0), all.get(2));
    // Nor are those of updates before the last ones.
    List<Path> ofUpdates = eventLogFiles(project, "create_update|update_progress");
    assertEquals(8, ofUpdates.size());
    Files.delete(ofUpdates.get(0));
    assertEquals(all, updates(console));
  }

  /** As a job that looks after tables does; what runs append later has files of its own. */
  @Test
  void updatesAreFoundInAnEventLogThatSparkHasOptimized() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).folder("nowhere").yaml(PIPELINE);
    TestingConsole console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    project.land("1.json", "{\"id\":1,\"amount\":5}\n");
    assertEquals(0, console.type("run", "p"), console.err());
    List<JsonNode> before = updates(console);
    assertEquals(1, before.size());
    SparkReader.session().sql("OPTIMIZE delta.`" + project.table("event_log") + "`").collect();
    assertEquals(before, updates(console));
    project.land("2.json", "{\"id\":2,\"amount\":5}\n");
    assertEquals(0, console.type("run", "p"), console.err());
    List<JsonNode> after = updates(console);
    assertEquals(2, after.size());
    assertEquals(before.get(0), after.get(1));
  }

  @Test
  void agesAreReadAtAGlance() {
    Instant now = Instant.parse("2026-03-02T08:00:00Z");
    assertEquals("0 s", StatusCommand.age(now.plusSeconds(5), now));
    assertEquals("119 s", StatusCommand.age(now.minusSeconds(119), now));
    assertEquals("2 min", StatusCommand.age(now.minusSeconds(120), now));
    assertEquals("47 h", StatusCommand.age(now.minus(Duration.ofHours(47)), now));
    assertEquals("4 d", StatusCommand.age(now.minus(Duration.ofHours(97)), now));
  }
}
