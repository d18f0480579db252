package io.lakebeam.source.kafka;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Entra ID's token endpoint and the instance metadata service, with the requests and answers that
 * Microsoft documents for both. Its tokens are unsecured JWTs, which a Kafka broker can be told to
 * take. It knows one application and one managed identity.
 */
final class TestingTokenServer implements AutoCloseable {
  static final String TENANT = "contoso.example";
  static final String CLIENT = "11111111-2222-3333-4444-555555555555";
  static final String SECRET = "hunter2~+/&=";
  static final String SCOPE = "https://contoso.servicebus.windows.net/.default";

  /** What was asked: the path with its query, and the parameters of the form. */
  record Asked(String path, Map<String, String> form) {}

  private record Answer(int status, String body) {}

  private final HttpServer server;
  private final Deque<Answer> before = new ArrayDeque<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile CountDownLatch held = new CountDownLatch(0);
  private volatile int lifetimeSeconds = 3599;
  private int issued;
  final List<Asked> asked = new CopyOnWriteArrayList<>();

  TestingTokenServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/" + TENANT + "/oauth2/v2.0/token", exchange -> answer(exchange, true));
    server.createContext("/metadata/identity/oauth2/token", exchange -> answer(exchange, false));
    server.setExecutor(threads);
    server.start();
  }

  /** Lets requests of applications wait, after their headers, until that is over. */
  void hold(CountDownLatch over) {
    held = over;
  }

  /** Without the tenant. */
  String authority() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  String metadata() {
    return authority() + "/metadata/identity/oauth2/token";
  }

  void lifetime(int seconds) {
    lifetimeSeconds = seconds;
  }

  /** Gives this answer, once, before any other. */
  synchronized void next(int status, String body) {
    before.add(new Answer(status, body));
  }

  private void answer(HttpExchange exchange, boolean isEntra) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String query = exchange.getRequestURI().getRawQuery();
    Map<String, String> form = parameters(isEntra ? body : query);
    asked.add(new Asked(exchange.getRequestURI().toString(), form));
    Answer answer;
    synchronized (this) {
      answer =
          !before.isEmpty()
              ? before.poll()
              : isEntra ? entra(exchange, form) : metadata(exchange, form);
    }
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json; charset=utf-8");
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    if (isEntra) {
      exchange.getResponseBody().flush();
      awaitRelease();
    }
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void awaitRelease() {
    try {
      held.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer entra(HttpExchange exchange, Map<String, String> form) {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (!exchange.getRequestMethod().equals("POST")
        || !"application/x-www-form-urlencoded".equals(type)
        || !"client_credentials".equals(form.get("grant_type"))) {
      return error(400, "invalid_request", "AADSTS900144: The request body is malformed.");
    }
    if (!CLIENT.equals(form.get("client_id"))) {
      return error(
          400,
          "unauthorized_client",
          "AADSTS700016: Application with identifier was not found in the directory.");
    }
    if (!SECRET.equals(form.get("client_secret"))) {
      return error(
          401,
          "invalid_client",
          "AADSTS7000215: Invalid client secret provided: "
              + form.get("client_secret")
              + ".\\r\\nTrace ID: 0");
    }
    if (!form.getOrDefault("scope", "").endsWith("/.default")) {
      return error(400, "invalid_scope", "AADSTS70011: The provided value is not valid.");
    }
    return new Answer(
        200,
        "{\"token_type\":\"Bearer\",\"expires_in\":"
            + lifetimeSeconds
            + ",\"ext_expires_in\":3599,\"access_token\":\""
            + token(form.get("client_id"))
            + "\"}");
  }

  private Answer metadata(HttpExchange exchange, Map<String, String> query) {
    if (!"true".equals(exchange.getRequestHeaders().getFirst("Metadata"))
        || !"2018-02-01".equals(query.get("api-version"))) {
      return error(400, "bad_request_102", "Required metadata header not specified");
    }
    String client = query.getOrDefault("client_id", CLIENT);
    if (!CLIENT.equals(client)) {
      return error(400, "invalid_request", "Identity not found");
    }
    return new Answer(
        200,
        "{\"access_token\":\""
            + token(client)
            + "\",\"refresh_token\":\"\",\"expires_in\":\""
            + lifetimeSeconds
            + "\",\"resource\":\""
            + query.get("resource")
            + "\",\"token_type\":\"Bearer\"}");
  }

  private static Answer error(int status, String code, String description) {
    return new Answer(
        status, "{\"error\":\"" + code + "\",\"error_description\":\"" + description + "\"}");
  }

  /** Each differs from the one before. */
  private String token(String subject) {
    long now = System.currentTimeMillis() / 1000;
    String claims =
        "{\"sub\":\""
            + subject
            + "\",\"iat\":"
            + now
            + ",\"exp\":"
            + (now + lifetimeSeconds)
            + ",\"uti\":\""
            + issued++
            + "\"}";
    return encoded("{\"alg\":\"none\"}") + "." + encoded(claims) + ".";
  }

  private static String encoded(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> parameters(String text) {
    Map<String, String> parameters = new TreeMap<>();
    for (String each : text == null ? new String[0] : text.split("&", -1)) {
      String[] parts = each.split("=", 2);
      parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return parameters;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
