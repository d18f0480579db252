package io.lakebeam.share;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.server.WebServer;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.hadoop.fs.FSDataInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server of a share: that of the JDK. Behind {@link #PREFIX} it answers what the protocol of
 * Delta Sharing asks, to whoever has a token, and hands out files to whoever has a link to one.
 *
 * <p>A failure is an object with {@code errorCode} and {@code message}. The message names no place
 * of the lake; what a person has to know who runs the server stands in the log.
 */
public final class ShareServer implements AutoCloseable {
  /** What the protocol's paths follow. */
  public static final String PREFIX = "/delta-sharing";

  private static final Logger LOG = LoggerFactory.getLogger(ShareServer.class);

  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final int MOST_BODY_BYTES = 1 << 20;
  private static final int BUFFER_BYTES = 1 << 16;

  /** A reader opens some files beside each other. */
  private static final int THREADS = 64;

  private static final String CAPABILITIES = "delta-sharing-capabilities";
  private static final String BEARER = "Bearer ";

  private final WebServer server;
  private final Share share;
  private final ShareKey key;
  private final Clock clock;
  private final FileLinks links;
  private final ShareApi api;
  private final URI endpoint;

  /**
   * Begins to answer.
   *
   * @param address to listen at
   * @param tls keys to show who answers; empty to answer without encryption
   * @param key signs links, and has signed tokens
   * @param clock says what has expired
   * @param endpoint by which recipients reach {@link #PREFIX}; empty for this machine's name and
   *     port
   * @throws IOException when nobody can listen there
   */
  public ShareServer(
      InetSocketAddress address,
      Optional<SSLContext> tls,
      Share share,
      ShareKey key,
      Clock clock,
      Optional<URI> endpoint)
      throws IOException {
    this.share = share;
    this.key = key;
    this.clock = clock;
    this.server = new WebServer(address, tls, "share", THREADS);
    this.endpoint = endpoint.orElseGet(() -> server.address().resolve(PREFIX));
    this.links = new FileLinks(share, key, clock);
    this.api = new ShareApi(share, links, this.endpoint, clock);
    server.start(this::answer);
  }

  /** Where it listens. */
  public int port() {
    return server.port();
  }

  /** What recipients put before the protocol's paths. */
  public URI endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    server.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    try (exchange) {
      try {
        requireOwnHost(exchange);
        List<String> parts = parts(exchange.getRequestURI().getRawPath());
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        if (!parts.isEmpty() && parts.get(0).equals(FileLinks.FOLDER)) {
          requireMethod(exchange, "GET", "HEAD");
          sendFile(exchange, links.open(parts.subList(1, parts.size()), query));
        } else {
          answerApi(exchange, parts, query);
        }
      } catch (RefusedShareException e) {
        fail(exchange, e.status(), e.errorCode(), e.getMessage());
      } catch (ExplainedException e) {
        // Of whoever runs the server: it may name places, which are not the recipient's business.
        LOG.warn("{} gets no answer: {}", path(exchange), e.getMessage());
        fail(
            exchange,
            500,
            "INTERNAL_ERROR",
            "the table cannot be read: the log of the server says why");
      } catch (RuntimeException | StackOverflowError e) {
        LOG.warn("the share cannot answer {}", path(exchange), e);
        fail(
            exchange,
            500,
            "INTERNAL_ERROR",
            "the server cannot answer: " + e.getClass().getSimpleName());
      }
    }
  }

  /** Without what is behind the question mark: that of a link is a secret. */
  private static String path(HttpExchange exchange) {
    return exchange.getRequestURI().getRawPath();
  }

  /** As of the console: a name that leads here by another's doing gets no answer. */
  private void requireOwnHost(HttpExchange exchange) {
    if (!server.isMeant(exchange.getRequestHeaders().getFirst("Host"), endpoint.getHost())) {
      throw new RefusedShareException(
          421, "INVALID_PARAMETER_VALUE", "this server answers at " + endpoint.getHost());
    }
  }

  private static List<String> parts(String path) {
    if (path == null || !path.startsWith(PREFIX + "/")) {
      throw RefusedShareException.notFound("the server answers behind " + PREFIX + " only");
    }
    return Arrays.stream(path.substring(PREFIX.length() + 1).split("/", -1))
        // In a path a plus is one.
        .map(part -> decoded(part.replace("+", "%2B")))
        .toList();
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String each : raw == null ? new String[0] : raw.split("&")) {
      int equals = each.indexOf('=');
      if (equals > 0) {
        query.put(decoded(each.substring(0, equals)), decoded(each.substring(equals + 1)));
      }
    }
    return query;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      throw new RefusedShareException(400, "MALFORMED_REQUEST", "the URL is broken");
    }
  }

  private static void requireMethod(HttpExchange exchange, String... methods) {
    if (!Arrays.asList(methods).contains(exchange.getRequestMethod())) {
      exchange.getResponseHeaders().set("Allow", String.join(", ", methods));
      throw new RefusedShareException(
          405, "UNSUPPORTED_OPERATION", "this is not done with " + exchange.getRequestMethod());
    }
  }

  private void answerApi(HttpExchange exchange, List<String> parts, Map<String, String> query)
      throws IOException {
    Instant until = requireToken(exchange.getRequestHeaders().getFirst("Authorization"));
    boolean isQuery = parts.size() == 7 && parts.get(6).equals("query");
    boolean isTable = parts.size() == 6 && parts.get(4).equals("tables");
    requireMethod(exchange, isQuery ? "POST" : isTable ? "HEAD" : "GET");
    requireParquet(exchange.getRequestHeaders().getFirst(CAPABILITIES));
    JsonNode body = isQuery ? body(exchange) : MAPPER.createObjectNode();
    ShareApi.Answer answer = api.answer(parts, query, body, until);
    Headers headers = exchange.getResponseHeaders();
    answer.version().ifPresent(at -> headers.set("Delta-Table-Version", Long.toString(at)));
    if (answer.json().isPresent()) {
      json(exchange, 200, answer.json().get());
    } else if (answer.lines().isPresent()) {
      headers.set("Content-Type", "application/x-ndjson; charset=utf-8");
      headers.set(CAPABILITIES, "responseformat=parquet");
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = new BufferedOutputStream(exchange.getResponseBody(), BUFFER_BYTES)) {
        for (JsonNode line : (Iterable<JsonNode>) answer.lines().get()::iterator) {
          out.write(MAPPER.writeValueAsBytes(line));
          out.write('\n');
        }
      }
    } else {
      exchange.sendResponseHeaders(200, -1);
    }
  }

  /** Until when the token of a request is good. */
  private Instant requireToken(String authorization) {
    Optional<Instant> expiry =
        authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
            ? Optional.empty()
            : key.expiry(share.name(), authorization.substring(BEARER.length()).strip());
    if (expiry.isEmpty()) {
      throw new RefusedShareException(
          401, "UNAUTHENTICATED", "a token of this share is needed: that of its profile file");
    }
    if (!clock.instant().isBefore(expiry.get())) {
      throw new RefusedShareException(
          401, "UNAUTHENTICATED", "the token has expired: ask for a new profile file");
    }
    return expiry.get();
  }

  /** Readers that take several formats get the only one there is. */
  private static void requireParquet(String capabilities) {
    for (String each : capabilities == null ? new String[0] : capabilities.split(";")) {
      String[] pair = each.strip().toLowerCase(Locale.ROOT).split("=", 2);
      if (pair.length == 2
          && pair[0].equals("responseformat")
          && Arrays.stream(pair[1].split(",")).map(String::strip).noneMatch("parquet"::equals)) {
        throw RefusedShareException.unsupported(
            "this server answers with responseformat=parquet only");
      }
    }
  }

  private static JsonNode body(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(MOST_BODY_BYTES + 1);
    if (bytes.length > MOST_BODY_BYTES) {
      throw new RefusedShareException(413, "MALFORMED_REQUEST", "a request is 1 MiB at most");
    }
    try {
      JsonNode body = bytes.length == 0 ? MAPPER.createObjectNode() : MAPPER.readTree(bytes);
      if (body instanceof ObjectNode) {
        return body;
      }
    } catch (JsonProcessingException e) {
      LOG.debug("a request that is no JSON", e);
    }
    throw new RefusedShareException(400, "MALFORMED_REQUEST", "a request is an object of JSON");
  }

  private static void sendFile(HttpExchange exchange, FileLinks.Linked file) throws IOException {
    long size =
        file.storage()
            .status(file.path())
            .filter(status -> status.isFile())
            .orElseThrow(ShareServer::gone)
            .getLen();
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", "application/vnd.apache.parquet");
    headers.set("Accept-Ranges", "bytes");
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Long.toString(size));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    Optional<ByteRange> asked;
    try {
      asked = ByteRange.of(exchange.getRequestHeaders().getFirst("Range"), size);
    } catch (RefusedShareException e) {
      headers.set("Content-Range", "bytes */" + size);
      throw e;
    }
    ByteRange range = asked.orElse(new ByteRange(0, size - 1));
    try (FSDataInputStream in = file.storage().fileSystem(file.path()).open(file.path())) {
      in.seek(range.from());
      asked.ifPresent(
          part ->
              headers.set("Content-Range", "bytes " + part.from() + "-" + part.to() + "/" + size));
      exchange.sendResponseHeaders(
          asked.isPresent() ? 206 : 200, range.length() == 0 ? -1 : range.length());
      try (OutputStream out = exchange.getResponseBody()) {
        copy(in, out, range.length());
      }
    } catch (FileNotFoundException e) {
      throw gone();
    }
  }

  private static void copy(InputStream in, OutputStream out, long length) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = length;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new IOException("the file ends before it should");
      }
      out.write(buffer, 0, read);
      left -= read;
    }
  }

  private static RefusedShareException gone() {
    return RefusedShareException.notFound(
        "the file is no longer there: query the table again, for a newer version");
  }

  private static void fail(HttpExchange exchange, int status, String errorCode, String message)
      throws IOException {
    if (exchange.getResponseCode() != -1) {
      return; // the answer has begun
    }
    exchange.getResponseHeaders().remove("Accept-Ranges");
    if (status == 401) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
    }
    ObjectNode error = MAPPER.createObjectNode();
    error.put("errorCode", errorCode).put("message", message);
    json(exchange, status, error);
  }

  private static void json(HttpExchange exchange, int status, JsonNode answer) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
    byte[] bytes = MAPPER.writeValueAsBytes(answer);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }
}
