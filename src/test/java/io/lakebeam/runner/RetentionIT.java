package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.cli.TestingConsole;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refused rows that a quarantine does not keep any longer. */
class RetentionIT {
  private static final String PIPELINE =
      """
      pipeline: p
      quarantine: {keep: 30d}
      sources:
        feed: {files: "in/*.json", format: json, schema: "id BIGINT NOT NULL"}
      datasets:
        bronze:
          streaming_table: {from: feed}
          quarantine: {keep: forever}
        silver:
          streaming_table: {sql: "SELECT id FROM bronze"}
          expect: {small: {expect: id < 100, on_violation: quarantine}}
      """;

  private static final String FIRST = "{\"id\":1}\n{\"id\":\"x\"}\n{\"id\":100}\n{\"id\":101}\n";

  @TempDir Path dir;
  private TestingPipeline project;
  private TestingConsole console;

  @BeforeEach
  void land() {
    project = new TestingPipeline(dir).yaml(PIPELINE);
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    project.land("1.json", FIRST);
    assertEquals(0, console.type("run", "p"), console.err());
  }

  private static void runLater(TestingPipeline project) {
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(40));
    new Update(project.compile(), TestingUpdates.DIRECT, new UpdateListener() {}, later)
        .run(Update.Mode.TRIGGERED);
  }

  private static List<String> rows(TestingPipeline project, String table, String... columns) {
    return Tables.texts(project.table(table), columns).stream().sorted().toList();
  }

  private static List<String> counts(TestingPipeline project) {
    return List.of("bronze_quarantine", "silver", "silver_quarantine").stream()
        .map(table -> table + " " + Tables.rows(project.table(table)).size())
        .toList();
  }

  @Test
  void rowsGoAndAllThatIsKnownOfThemIsTold() {
    assertEquals(0, console.type("quarantine", "replay", "p", "--rule", "small", "--yes"));
    assertEquals(
        List.of("bronze_quarantine 1", "silver 1", "silver_quarantine 4"), counts(project));
    assertEquals(0, console.type("quarantine", "list", "p", "--status", "open", "--rule", "small"));
    String id = console.out().lines().skip(1).findFirst().orElseThrow().strip().split(" ")[0];
    assertEquals(0, console.type("quarantine", "export", "p", "--to", "all.jsonl"));

    project.land("2.json", "{\"id\":102}\n");
    runLater(project);
    assertEquals(
        List.of("bronze_quarantine 1", "silver 1", "silver_quarantine 1"), counts(project));
    // What was refused again has been closed before.
    assertEquals(
        List.of(
            "expired|kept for 30d",
            "expired|kept for 30d",
            "failed_again|null",
            "failed_again|null"),
        rows(project, "quarantine_log", "outcome", "reason"));
    assertTrue(
        rows(project, "event_log", "event_type", "level", "dataset_name", "details").stream()
            .anyMatch(
                each ->
                    each.startsWith("quarantine_expired|INFO|silver|")
                        && each.contains("\"num_rows\":4,\"num_open_rows\":2")),
        rows(project, "event_log", "event_type", "details").toString());

    assertEquals(2, console.type("quarantine", "replay", "p", id, "--yes"));
    assertTrue(
        console
            .err()
            .contains(
                "row "
                    + id
                    + " is deleted; what is known of it last: expired by request 2 (kept for 30d)"),
        console.err());
    assertEquals(1, console.type("quarantine", "show", "p", id));
    assertTrue(
        console
            .err()
            .contains(
                "row "
                    + id
                    + " is deleted; what is known of it last: expired by request 2 (kept for 30d)"),
        console.err());
    assertEquals(2, console.type("quarantine", "replay", "p", "--from", "all.jsonl", "--yes"));
    assertTrue(
        console.err().contains("all.jsonl:2: row ")
            && console.err().contains("last: failed again by request 1"),
        console.err());
  }

  @Test
  void anEpochThatIsDoneAgainBringsNothingTwiceAndMissesNothing() throws Exception {
    TestingPipeline copy = new TestingPipeline(dir.resolve("killed")).yaml(PIPELINE);
    copy.land("1.json", FIRST);
    KilledRun.copy(project.lake(), copy.lake(), 1, List.of("event_log", "silver"));
    assertEquals(List.of("bronze_quarantine 1", "silver 0", "silver_quarantine 2"), counts(copy));
    runLater(copy);
    List<String> whole = List.of("bronze_quarantine 1", "silver 1", "silver_quarantine 0");
    assertEquals(whole, counts(copy));
    runLater(copy);
    assertEquals(whole, counts(copy));
  }
}
