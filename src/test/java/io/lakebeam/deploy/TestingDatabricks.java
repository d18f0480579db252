package io.lakebeam.deploy;

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
  private final Map<String, byte[]> files = new TreeMap<>();
  private final List<String> folders = new ArrayList<>(List.of(VOLUME));
  private final Map<Long, JsonNode> jobs = new LinkedHashMap<>();
  private final Map<String, Long> runTokens = new HashMap<>();
  private final Deque<Fault> faults = new ArrayDeque<>();
  private final Deque<JsonNode> runStates = new ArrayDeque<>();
  private final Deque<JsonNode> statementStates = new ArrayDeque<>();
  private final List<String> statements = new ArrayList<>();
  private String taskError = "";
  private String bearer = TOKEN;
  private int issued;
  private int jobsOnAPage = 100;

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
    return new TreeMap<>(files);
  }

  public synchronized Map<Long, JsonNode> jobs() {
    return new LinkedHashMap<>(jobs);
  }

  public synchronized List<String> statements() {
    return List.copyOf(statements);
  }

  /** A job that is there already. */
  public synchronized TestingDatabricks job(long id, String settings) {
    jobs.put(id, tree(settings));
    return this;
  }

  public synchronized TestingDatabricks jobsOnAPage(int count) {
    jobsOnAPage = count;
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
      runStates.add(tree(state));
    }
    return this;
  }

  public synchronized TestingDatabricks taskError(String text) {
    taskError = text;
    return this;
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

  /** What is answered instead of success. */
  private static final class Refused extends RuntimeException {
    private final int status;
    private final String code;

    Refused(int status, String code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      refuse(otherwise);
    }
  }

  /** Answers the request under way with 400. */
  static void refuse(String message) {
    throw new Refused(400, "INVALID_PARAMETER_VALUE", message);
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
      } catch (Refused e) {
        send(
            exchange,
            e.status,
            JSON.createObjectNode()
                .put("error_code", e.code)
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
      throw new Refused(401, "", "Credential was not sent or was of an unsupported type");
    }
    if (path.startsWith("/api/2.0/fs/")) {
      files(exchange, path, body);
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
          case "GET /api/2.2/jobs/list" -> list(query);
          case "POST /api/2.2/jobs/create" -> create(json(body));
          case "POST /api/2.2/jobs/reset" -> reset(json(body));
          case "POST /api/2.2/jobs/run-now" -> runNow(json(body));
          case "GET /api/2.2/jobs/runs/get" -> run(query);
          case "GET /api/2.2/jobs/runs/get-output" -> output(query);
          case "POST /api/2.0/sql/statements" -> statement(json(body));
          default ->
              throw new Refused(404, "ENDPOINT_NOT_FOUND", "No API found for '" + route + "'");
        };
    send(exchange, 200, answer);
  }

  private String token(HttpExchange exchange, String form) {
    String pair = CLIENT_ID + ":" + CLIENT_SECRET;
    String wanted =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    if (!wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      throw new Refused(401, "invalid_client", "Client authentication failed");
    }
    require(form.equals("grant_type=client_credentials&scope=all-apis"), "form");
    bearer = "oauth-" + ++issued;
    return "{\"access_token\":\"" + bearer + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}";
  }

  private void files(HttpExchange exchange, String path, byte[] body) throws IOException {
    String method = exchange.getRequestMethod();
    if (path.startsWith("/api/2.0/fs/directories/")) {
      require(method.equals("PUT") && body.length == 0, "directories take PUT without a body");
      String folder = path.substring("/api/2.0/fs/directories".length());
      if (!(folder + "/").startsWith(VOLUME + "/")) {
        throw new Refused(404, "NOT_FOUND", "Volume does not exist");
      }
      for (String f = folder;
          f.length() > VOLUME.length();
          f = f.substring(0, f.lastIndexOf('/'))) {
        folders.add(f);
      }
      send(exchange, 204, "");
      return;
    }
    String file = path.substring("/api/2.0/fs/files".length());
    if (method.equals("HEAD")) {
      byte[] content = files.get(file);
      if (content != null) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
      }
      exchange.sendResponseHeaders(content == null ? 404 : 200, -1);
      return;
    }
    require(method.equals("PUT"), "files take PUT and HEAD");
    require(
        "application/octet-stream".equals(exchange.getRequestHeaders().getFirst("Content-Type")),
        "raw bytes are octets");
    if (!folders.contains(file.substring(0, file.lastIndexOf('/')))) {
      throw new Refused(404, "NOT_FOUND", "The parent directory does not exist");
    }
    if (files.containsKey(file) && !"true".equals(query(exchange).get("overwrite"))) {
      throw new Refused(409, "ALREADY_EXISTS", "The file being created already exists.");
    }
    files.put(file, body);
    send(exchange, 204, "");
  }

  private String list(Map<String, String> query) {
    require(Integer.parseInt(query.getOrDefault("limit", "20")) <= 100, "limit");
    int from = Integer.parseInt(query.getOrDefault("page_token", "0"));
    List<Map.Entry<Long, JsonNode>> found =
        jobs.entrySet().stream()
            .filter(job -> job.getValue().path("name").asText().equalsIgnoreCase(query.get("name")))
            .toList();
    int to = Math.min(found.size(), from + jobsOnAPage);
    var answer = JSON.createObjectNode();
    if (to > from) {
      var page = answer.putArray("jobs");
      found
          .subList(from, to)
          .forEach(
              job -> page.addObject().put("job_id", job.getKey()).set("settings", job.getValue()));
    }
    answer.put("has_more", to < found.size());
    if (to < found.size()) {
      answer.put("next_page_token", Integer.toString(to));
    }
    return answer.toString();
  }

  private String create(JsonNode settings) {
    DocumentedJob.check(settings, files.keySet());
    long id = 1000 + jobs.size();
    jobs.put(id, settings);
    return "{\"job_id\":" + id + "}";
  }

  private String reset(JsonNode body) {
    long id = body.path("job_id").asLong();
    if (!jobs.containsKey(id)) {
      throw new Refused(400, "INVALID_PARAMETER_VALUE", "Job " + id + " does not exist.");
    }
    DocumentedJob.check(body.path("new_settings"), files.keySet());
    jobs.put(id, body.path("new_settings"));
    return "{}";
  }

  private String runNow(JsonNode body) {
    require(jobs.containsKey(body.path("job_id").asLong()), "no such job");
    String token = body.path("idempotency_token").asText();
    require(!token.isEmpty() && token.length() <= 64, "idempotency_token has 1 to 64 characters");
    long run = runTokens.computeIfAbsent(token, t -> 500L + runTokens.size());
    return "{\"run_id\":" + run + ",\"number_in_job\":" + run + "}";
  }

  private String run(Map<String, String> query) {
    long id = Long.parseLong(query.get("run_id"));
    require(runTokens.containsValue(id), "no such run");
    var answer = JSON.createObjectNode().put("run_id", id);
    answer.set("status", runStates.size() > 1 ? runStates.remove() : runStates.peek());
    answer.put("run_page_url", host() + "/#job/run/" + id);
    answer.putArray("tasks").addObject().put("run_id", id + 1).put("task_key", "lakebeam");
    return answer.toString();
  }

  private String output(Map<String, String> query) {
    require(runTokens.containsValue(Long.parseLong(query.get("run_id")) - 1), "no such task run");
    var answer = JSON.createObjectNode();
    if (!taskError.isEmpty()) {
      answer.put("error", taskError).put("error_trace", "at io.lakebeam...");
    }
    return answer.toString();
  }

  private String statement(JsonNode body) {
    DocumentedJob.keys(
        body, List.of("warehouse_id", "statement", "wait_timeout", "on_wait_timeout"));
    if (!body.path("warehouse_id").asText().equals("w1")) {
      throw new Refused(404, "NOT_FOUND", "SQL warehouse does not exist");
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
      throw new Refused(400, "MALFORMED_REQUEST", "Could not parse request object");
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
