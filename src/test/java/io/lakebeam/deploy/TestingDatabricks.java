package io.lakebeam.deploy;

import static io.lakebeam.deploy.ApiRefusal.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A workspace on this machine: the part of Databricks' REST API that a deployment uses, as
 * docs.databricks.com/api describes its requests and answers. What it does not know, or what is not
 * of the documented form, it refuses with 400, as Databricks does. It has one volume, {@code
 * /Volumes/main/ops/lakebeam}, and one SQL warehouse, {@code w1}.
 */
public final class TestingDatabricks implements AutoCloseable {
  public static final String TOKEN = "dapi0123456789abcdef";
  public static final String CLIENT_ID = "app-1";
  public static final String CLIENT_SECRET = "dose-very-secret";
  public static final String VOLUME = "/Volumes/main/ops/lakebeam";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> requests = new ArrayList<>();
  private final TestingVolume volume = new TestingVolume(VOLUME);
  private final TestingJobs jobs = new TestingJobs(volume.files().keySet());
  private final Deque<Fault> faults = new ArrayDeque<>();
  private final Deque<JsonNode> statementStates = new ArrayDeque<>();
  private final List<String> statements = new ArrayList<>();
  private String bearer = TOKEN;
  private int issued;

  /** What a request gets instead of its answer. */
  private record Fault(String path, int status, Map<String, String> headers, String body) {}

  private TestingDatabricks() throws IOException {
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
  }

  public static TestingDatabricks start() {
    try {
      TestingDatabricks databricks = new TestingDatabricks();
      databricks.server.start();
      return databricks;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI host() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** As {@code METHOD /path}, queries left out. */
  public synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  public synchronized long requests(String path) {
    return requests.stream().filter(request -> request.contains(path)).count();
  }

  public synchronized Map<String, byte[]> files() {
    return new TreeMap<>(volume.files());
  }

  public synchronized Map<Long, JsonNode> jobs() {
    return new LinkedHashMap<>(jobs.jobs());
  }

  public synchronized List<String> statements() {
    return List.copyOf(statements);
  }

  /** A job that is there already. */
  public synchronized TestingDatabricks job(long id, String settings) {
    jobs.jobs().put(id, tree(settings));
    return this;
  }

  public synchronized TestingDatabricks jobsOnAPage(int count) {
    jobs.onAPage(count);
    return this;
  }

  /** The next request whose path holds this gets that. */
  public synchronized TestingDatabricks fault(String path, int status, String body) {
    return fault(path, status, Map.of(), body);
  }

  public synchronized TestingDatabricks fault(
      String path, int status, Map<String, String> headers, String body) {
    faults.add(new Fault(path, status, headers, body));
    return this;
  }

  /** What a run is in, look after look; the last one stays. */
  public synchronized TestingDatabricks run(String... states) {
    for (String state : states) {
      jobs.nextState(tree(state));
    }
    return this;
  }

  public synchronized TestingDatabricks taskError(String text) {
    jobs.taskError(text);
    return this;
  }

  /** What a task has printed, look after look; the last one stays. */
  public synchronized TestingDatabricks logs(String... texts) {
    for (String text : texts) {
      jobs.nextLogs(text);
    }
    return this;
  }

  /** Runs that belong to no job, as they were asked for. */
  public synchronized List<JsonNode> submittedRuns() {
    return List.copyOf(jobs.submitted());
  }

  /** What statements answer, one after the other, in place of success. */
  public synchronized TestingDatabricks statement(String... states) {
    for (String state : states) {
      statementStates.add(tree(state));
    }
    return this;
  }

  /** Only what the token endpoint gave last signs in from now on. */
  public synchronized TestingDatabricks expire() {
    bearer = "expired";
    return this;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    requests.add(exchange.getRequestMethod() + " " + path);
    try (exchange) {
      Fault fault = faults.peek();
      if (fault != null && path.contains(fault.path())) {
        faults.remove();
        fault.headers().forEach(exchange.getResponseHeaders()::set);
        send(exchange, fault.status(), fault.body());
        return;
      }
      try {
        answer(exchange, path, body);
      } catch (ApiRefusal e) {
        send(
            exchange,
            e.status(),
            JSON.createObjectNode()
                .put("error_code", e.code())
                .put("message", e.getMessage())
                .toString());
      }
    }
  }

  private void answer(HttpExchange exchange, String path, byte[] body) throws IOException {
    if (path.equals("/oidc/v1/token")) {
      send(exchange, 200, token(exchange, new String(body, StandardCharsets.UTF_8)));
      return;
    }
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (!("Bearer " + bearer).equals(authorization)) {
      throw new ApiRefusal(401, "", "Credential was not sent or was of an unsupported type");
    }
    if (path.startsWith("/api/2.0/fs/")) {
      volume.answer(exchange, path, body);
      return;
    }
    Map<String, String> query = query(exchange);
    String route = exchange.getRequestMethod() + " " + path;
    if (exchange.getRequestMethod().equals("POST")) {
      require(
          "application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type")),
          "not JSON");
    }
    if (route.startsWith("GET /api/2.0/sql/statements/")) {
      require(path.endsWith("/s1"), "no such statement");
      send(exchange, 200, statementAnswer());
      return;
    }
    String answer =
        switch (route) {
          case "GET /api/2.2/jobs/list" -> jobs.list(query);
          case "POST /api/2.2/jobs/create" -> jobs.create(json(body));
          case "POST /api/2.2/jobs/reset" -> jobs.reset(json(body));
          case "POST /api/2.2/jobs/run-now" -> jobs.runNow(json(body));
          case "POST /api/2.2/jobs/runs/submit" -> jobs.submit(json(body));
          case "GET /api/2.2/jobs/runs/get" -> jobs.run(query, host());
          case "GET /api/2.2/jobs/runs/get-output" -> jobs.output(query);
          case "POST /api/2.0/sql/statements" -> statement(json(body));
          default ->
              throw new ApiRefusal(404, "ENDPOINT_NOT_FOUND", "No API found for '" + route + "'");
        };
    send(exchange, 200, answer);
  }

  private String token(HttpExchange exchange, String form) {
    String pair = CLIENT_ID + ":" + CLIENT_SECRET;
    String wanted =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    if (!wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      throw new ApiRefusal(401, "invalid_client", "Client authentication failed");
    }
    require(form.equals("grant_type=client_credentials&scope=all-apis"), "form");
    bearer = "oauth-" + ++issued;
    return "{\"access_token\":\"" + bearer + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}";
  }

  private String statement(JsonNode body) {
    DocumentedJob.keys(
        body, List.of("warehouse_id", "statement", "wait_timeout", "on_wait_timeout"));
    if (!body.path("warehouse_id").asText().equals("w1")) {
      throw new ApiRefusal(404, "NOT_FOUND", "SQL warehouse does not exist");
    }
    require(body.path("wait_timeout").asText().matches("0s|[1-4]?[0-9]s|50s"), "wait_timeout");
    require(body.path("on_wait_timeout").asText().matches("CONTINUE|CANCEL"), "on_wait_timeout");
    statements.add(body.path("statement").asText());
    return statementAnswer();
  }

  private String statementAnswer() {
    var answer = JSON.createObjectNode().put("statement_id", "s1");
    JsonNode state = statementStates.poll();
    answer.set("status", state == null ? tree("{\"state\":\"SUCCEEDED\"}") : state);
    return answer.toString();
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new ApiRefusal(400, "MALFORMED_REQUEST", "Could not parse request object");
    }
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> query = new HashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String part : raw == null ? new String[0] : raw.split("&", -1)) {
      int equals = part.indexOf('=');
      query.put(
          part.substring(0, equals),
          URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return query;
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }
}
