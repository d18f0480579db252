package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.lakebeam.cli.TestingConsole;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lineage server is told what updates do, and stops none of them. */
class LineageIT {
  private static final String KEY = "k3y-of-the-lineage-server";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;
  private final List<JsonNode> events = Collections.synchronizedList(new ArrayList<>());
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private volatile int answer = 201;
  private HttpServer server;
  private TestingPipeline project;
  private TestingConsole console;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          events.add(JSON.readTree(exchange.getRequestBody()));
          asked.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    server.start();
    Secrets.provide("LINEAGE_URL", "http://127.0.0.1:" + server.getAddress().getPort());
    Secrets.provide("LINEAGE_KEY", KEY);
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    project = new TestingPipeline(dir);
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  private void pipeline(String rule, String lineage) {
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
        open_lineage: %s
        """
            .formatted(rule, lineage));
  }

  private static String http() {
    return "{http: {url: \"${LINEAGE_URL}\", api_key: \"${LINEAGE_KEY}\"}}";
  }

  private List<String> types(List<JsonNode> of) {
    return of.stream().map(each -> each.get("eventType").asText()).toList();
  }

  @Test
  void theServerIsToldTheBeginningAndTheEnd() {
    pipeline("drop", http());
    project.land("1.json", "{\"id\":1}\n{\"id\":2}\n{\"id\":101}\n");
    assertEquals(0, console.type("run", "p"), console.err());
    pipeline("fail", http());
    project.land("2.json", "{\"id\":102}\n");
    assertEquals(1, console.type("run", "p"));

    assertEquals(List.of("START", "COMPLETE", "START", "FAIL"), types(events));
    assertEquals("/api/v1/lineage Bearer " + KEY, asked.get(0));
    events.forEach(OpenLineageSchema::check);
    assertEquals(events.get(0).at("/run/runId"), events.get(1).at("/run/runId"));
    JsonNode silver = events.get(1).at("/outputs/1");
    assertEquals(2, silver.at("/outputFacets/outputStatistics/rowCount").asInt());
    String message = events.get(3).at("/run/facets/errorMessage/message").asText();
    assertTrue(message.contains("small"), message);
  }

  @Test
  void aServerThatIsAwayOrWrongIsToldInOneLineAndStopsNothing() {
    answer = 500;
    pipeline("drop", http());
    project.land("1.json", "{\"id\":1}\n");
    assertEquals(0, console.type("run", "p"), console.err());
    assertEquals(1, console.err().split("lineage is not delivered", -1).length - 1, console.err());
    server.stop(0);
    project.land("2.json", "{\"id\":2}\n");
    assertEquals(0, console.type("run", "p"), console.err());
    assertEquals(1, console.err().split("lineage is not delivered", -1).length - 1, console.err());
    assertFalse(console.err().contains(KEY), console.err());

    assertEquals(0, console.type("events", "p", "--type", "lineage_not_delivered"), console.err());
    assertEquals(2, console.out().split("2 events of lineage are not", -1).length - 1);
    assertFalse(console.out().contains(KEY), console.out());
  }

  @Test
  void aFileGetsALineForEachEvent() throws IOException {
    pipeline("drop", "{file: told/lineage.jsonl, job: other}");
    project.land("1.json", "{\"id\":1}\n");
    assertEquals(0, console.type("run", "p"), console.err());
    List<JsonNode> told = new ArrayList<>();
    for (String line : Files.readAllLines(dir.resolve("told/lineage.jsonl"))) {
      told.add(JSON.readTree(line));
    }
    assertEquals(List.of("START", "COMPLETE"), types(told));
    told.forEach(OpenLineageSchema::check);
    assertEquals("other", told.get(0).at("/job/name").asText());
  }

  @Test
  void whatIsDeclaredWrongIsTold() {
    pipeline("drop", "{http: {url: \"http://marquez:5000\", api_key: \"${LINEAGE_KEY}\"}}");
    assertTrue(project.told().get(0).contains("url is no https URL"), project.told().toString());
    pipeline("drop", "{http: {url: marquez}}");
    assertTrue(
        project.told().get(0).contains("no URL of a lineage server"), project.told().toString());
    pipeline("drop", "{http: {url: \"http://marquez:5000\"}, file: a.jsonl}");
    assertFalse(project.told().isEmpty());
    pipeline("drop", "{file: \"s3://bucket/a.jsonl\"}");
    assertTrue(
        project.told().get(0).contains("no file of this machine"), project.told().toString());
    pipeline("drop", "{htp: {url: \"http://marquez:5000\"}}");
    assertTrue(project.told().toString().contains("htp"), project.told().toString());
    pipeline("drop", "{http: {url: \"http://marquez:5000\", api_key: written-out}}");
    assertTrue(project.told().toString().contains("api_key"), project.told().toString());
  }
}
