package io.lakebeam.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the console answers of a lake with rows: what it must not show, and what it must not do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ConsoleApiIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String VIEWER = "viewer-token-0123456789";
  private static final String OPERATOR = "operator-token-0123456789";
  private static final String SECRET = "zq7Unique4Secret9kWv";
  private static final String PIPELINE =
      """
      pipeline: p
      quarantine: {mask: [passenger]}
      storage:
        azure: {account: {account_key: "${CONSOLE_SECRET}"}}
      sources:
        feed:
          files: "in/*.json"
          format: json
          schema: "id BIGINT NOT NULL, passenger STRING, seat INT"
        hub:
          event_hubs: {namespace: "localhost:1", event_hub: h, connection_string: "Endpoint=sb://localhost/;SharedAccessKeyName=k;SharedAccessKey=${CONSOLE_SECRET}"}
          format: json
          schema: "id BIGINT"
      datasets:
        bronze:
          streaming_table: {from: feed}
          expect: {small: {expect: "seat < 100", on_violation: quarantine}}
        seats: {streaming_table: {sql: "SELECT id, seat FROM bronze"}}
      """;

  @TempDir static Path dir;
  private final HttpClient client = HttpClient.newHttpClient();
  private TestingPipeline project;
  private ConsoleServer server;

  @BeforeAll
  void run() throws IOException {
    Secrets.provide("CONSOLE_SECRET", SECRET);
    project = new TestingPipeline(dir);
    StringBuilder records = new StringBuilder();
    for (int i = 1; i <= 200; i++) {
      records.append("{\"id\":%d,\"passenger\":\"Zora Zimt\",\"seat\":%d}\n".formatted(i, i));
    }
    project.land("1.json", records.toString());
    // The hub comes after the run: nobody answers there.
    project.yaml(PIPELINE.replaceAll("(?s)  hub:.*?(?=datasets:)", ""));
    update();
    project.yaml(PIPELINE);
    server =
        new ConsoleServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Optional.empty(),
            new ConsoleAccess(Optional.of(VIEWER), Optional.of(OPERATOR), true),
            List.of(
                new ConsolePipeline(
                    "p", project::compile, Clock.systemUTC(), Duration.ofSeconds(1))));
  }

  private void update() {
    new Update(project.compile(), RunnerProfile.DIRECT, new UpdateListener() {}, Clock.systemUTC())
        .run(Update.Mode.TRIGGERED);
  }

  @AfterAll
  void end() {
    Secrets.forget("CONSOLE_SECRET");
    server.close();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/api/" + path))
        .header("Authorization", "Bearer " + OPERATOR);
  }

  private JsonNode send(int status, HttpRequest request) throws Exception {
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    assertEquals(status, response.statusCode(), response.body());
    for (String hidden : List.of(SECRET, VIEWER, OPERATOR)) {
      assertFalse(response.body().contains(hidden), request.uri() + ": " + response.body());
    }
    return JSON.readTree(response.body());
  }

  private JsonNode get(String path) throws Exception {
    return send(200, to("pipelines/p/" + path).build());
  }

  private JsonNode post(int status, String path, ObjectNode body) throws Exception {
    return send(
        status,
        to("pipelines/p/" + path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build());
  }

  private JsonNode sql(int status, String sql) throws Exception {
    return post(status, "sql", JSON.createObjectNode().put("sql", sql).put("limit", 50));
  }

  private static void assertMasked(JsonNode answer) {
    String text = answer.toString().toLowerCase(Locale.ROOT);
    assertFalse(text.contains("zora") || text.contains("zimt"), text);
  }

  @Test
  void aQueryReadsAndDoesNothingElse() throws Exception {
    Path file = dir.resolve("secret.txt");
    Files.writeString(file, "in no answer");
    for (String refused :
        List.of(
            "INSERT INTO seats VALUES (1, 1)",
            "DELETE FROM seats",
            "UPDATE seats SET seat = 1",
            "DROP TABLE seats",
            "CREATE TABLE x AS SELECT 1",
            "SET a = b",
            "SELECT 1; SELECT 2",
            "SELECT * FROM read_files('" + file + "')",
            "SELECT * FROM text.`" + file + "`",
            "SELECT * FROM parquet.`" + dir + "/lake/bronze`",
            "SELECT * FROM delta.`" + dir + "/lake/bronze`",
            "SELECT java_method('java.lang.System', 'getenv', 'PATH')",
            "SELECT reflect('java.lang.System', 'getProperty', 'user.home')",
            "SELECT * FROM none",
            "SELECT 'open",
            "")) {
      JsonNode answer = sql(400, refused);
      assertFalse(answer.at("/error/problem").asText().isEmpty(), refused);
      assertFalse(answer.toString().contains("in no answer"), answer.toString());
    }
    assertEquals(100, Tables.texts(project.table("seats"), "id").size() + 1);
    assertEquals("[[99]]", sql(200, "SELECT count(*) AS n FROM seats").path("rows").toString());
  }

  @Test
  void aQueryIsBoundedInRowsAndTime() throws Exception {
    JsonNode cut = sql(200, "SELECT id FROM seats");
    assertEquals(50, cut.path("rows").size());
    assertTrue(cut.path("cut").asBoolean(), "it says that there are more");
    JsonNode whole = sql(200, "SELECT id FROM seats ORDER BY id LIMIT 50");
    assertEquals(50, whole.path("rows").size());
    assertFalse(whole.path("cut").asBoolean(), "these are all");
    JsonNode slow =
        sql(
            422,
            "SELECT count(*) AS n FROM seats a CROSS JOIN seats b CROSS JOIN seats c"
                + " CROSS JOIN seats d WHERE a.seat + b.seat + c.seat + d.seat < 0");
    assertEquals("TOO_SLOW", slow.at("/error/code").asText(), slow.toString());
  }

  @Test
  void maskedValuesAreShownAndFoundByNobody() throws Exception {
    JsonNode rows = get("quarantine?status=&limit=500");
    assertTrue(rows.path("found").asInt() > 100, rows.toString());
    assertMasked(rows);
    JsonNode row = get("quarantine/" + rows.at("/rows/0/_id").asText());
    assertMasked(row);
    assertEquals("***", row.path("passenger").asText());
    assertEquals("[\"passenger\"]", row.path("_masked").toString());
    JsonNode data = get("data/bronze_quarantine");
    assertTrue(data.path("rows").size() > 0);
    assertMasked(data);
    assertMasked(get("data/bronze_quarantine/changes?version=1"));
    for (String path :
        List.of(
            "data/bronze_quarantine?where=passenger%20LIKE%20%27Z%25%27",
            "data/bronze_quarantine?order=passenger",
            "data/bronze_quarantine?order=seat,PASSENGER%20desc",
            "data/bronze_quarantine?where=_raw%20LIKE%20%27%25Z%25%27",
            "data/bronze_quarantine?order=_raw",
            "quarantine?table=bronze&where=passenger%20%3D%20%27Zora%20Zimt%27")) {
      JsonNode refused = send(400, to("pipelines/p/" + path).build());
      assertTrue(refused.toString().contains("masked"), path + ": " + refused);
    }
    JsonNode refused = sql(400, "SELECT passenger FROM bronze_quarantine");
    assertMasked(refused);
  }

  @Test
  void noAnswerHasASecret() throws Exception {
    List<String> paths =
        new ArrayList<>(
            List.of(
                "overview",
                "updates",
                "quality",
                "events?limit=1000",
                "events?level=metrics",
                "quarantine",
                "quarantine?status=&limit=1000",
                "data",
                "columns?relation=seats&column=seat"));
    for (JsonNode node : get("overview").path("nodes")) {
      paths.add("datasets/" + node.path("name").asText());
    }
    for (JsonNode table : get("data").path("tables")) {
      String name = "data/" + table.path("name").asText();
      paths.addAll(List.of(name, name + "/versions", name + "/changes"));
    }
    for (JsonNode update : get("updates").path("updates")) {
      paths.add("updates/" + update.path("id").asText());
    }
    for (JsonNode row : get("quarantine?limit=2").path("rows")) {
      paths.add("quarantine/" + row.path("_id").asText());
    }
    assertTrue(paths.size() > 20, paths.toString());
    for (String path : paths) {
      assertTrue(get(path).isObject(), path);
    }
    assertEquals("operator", send(200, to("session").build()).path("role").asText());
    sql(400, "SELECT '" + "x' FROM none");
    send(404, to("pipelines/p/datasets/none").build());
  }

  @Test
  void anOperatorDecidesWithNameAndReason() throws Exception {
    String id = get("quarantine?limit=1").at("/rows/0/_id").asText();
    ObjectNode body = JSON.createObjectNode();
    body.putArray("ids").add(id);
    assertTrue(post(400, "quarantine/discard", body).toString().contains("who asks"));
    body.put("by", "Ada").put("reason", "a test");
    assertEquals(1, post(200, "quarantine/discard", body).path("rows").asInt());
    assertEquals(
        List.of(id + "|discarded|Ada|a test"),
        Tables.texts(project.table("quarantine_log"), "id", "outcome", "requested_by", "reason"));
    assertEquals("discarded", get("quarantine/" + id).path("_status").asText());
  }

  @Test
  void whoListensHearsOfAChange() throws Exception {
    HttpResponse<java.io.InputStream> live =
        client.send(to("live?pipeline=p").build(), BodyHandlers.ofInputStream());
    assertEquals("text/event-stream", live.headers().firstValue("Content-Type").orElseThrow());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(live.body(), StandardCharsets.UTF_8))) {
      String first = told(lines);
      project.yaml(PIPELINE.replaceAll("(?s)  hub:.*?(?=datasets:)", ""));
      project.land("2.json", "{\"id\":1000,\"passenger\":\"Zora Zimt\",\"seat\":500}\n");
      update();
      project.yaml(PIPELINE);
      String second = told(lines);
      assertFalse(second.equals(first), second);
      assertTrue(JSON.readTree(second).path("version").isNumber(), second);
    }
  }

  /** The next thing that is told. */
  private static String told(BufferedReader lines) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("data: ")) {
        return line.substring("data: ".length());
      }
    }
    throw new AssertionError("it ends");
  }
}
