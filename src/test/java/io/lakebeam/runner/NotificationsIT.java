package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.cli.TestingConsole;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingClock;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** People are told once that an update fails or something is late, and once that it is over. */
class NotificationsIT {
  @TempDir Path dir;
  private TestingPipeline project;
  private TestingConsole console;
  private TestingReceiver receiver;

  @BeforeEach
  void open() throws IOException {
    receiver = new TestingReceiver();
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    project = new TestingPipeline(dir);
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  private void pipeline(String rule, String notify) {
    project.yaml(declared(rule, notify));
  }

  private static String declared(String rule, String notify) {
    return """
        pipeline: p
        sources:
          feed: {files: "in/*.json", format: json, schema: "id BIGINT NOT NULL"}
        datasets:
          bronze: {streaming_table: {from: feed}}
          silver:
            streaming_table: {sql: "SELECT id FROM STREAM bronze"}
            expect: {small: {expect: id < 100, on_violation: %s}}
            budget: {rows: 1, on_excess: warn}
        notify:
          ops: %s
        """
        .formatted(rule, notify);
  }

  private static String webhook(String more) {
    return "{webhook: {url: \"${HOOK}\", secret: \"${HOOK_SECRET}\"" + more + "}}";
  }

  private List<String> types() {
    return receiver.requests().stream().map(each -> each.body().at("/type").asText()).toList();
  }

  @Test
  void aFailureIsToldOnceAndSoIsTheEndOfIt() {
    pipeline("fail", webhook(""));
    project.land("1.json", "{\"id\":1}\n{\"id\":101}\n{\"id\":102}\n");
    receiver.answer(500);
    assertEquals(1, console.type("run", "p"));
    assertEquals(1, console.type("run", "p"));
    assertEquals(List.of("lakebeam.failed", "lakebeam.failed"), types());
    assertEquals(
        1, receiver.requests().stream().map(TestingReceiver.Request::id).distinct().count());
    JsonNode data = receiver.requests().get(1).body().get("data");
    assertEquals("p", data.get("pipeline").asText());
    assertEquals("EXPECTATION_VIOLATED", data.get("code").asText());
    assertTrue(data.get("problem").asText().contains("small"), data.toString());
    assertFalse(data.get("fix").asText().isEmpty(), data.toString());

    pipeline("quarantine", webhook(""));
    assertEquals(0, console.type("run", "p"), console.err());
    assertEquals(0, console.type("run", "p"), console.err());
    assertEquals(
        List.of(
            "lakebeam.failed", "lakebeam.failed", "lakebeam.budget_exceeded", "lakebeam.healed"),
        types());
  }

  /** Also where each run is a process of its own. */
  @Test
  void aBudgetOfADayIsToldOnceADay() {
    String rule = "quarantine, budget: {rows: 1, per: day, on_excess: warn}";
    String ofTable = "    budget: {rows: 1, on_excess: warn}\n";
    project.yaml(declared(rule, webhook("")).replace(ofTable, ""));
    TestingClock clock = new TestingClock(Instant.parse("2026-03-01T23:00:00Z"));
    for (int epoch = 1; epoch <= 3; epoch++) {
      project.land(epoch + ".json", "{\"id\":101}\n{\"id\":102}\n");
      new Update(project.compile(), TestingUpdates.DIRECT, new UpdateListener() {}, clock)
          .run(Update.Mode.TRIGGERED);
      clock.step(Duration.ofMinutes(30));
    }
    assertEquals(
        List.of(
            "rule small of silver is over its budget: 2 of 2 rows of 2026-03-01 break it, and its"
                + " budget is 1 a day",
            "rule small of silver is over its budget: 2 of 2 rows of 2026-03-02 break it, and its"
                + " budget is 1 a day"),
        receiver.requests().stream()
            .map(each -> each.body().get("data"))
            .map(each -> each.get("problem").asText() + ": " + each.get("cause").asText())
            .toList());
  }

  @Test
  void teamsAndSlackGetWhatTheyUnderstand() {
    pipeline("fail", webhook(", format: teams"));
    project.land("1.json", "{\"id\":101}\n");
    assertEquals(1, console.type("run", "p"));
    JsonNode card = receiver.requests().get(0).body().at("/attachments/0/content");
    assertEquals("AdaptiveCard", card.get("type").asText());
    assertEquals("p has failed", card.at("/body/0/text").asText());
    assertTrue(card.at("/body/1/text").asText().contains("small"), card.toString());

    pipeline("quarantine", webhook(", format: slack"));
    assertEquals(0, console.type("run", "p"), console.err());
    String text = receiver.requests().get(1).body().get("text").asText();
    assertTrue(text.startsWith("p is well again\nIt had failed: "), text);
  }

  @Test
  void aReceiverThatIsAwayChangesNothing() {
    receiver.answer(500, 500, 500);
    pipeline("quarantine", webhook(""));
    project.land("1.json", "{\"id\":101}\n{\"id\":102}\n");
    assertEquals(0, console.type("run", "p"), console.err());
    assertTrue(
        console.err().contains("notification ops is not sent: it answers with HTTP status 500"),
        console.err());
  }

  /** A failure that has reached nobody is told with the next one. */
  @Test
  void whatHasReachedNobodyIsToldAgain() {
    receiver.answer(403);
    pipeline("fail", webhook(""));
    project.land("1.json", "{\"id\":101}\n");
    assertEquals(1, console.type("run", "p"));
    assertTrue(console.err().contains("notification ops is not sent"), console.err());
    assertEquals(1, console.type("run", "p"));
    assertEquals(1, console.type("run", "p"));
    assertEquals(List.of("lakebeam.failed", "lakebeam.failed"), types());
  }

  @Test
  void aCommandNeedsTrustAndGetsTheJson() throws IOException {
    pipeline("fail", "{command: [tee, told.json], on: [failed]}".replace("told", path("told")));
    project.land("1.json", "{\"id\":101}\n");
    assertEquals(1, console.type("run", "p"));
    assertTrue(console.err().contains("a command is a program"), console.err());
    assertEquals(1, console.type("run", "p", "--trust"));
    assertTrue(Files.readString(dir.resolve("told.json")).contains("lakebeam.failed"));
  }

  private static final String WATCHED =
      """
      pipeline: p
      commit_every: 1ms
      max_rows_per_epoch: 1
      sources:
        feed: {files: "in/*.json", format: json, schema: "id BIGINT NOT NULL", silent_after: 10m}
      datasets:
        silver:
          streaming_table: {from: feed}
          expect: {small: {expect: id < 100, on_violation: drop}}
          fresh_within: 30m
        total: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM silver"}, fresh_within: 30m}
      notify:
        ops: %s
      """;

  /** What was told of sources and tables: of what, and whether it has begun. */
  private List<String> told() {
    return receiver.requests().stream()
        .map(TestingReceiver.Request::body)
        .map(
            body ->
                String.join(
                    " ",
                    body.at("/type").asText().replace("lakebeam.", ""),
                    body.at("/data/source").asText() + body.at("/data/dataset").asText(),
                    body.at("/data/status").asText()))
        .sorted()
        .toList();
  }

  private void update(TestingClock clock) {
    new Update(project.compile(), TestingUpdates.DIRECT, new UpdateListener() {}, clock)
        .run(Update.Mode.TRIGGERED);
  }

  @Test
  void whatIsLateIsToldOnceAndSoIsTheEndOfIt() {
    project.yaml(WATCHED.formatted(webhook(", format: json")));
    TestingClock clock = new TestingClock(Instant.now());
    project.land("1.json", "{\"id\":1}\n");
    project.land("2.json", "{\"id\":2}\n{\"id\":3}\n");
    update(clock);
    assertEquals(List.of(), told());
    // Each file is an epoch: the first has left the second behind.
    List<String> progress =
        Tables.texts(project.table("event_log"), "epoch", "dataset_name", "details").stream()
            .filter(text -> text.contains("|silver|{\"flow_progress\""))
            .toList();
    assertTrue(
        progress.get(0).contains("\"backlog_files\":1,\"backlog_bytes\":18}"), progress.get(0));
    assertTrue(
        progress.get(1).contains("\"backlog_files\":0,\"backlog_bytes\":0}"), progress.get(1));

    clock.step(Duration.ofMinutes(20));
    receiver.answer(403);
    update(clock);
    update(clock);
    List<String> silent = List.of("source_silent feed BEGUN", "source_silent feed BEGUN");
    assertEquals(silent, told(), "the first has reached nobody");
    clock.step(Duration.ofMinutes(20));
    // Its source brings records, but none that the table takes.
    project.land("3.json", "{\"id\":101}\n");
    update(clock);
    update(clock);
    assertEquals(
        List.of(
            "not_fresh silver BEGUN",
            "source_silent feed BEGUN",
            "source_silent feed BEGUN",
            "source_silent feed OVER"),
        told());
    project.land("4.json", "{\"id\":4}\n");
    update(clock);
    update(clock);
    assertEquals(5, told().size());
    JsonNode last = receiver.requests().get(4).body().get("data");
    assertEquals("table silver is fresh again", last.get("problem").asText());
    assertEquals("OVER", last.get("status").asText());
    assertEquals(
        List.of("not_fresh|INFO", "not_fresh|WARN", "source_silent|INFO", "source_silent|WARN"),
        Tables.texts(project.table("event_log"), "event_type", "level").stream()
            .filter(text -> text.startsWith("not_fresh") || text.startsWith("source_silent"))
            .toList());
  }

  @Test
  void anUpdateThatFailsTellsWhatIsLateToo() {
    project.yaml(
        WATCHED
            .replace("on_violation: drop", "on_violation: fail")
            .formatted(webhook("").replace("}}", "}, on: [not_fresh]}")));
    TestingClock clock = new TestingClock(Instant.now());
    project.land("1.json", "{\"id\":1}\n");
    update(clock);
    clock.step(Duration.ofHours(1));
    project.land("2.json", "{\"id\":101}\n");
    assertThrows(UpdateFailedException.class, () -> update(clock));
    List<String> late = List.of("not_fresh silver BEGUN", "not_fresh total BEGUN");
    assertEquals(late, told());
    assertThrows(UpdateFailedException.class, () -> update(clock));
    assertEquals(late, told());
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void aContinuousUpdateTellsOfASourceThatBringsNothing() {
    project.yaml(WATCHED.formatted(webhook("")));
    project.land("1.json", "{\"id\":1}\n");
    TestingClock clock = new TestingClock(Instant.now());
    List<Update> update = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    update.add(
        new Update(
            project.compile(),
            TestingUpdates.DIRECT,
            new UpdateListener() {
              @Override
              public void done(EpochResult result, long millis) {
                clock.step(Duration.ofMinutes(11));
              }

              @Override
              public void idle() {
                clock.step(Duration.ofMillis(1));
              }

              @Override
              public void warning(String text) {
                warnings.add(text);
                update.get(0).stop();
              }
            },
            clock));
    update.get(0).run(Update.Mode.CONTINUOUS);
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.get(0).startsWith("source feed is silent: "), warnings.get(0));
    assertEquals(List.of("source_silent feed BEGUN"), told());
  }

  private String path(String name) {
    return dir.resolve(name).toString();
  }
}
