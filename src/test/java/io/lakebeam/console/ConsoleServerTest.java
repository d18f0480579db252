package io.lakebeam.console;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.testing.TestingPipeline;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets an answer of the console, and which, before any run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String VIEWER = "viewer-token-0123456789";
  private static final String OPERATOR = "operator-token-0123456789";
  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        feed: {files: "in/*.json", format: json, schema: "id BIGINT NOT NULL, amount INT"}
      datasets:
        silver:
          streaming_table: {sql: "SELECT id, amount FROM feed"}
          expect: {small: {expect: amount < 100, on_violation: quarantine}}
      """;

  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir static Path dir;
  private List<ConsolePipeline> pipelines;
  private ConsoleServer open;
  private ConsoleServer closed;

  @BeforeAll
  void serve() throws IOException {
    TestingPipeline project = new TestingPipeline(dir).yaml(PIPELINE);
    pipelines = List.of(new ConsolePipeline("p", project::compile, Clock.systemUTC()));
    open = serve(true);
    closed = serve(false);
  }

  private ConsoleServer serve(boolean anyoneLooks) throws IOException {
    return new ConsoleServer(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        Optional.empty(),
        new ConsoleAccess(Optional.of(VIEWER), Optional.of(OPERATOR), anyoneLooks),
        pipelines);
  }

  @AfterAll
  void end() {
    open.close();
    closed.close();
  }

  private static HttpRequest.Builder to(ConsoleServer server, String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    assertGuarded(response);
    return response;
  }

  private static void assertGuarded(HttpResponse<?> response) {
    String policy = response.headers().firstValue("Content-Security-Policy").orElseThrow();
    assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"));
    assertTrue(policy.contains("frame-ancestors 'none'"), policy);
    assertFalse(policy.contains("unsafe"), policy);
    assertEquals("nosniff", response.headers().firstValue("X-Content-Type-Options").orElseThrow());
    assertEquals("no-referrer", response.headers().firstValue("Referrer-Policy").orElseThrow());
    assertTrue(response.headers().firstValue("Set-Cookie").isEmpty(), "no cookie is ever set");
    assertTrue(response.headers().firstValue("Access-Control-Allow-Origin").isEmpty());
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    assertEquals(
        "application/json; charset=utf-8",
        response.headers().firstValue("Content-Type").orElse("none"));
    assertEquals("no-store", response.headers().firstValue("Cache-Control").orElseThrow());
    return JSON.readTree(response.body());
  }

  private static void assertFails(int status, HttpResponse<String> response) throws IOException {
    assertEquals(status, response.statusCode(), response.body());
    assertFalse(json(response).at("/error/problem").asText().isEmpty(), response.body());
  }

  private HttpRequest.Builder decision() {
    return to(open, "/api/pipelines/p/quarantine/discard")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{\"ids\":[\"x\"],\"by\":\"Ada\",\"reason\":\"a test\"}"));
  }

  @Test
  void thePageAndWhatItUsesAreThere() throws Exception {
    HttpResponse<String> page = send(to(open, "/"));
    assertEquals(200, page.statusCode());
    assertTrue(page.body().contains("<script type=\"module\" src=\"/app.js\">"), page.body());
    assertFalse(page.body().contains("<script>"), "no script stands in the page");
    assertFalse(page.body().contains("style=\""), "no style stands in the page");
    for (String path :
        List.of("/app.js", "/style.css", "/icon.svg", "/pages/data.js", "/lib/lit-html.js")) {
      assertEquals(200, send(to(open, path)).statusCode(), path);
    }
    HttpResponse<String> head = send(to(open, "/app.js").method("HEAD", BodyPublishers.noBody()));
    assertEquals(200, head.statusCode());
    assertEquals("", head.body());
    // A browser has to have the page before it can ask for a token.
    assertEquals(200, send(to(closed, "/")).statusCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/none",
        "/app.java",
        "/index.html/",
        "/lib/",
        "/lib/..",
        "/lib/../app.js",
        "/pages/../../x",
        "/pages/%2e%2e/app.js",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/pages//data.js",
        "/io/lakebeam/console/ConsoleServer.class",
        "/api",
        "/api/",
        "/api/none",
        "/api/pipelines/p",
        "/api/pipelines/p/none",
        "/api/pipelines/none/overview",
        "/api/pipelines/p/data/none",
        "/api/pipelines/p/data/none/none",
        "/api/pipelines/p/data/..%2f..%2fsecrets",
        "/api/pipelines/p/datasets/none",
        "/api/pipelines/p/updates/none",
        "/api/pipelines/p/columns?relation=silver&column=none",
        "/api/live?pipeline=none"
      })
  void whatIsNotThereIsNotFound(String path) throws Exception {
    String answer = raw(open, "GET " + path + " HTTP/1.1", "Host: localhost");
    assertTrue(answer.startsWith("HTTP/1.1 404 "), answer);
    assertTrue(answer.contains("\"problem\":\"there is no "), answer);
  }

  /** Sends what the JDK's client would not. */
  private static String raw(ConsoleServer server, String... lines) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request = String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void anotherNameOfThisMachineGetsNoAnswer() throws Exception {
    for (String host : List.of("evil.example", "evil.example:80", "localhost.evil.example", "")) {
      for (String path : List.of("/", "/api/session")) {
        String answer = raw(open, "GET " + path + " HTTP/1.1", "Host: " + host);
        assertTrue(answer.startsWith("HTTP/1.1 421 "), host + ": " + answer);
        assertFalse(answer.contains("\"role\""), answer);
      }
    }
    for (String host : List.of("localhost", "127.0.0.1:1", "[::1]:8080", "LOCALHOST")) {
      String answer = raw(open, "GET /api/session HTTP/1.1", "Host: " + host);
      assertTrue(answer.startsWith("HTTP/1.1 200 "), host + ": " + answer);
    }
  }

  @Test
  void aRequestLineWithoutAPathGetsNoPage() throws Exception {
    for (String line : List.of("OPTIONS * HTTP/1.1", "GET http://localhost HTTP/1.1")) {
      String answer = raw(open, line, "Host: localhost");
      assertTrue(answer.startsWith("HTTP/1.1 4"), line + ": " + answer);
    }
  }

  @Test
  void aTokenSaysWhatSomebodyMayDo() throws Exception {
    assertEquals("viewer", role(open, null));
    assertEquals("viewer", role(open, "Bearer " + VIEWER));
    assertEquals("operator", role(open, "Bearer " + OPERATOR));
    assertEquals("viewer", role(closed, "Bearer " + VIEWER));
    assertEquals("operator", role(closed, "Bearer " + OPERATOR));
    assertNobody(send(to(closed, "/api/session")));
    assertNobody(send(to(closed, "/api/session").header("Authorization", "Bearer")));
    assertNobody(send(to(closed, "/api/session").header("Authorization", "Basic dTpw")));
    for (ConsoleServer server : List.of(open, closed)) {
      for (String wrong :
          List.of("Bearer wrong", "Bearer " + OPERATOR + "x", "Bearer " + VIEWER + "x")) {
        assertNobody(send(to(server, "/api/session").header("Authorization", wrong)));
        assertNobody(send(to(server, "/api/live").header("Authorization", wrong)));
      }
    }
  }

  private String role(ConsoleServer server, String authorization) throws Exception {
    HttpRequest.Builder request = to(server, "/api/session");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return json(send(request)).path("role").asText();
  }

  private static void assertNobody(HttpResponse<String> response) throws IOException {
    assertFails(401, response);
    assertEquals("Bearer", response.headers().firstValue("WWW-Authenticate").orElseThrow());
  }

  @Test
  void onlyAnOperatorDecides() throws Exception {
    assertFails(403, send(decision()));
    assertFails(403, send(decision().header("Authorization", "Bearer " + VIEWER)));
    for (String what : List.of("try", "replay", "reopen", "none")) {
      assertFails(
          403,
          send(
              to(open, "/api/pipelines/p/quarantine/" + what)
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{}"))));
    }
    HttpResponse<String> nothing =
        send(
            to(open, "/api/pipelines/p/quarantine/none")
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + OPERATOR)
                .POST(BodyPublishers.ofString("{\"ids\":[\"x\"]}")));
    assertFails(404, nothing);
  }

  @Test
  void aRequestOfAnotherPageIsRefused() throws Exception {
    String own = "http://localhost:" + open.port();
    for (String origin : List.of("https://evil.example", "null", "http://localhost:1")) {
      assertFails(
          403,
          send(decision().header("Authorization", "Bearer " + OPERATOR).header("Origin", origin)));
    }
    HttpResponse<String> sql =
        send(
            to(open, "/api/pipelines/p/sql")
                .header("Content-Type", "application/json")
                .header("Origin", own)
                .POST(BodyPublishers.ofString("{\"sql\":\"SELECT 1 AS one\"}")));
    assertEquals(200, sql.statusCode(), sql.body());
    assertEquals("[[1]]", json(sql).path("rows").toString());
    for (String type : List.of("application/x-www-form-urlencoded", "text/plain", "")) {
      HttpRequest.Builder form =
          to(open, "/api/pipelines/p/sql").POST(BodyPublishers.ofString("{\"sql\":\"SELECT 1\"}"));
      if (!type.isEmpty()) {
        form.header("Content-Type", type);
      }
      assertFails(415, send(form));
    }
  }

  @Test
  void aBrokenRequestIsToldSo() throws Exception {
    for (String body : List.of("", "{", "[]", "1", "null", "{\"a\":1} x", "[".repeat(50_000))) {
      assertFails(400, send(sql(body)));
    }
    String tooMuch = "{\"sql\":\"" + "x".repeat(1 << 20) + "\"}";
    assertFails(413, send(sql(tooMuch)));
    assertFails(400, send(sql("{\"sql\":\"SELECT '" + "x".repeat(20_001) + "'\"}")));
    for (String query :
        List.of(
            "quarantine?limit=many",
            "quarantine?status=none",
            "quarantine?table=none",
            "quarantine?since=yesterday",
            "quarantine?epoch=-1",
            "quarantine?where=id%20%3D%201",
            "events?level=loud",
            "updates?limit=-1")) {
      assertFails(400, send(to(open, "/api/pipelines/p/" + query)));
    }
    String answer = raw(open, "GET /api/pipelines/p/events?type=%zz HTTP/1.1", "Host: localhost");
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
  }

  private HttpRequest.Builder sql(String body) {
    return to(open, "/api/pipelines/p/sql")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  @Test
  void eachPathHasItsMethods() throws Exception {
    for (String method : List.of("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")) {
      for (String path : List.of("/", "/app.js", "/api/session", "/api/live")) {
        assertFails(405, send(to(open, path).method(method, BodyPublishers.noBody())));
      }
    }
    HttpResponse<String> posted = send(to(open, "/").POST(BodyPublishers.noBody()));
    assertFails(405, posted);
    assertEquals("GET, HEAD", posted.headers().firstValue("Allow").orElseThrow());
    assertFails(404, send(to(open, "/api/pipelines/p/sql")));
  }

  @Test
  void aPipelineThatWasNeverRunHasEmptyPages() throws Exception {
    JsonNode session = json(send(to(open, "/api/session")));
    assertEquals("p", session.at("/pipelines/0/name").asText());
    for (String page : List.of("overview", "updates", "quality", "quarantine", "data", "events")) {
      HttpResponse<String> response = send(to(open, "/api/pipelines/p/" + page));
      assertEquals(200, response.statusCode(), page + ": " + response.body());
      assertTrue(json(response).isObject(), page);
    }
    JsonNode overview = json(send(to(open, "/api/pipelines/p/overview")));
    assertEquals(2, overview.path("nodes").size());
    assertEquals("empty", overview.at("/nodes/1/state").asText());
    assertEquals(0, json(send(to(open, "/api/pipelines/p/data"))).path("tables").size());
    assertEquals(0, json(send(to(open, "/api/pipelines/p/quarantine"))).path("found").asInt());
  }

  @Test
  void aBrokenPipelineIsToldAndHidesNoOther() throws Exception {
    TestingPipeline broken =
        new TestingPipeline(dir.resolve("broken")).yaml(PIPELINE.replace("FROM feed", "FROM fed"));
    List<ConsolePipeline> both =
        List.of(
            new ConsolePipeline("broken", broken::compile, Clock.systemUTC()), pipelines.get(0));
    try (ConsoleServer server =
        new ConsoleServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Optional.empty(),
            new ConsoleAccess(Optional.empty(), Optional.empty(), true),
            both)) {
      JsonNode session = json(send(to(server, "/api/session")));
      assertFalse(session.at("/pipelines/0/problem").asText().isEmpty(), session.toString());
      assertTrue(session.at("/pipelines/1/problem").isMissingNode(), session.toString());
      assertFails(422, send(to(server, "/api/pipelines/broken/overview")));
      assertEquals(200, send(to(server, "/api/pipelines/p/overview")).statusCode());
    }
  }

  @Test
  void whoTakesGzipGetsIt() throws Exception {
    byte[] plain = client.send(to(open, "/app.js").build(), BodyHandlers.ofByteArray()).body();
    HttpResponse<byte[]> packed =
        client.send(
            to(open, "/app.js").header("Accept-Encoding", "gzip, br").build(),
            BodyHandlers.ofByteArray());
    assertEquals("gzip", packed.headers().firstValue("Content-Encoding").orElseThrow());
    assertTrue(packed.body().length < plain.length / 2, packed.body().length + " bytes");
    try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
      assertArrayEquals(plain, unpacked.readAllBytes());
    }
  }

  @Test
  void accessShowsNoToken() {
    ConsoleAccess access = new ConsoleAccess(Optional.of(VIEWER), Optional.of(OPERATOR), true);
    assertEquals("ConsoleAccess[viewer=true, operator=true, anyoneLooks=true]", access.toString());
    assertTrue(ConsoleAccess.newToken().length() >= ConsoleAccess.LEAST_TOKEN);
  }
}
