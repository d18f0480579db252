package io.lakebeam.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.lakebeam.console.ConsoleAccess.Role;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.lake.UsageException;
import io.lakebeam.server.WebServer;
import io.lakebeam.spec.ProblemJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console's server: that of the JDK, which brings no library that could meet Spark's.
 *
 * <p>Under {@code /} is the page, under {@code /api} what it asks for, as JSON. A failure is an
 * object with a member {@code error} that has a code, a problem, a cause and a fix.
 */
public final class ConsoleServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConsoleServer.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Of a request: corrections of some rows, or a query. */
  private static final int MOST_BODY_BYTES = 1 << 20;

  private static final int LEAST_PACKED_BYTES = 1 << 10;

  /** Live views keep a thread each. */
  private static final int MOST_LIVE = 32;

  private static final int THREADS = MOST_LIVE + 16;

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
              + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin");

  private final WebServer server;
  private final ConsoleAccess access;
  private final ConsoleApi api;
  private final AtomicInteger live = new AtomicInteger();
  private volatile boolean isClosed;

  /**
   * Begins to answer.
   *
   * @param address to listen at
   * @param tls keys to show who answers; empty to answer without encryption
   * @throws IOException when nobody can listen there
   */
  public ConsoleServer(
      InetSocketAddress address,
      Optional<SSLContext> tls,
      ConsoleAccess access,
      List<ConsolePipeline> pipelines)
      throws IOException {
    this.access = access;
    this.api = new ConsoleApi(pipelines);
    this.server = new WebServer(address, tls, "console", THREADS);
    server.start(this::answer);
    // The first one who looks does not wait for the compiler.
    server.execute(() -> pipelines.forEach(ConsolePipeline::problem));
  }

  /** Where it listens. */
  public int port() {
    return server.port();
  }

  /**
   * What to type into a browser, for somebody with a token. It stands behind a {@code #}, which no
   * browser sends to anybody.
   */
  public String address(String token) {
    return address() + "#token=" + URLEncoder.encode(token, UTF_8).replace("+", "%20");
  }

  /** What to type into a browser of this machine. */
  public URI address() {
    return server.address();
  }

  @Override
  public void close() {
    isClosed = true;
    server.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    HEADERS.forEach(exchange.getResponseHeaders()::set);
    try (exchange) {
      try {
        requireOwnHost(exchange);
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/api") || path.startsWith("/api/")) {
          answerApi(exchange, path);
        } else {
          answerFile(exchange, path.substring(1));
        }
      } catch (RefusedRequestException e) {
        fail(exchange, e.status(), e.told());
      } catch (PipelineException e) {
        fail(exchange, 422, e.problems().get(0));
      } catch (UsageException e) {
        fail(exchange, 400, e.told());
      } catch (ExplainedException e) {
        fail(exchange, 422, e.told());
      } catch (RuntimeException | StackOverflowError e) {
        LOG.warn("the console cannot answer {}", exchange.getRequestURI().getPath(), e);
        fail(
            exchange,
            500,
            Problem.of(
                ErrorCode.UNEXPECTED,
                "the console cannot answer: " + e.getClass().getSimpleName(),
                "",
                "its log says more, with --verbose"));
      }
    }
  }

  /**
   * A name that leads here by another's doing, such as a page of somebody else's that makes its own
   * name this machine's, gets no answer.
   */
  private void requireOwnHost(HttpExchange exchange) {
    if (!server.isMeant(exchange.getRequestHeaders().getFirst("Host"), "localhost")) {
      throw new RefusedRequestException(421, "this console answers at localhost only");
    }
  }

  private void answerFile(HttpExchange exchange, String path) throws IOException {
    requireMethod(exchange, "GET", "HEAD");
    StaticFiles.StaticFile file =
        StaticFiles.find(path).orElseThrow(() -> RefusedRequestException.notFound("page " + path));
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", file.type());
    headers.set("Cache-Control", file.isLibrary() ? "max-age=86400" : "no-cache");
    send(exchange, 200, file.bytes());
  }

  private void answerApi(HttpExchange exchange, String path) throws IOException {
    Role role =
        access
            .roleOf(exchange.getRequestHeaders().getFirst("Authorization"))
            .orElseThrow(() -> new RefusedRequestException(401, "a token is needed"));
    List<String> parts =
        Arrays.stream(path.split("/")).skip(2).filter(part -> !part.isEmpty()).toList();
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    if (parts.equals(List.of("live"))) {
      requireMethod(exchange, "GET");
      live(exchange, query.getOrDefault("pipeline", ""));
      return;
    }
    boolean isPost = exchange.getRequestMethod().equals("POST");
    requireMethod(exchange, "GET", "POST");
    JsonNode body = JsonNodeFactory.instance.objectNode();
    if (isPost) {
      requireOwnPage(exchange);
      body = body(exchange);
    }
    Request request = new Request(parts, query, body, role);
    JsonNode answer = isPost ? api.post(request) : api.get(request);
    json(exchange, 200, answer);
  }

  private static void requireMethod(HttpExchange exchange, String... methods) {
    if (!Arrays.asList(methods).contains(exchange.getRequestMethod())) {
      exchange.getResponseHeaders().set("Allow", String.join(", ", methods));
      throw new RefusedRequestException(
          405, "this is not done with " + exchange.getRequestMethod());
    }
  }

  /** A form of another page's cannot send JSON, nor say that it comes from here. */
  private static void requireOwnPage(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    String type = headers.getFirst("Content-Type");
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      throw new RefusedRequestException(415, "a request has a body of application/json");
    }
    String origin = headers.getFirst("Origin");
    String host = headers.getFirst("Host");
    if (origin != null && !origin.replaceFirst("^https?://", "").equals(host)) {
      throw new RefusedRequestException(403, "requests of other pages are not answered");
    }
  }

  private static JsonNode body(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(MOST_BODY_BYTES + 1);
    if (bytes.length > MOST_BODY_BYTES) {
      throw new RefusedRequestException(413, "a request is 1 MiB at most");
    }
    try {
      JsonNode body = MAPPER.readTree(bytes);
      if (body instanceof ObjectNode) {
        return body;
      }
    } catch (JsonProcessingException e) {
      LOG.debug("a request that is no JSON", e);
    }
    throw new RefusedRequestException(400, "a request is an object of JSON");
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String each : raw == null ? new String[0] : raw.split("&")) {
      int equals = each.indexOf('=');
      try {
        if (equals > 0) {
          query.put(
              URLDecoder.decode(each.substring(0, equals), UTF_8),
              URLDecoder.decode(each.substring(equals + 1), UTF_8));
        }
      } catch (IllegalArgumentException e) {
        throw new RefusedRequestException(400, "the URL is broken: " + each);
      }
    }
    return query;
  }

  /** Tells of what changes, as server-sent events, until whoever listens has gone. */
  private void live(HttpExchange exchange, String pipeline) throws IOException {
    ConsolePipeline of = api.pipeline(pipeline);
    if (live.incrementAndGet() > MOST_LIVE) {
      live.decrementAndGet();
      throw new RefusedRequestException(503, "too many pages are open");
    }
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      LiveChanges changes = new LiveChanges(of);
      while (!isClosed) {
        out.write(changes.next().getBytes(UTF_8));
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.debug("a page is closed", e);
    } finally {
      live.decrementAndGet();
    }
  }

  private static void fail(HttpExchange exchange, int status, Problem told) throws IOException {
    if (exchange.getResponseCode() != -1) {
      return; // the answer has begun
    }
    if (status == 401) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
    }
    ObjectNode root = MAPPER.createObjectNode();
    ProblemJson.write(told, root.putObject("error"));
    json(exchange, status, root);
  }

  private static void json(HttpExchange exchange, int status, JsonNode answer) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    send(exchange, status, MAPPER.writeValueAsBytes(answer));
  }

  private static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    String takes = exchange.getRequestHeaders().getFirst("Accept-Encoding");
    byte[] sent = bytes;
    if (takes != null && takes.contains("gzip") && bytes.length >= LEAST_PACKED_BYTES) {
      ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 3);
      try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
        gzip.write(bytes);
      }
      sent = packed.toByteArray();
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, sent.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(sent);
    }
  }
}
