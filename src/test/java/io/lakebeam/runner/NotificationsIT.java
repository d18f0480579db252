package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.cli.TestingConsole;
import io.lakebeam.cli.console.Logging;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People are told once that an update fails, and once that it is well again. */
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
    project.yaml(
        """
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
            .formatted(rule, notify));
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

  private String path(String name) {
    return dir.resolve(name).toString();
  }
}
