package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.deploy.Pause;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The event log, as whoever runs a pipeline looks at it. */
class EventsCommandIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        feed: {files: "in/*.csv", format: csv, settle: 0s, schema: "id BIGINT, part INT"}
      datasets:
        bronze: {streaming_table: {from: feed}}
        silver: {streaming_table: {sql: "SELECT id FROM bronze WHERE id > 0"}}
        shares: {materialized_view: {sql: "SELECT SUM(100 / part) AS x FROM bronze"}}
      """;

  @TempDir Path dir;
  private TestingPipeline project;
  private TestingConsole console;

  @BeforeEach
  void run() {
    project = new TestingPipeline(dir).yaml(PIPELINE);
    project.land("1.csv", "id,part\n1,1\n2,2\n");
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    assertEquals(0, console.type("run", "p"), console.err());
  }

  private List<String> lines(String... command) {
    assertEquals(0, console.type(command), console.err());
    return console
        .out()
        .lines()
        .map(line -> line.replaceAll("^\\S+Z +", "").replaceAll(" +", " "))
        .toList();
  }

  @Test
  void eventsAreFoundByWhatIsKnownOfThem() throws IOException {
    List<String> all = lines("events", "p");
    assertTrue(all.contains("INFO flow_definition silver is computed from bronze"), all.toString());
    assertTrue(
        all.contains(
            "METRICS flow_progress silver: 2 in, 2 accepted, 0 dropped, 0 quarantined, committed"),
        all.toString());
    assertEquals(all.subList(all.size() - 2, all.size()), lines("events", "p", "--limit", "2"));
    assertEquals(3, lines("events", "p", "--type", "flow_definition").size());
    assertEquals(2, lines("events", "p", "--dataset", "silver").size());
    assertEquals(List.of(), lines("events", "p", "--epoch", "7"));
    assertEquals(List.of(), lines("events", "p", "--level", "warn"));
    assertEquals(all.size(), lines("events", "p", "--since", "1h").size());

    console.type(
        "events", "p", "--dataset", "silver", "--type", "flow_progress", "--output", "json");
    JsonNode event = JSON.readTree(console.out());
    assertEquals(1, event.path("epoch").asInt());
    assertEquals(2, event.at("/details/flow_progress/metrics/num_output_rows").asInt());

    assertEquals(2, console.type("events", "p", "--since", "soon"));
    assertEquals(1, console.type("events", "p", "--lake", "none"));
  }

  @Test
  void aViewThatIsLeftBehindIsAnError() {
    project.land("2.csv", "id,part\n3,0\n");
    assertEquals(1, console.type("run", "p"));
    assertEquals(
        List.of("ERROR flow_progress shares: 0 in, 0 accepted, 0 dropped, 0 quarantined, behind"),
        lines("events", "p", "--level", "warn", "--type", "flow_progress"));
    List<String> updates = lines("events", "p", "--level", "error", "--type", "update_progress");
    assertEquals(1, updates.size());
    assertTrue(updates.get(0).contains("has failed: the query of view shares"), updates.get(0));
  }

  @Test
  void eventsThatComeAreToldOnce() {
    TestingConsole follower = new TestingConsole(dir);
    AtomicInteger looks = new AtomicInteger();
    Pause pause =
        time -> {
          switch (looks.incrementAndGet()) {
            case 1 -> {
              project.land("2.csv", "id,part\n3,1\n");
              assertEquals(0, console.type("run", "p"), console.err());
            }
            case 2 -> {
              // Nothing has come since.
            }
            default -> throw new InterruptedException("Ctrl-C");
          }
        };
    int code =
        new CommandLine(new EventsCommand(follower.console(), Clock.systemUTC(), pause))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute("p", "--follow", "--dataset", "silver", "--type", "flow_progress");
    assertTrue(Thread.interrupted());
    assertEquals(0, code);
    assertEquals(
        List.of("silver: 2 in", "silver: 1 in"),
        follower
            .out()
            .lines()
            .map(line -> line.replaceAll(".*flow_progress +", "").replaceAll(",.*", ""))
            .toList());
  }
}
