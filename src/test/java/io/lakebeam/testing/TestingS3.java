package io.lakebeam.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.lakebeam.spec.secret.Secrets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * S3's REST protocol on this machine, as far as the S3A driver speaks it for Lakebeam: objects that
 * are put whole, {@code If-None-Match: *} decided in one step, reads of ranges, listings with
 * prefix and delimiter, deletes one by one and many at once. Objects are kept in memory; signatures
 * are not looked at, but the access key {@code AKIADENIED} is refused.
 */
public final class TestingS3 {
  private static final Pattern KEY = Pattern.compile("<Key>(.*?)</Key>");
  private static TestingS3 running;

  private final HttpServer server;
  private final Map<String, Stored> objects = new ConcurrentSkipListMap<>();
  private final Set<String> buckets = java.util.concurrent.ConcurrentHashMap.newKeySet();
  private final AtomicInteger refusedPuts = new AtomicInteger();

  private record Stored(byte[] bytes, Instant at) {
    String tag() {
      return "\"" + Integer.toHexString(Arrays.hashCode(bytes)) + "\"";
    }
  }

  private TestingS3() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "testing-s3");
              thread.setDaemon(true);
              return thread;
            }));
    server.createContext("/", this::answer);
    server.start();
  }

  /** The one of this JVM. */
  public static synchronized TestingS3 get() {
    if (running == null) {
      try {
        running = new TestingS3();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return running;
  }

  /** The URI of a bucket, which is made. */
  public String bucket(String name) {
    buckets.add(name);
    return "s3a://" + name;
  }

  /** How many conditional puts have met an object. */
  public int refusedPuts() {
    return refusedPuts.get();
  }

  /** An entry of {@code storage:} {@code s3:} that reaches a bucket; ends with a line break. */
  public String yaml(String bucket, String accessKey) {
    String variable = bucket.toUpperCase(Locale.ROOT).replace('-', '_') + "_ACCESS";
    Secrets.provide(variable, accessKey);
    Secrets.provide(variable + "_SECRET", "a secret access key");
    return """
        storage:
          s3:
            %1$s:
              endpoint: http://127.0.0.1:%2$d
              region: us-east-1
              path_style: true
              access_key: "${%3$s}"
              secret_key: "${%3$s_SECRET}"
        """
        .formatted(bucket, server.getAddress().getPort(), variable);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath().substring(1);
      String query = String.valueOf(exchange.getRequestURI().getQuery());
      String bucket = path.contains("/") ? path.substring(0, path.indexOf('/')) : path;
      String authorization = String.valueOf(header(exchange, "Authorization"));
      if (authorization.contains("Credential=AKIADENIED/")) {
        error(exchange, 403, "InvalidAccessKeyId");
      } else if (!buckets.contains(bucket)) {
        error(exchange, 404, "NoSuchBucket");
      } else if (path.equals(bucket) || path.equals(bucket + "/")) {
        ofBucket(exchange, bucket, query, body);
      } else {
        ofObject(exchange, path, body);
      }
    }
  }

  private void ofBucket(HttpExchange exchange, String bucket, String query, byte[] body)
      throws IOException {
    if (query.contains("list-type=2")) {
      send(exchange, 200, listing(bucket, query).getBytes(UTF_8));
    } else if (exchange.getRequestMethod().equals("POST")) {
      String keys = new String(unchunked(exchange, body), UTF_8);
      KEY.matcher(keys)
          .results()
          .map(key -> key.group(1))
          .forEach(key -> objects.remove(bucket + "/" + key));
      send(exchange, 200, "<DeleteResult/>".getBytes(UTF_8));
    } else {
      send(exchange, 200, new byte[0]);
    }
  }

  private void ofObject(HttpExchange exchange, String path, byte[] body) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "PUT" ->
          put(
              exchange,
              path,
              new Stored(unchunked(exchange, body), Instant.now().truncatedTo(ChronoUnit.SECONDS)));
      case "DELETE" -> {
        objects.remove(path);
        send(exchange, 204, new byte[0]);
      }
      default -> get(exchange, objects.get(path));
    }
  }

  private void put(HttpExchange exchange, String path, Stored stored) throws IOException {
    boolean isConditional = "*".equals(header(exchange, "If-None-Match"));
    if (isConditional && objects.putIfAbsent(path, stored) != null) {
      refusedPuts.incrementAndGet();
      error(exchange, 412, "PreconditionFailed");
      return;
    }
    if (!isConditional) {
      objects.put(path, stored);
    }
    exchange.getResponseHeaders().set("ETag", stored.tag());
    send(exchange, 200, new byte[0]);
  }

  private static void get(HttpExchange exchange, Stored stored) throws IOException {
    if (stored == null) {
      error(exchange, 404, "NoSuchKey");
      return;
    }
    exchange.getResponseHeaders().set("ETag", stored.tag());
    exchange
        .getResponseHeaders()
        .set(
            "Last-Modified",
            DateTimeFormatter.RFC_1123_DATE_TIME.format(stored.at().atOffset(ZoneOffset.UTC)));
    String range = header(exchange, "Range");
    if (range == null) {
      send(exchange, 200, stored.bytes());
      return;
    }
    Matcher matcher = Pattern.compile("bytes=(\\d+)-(\\d*)").matcher(range);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) >= stored.bytes().length) {
      error(exchange, 416, "InvalidRange");
      return;
    }
    int from = Integer.parseInt(matcher.group(1));
    long last = matcher.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(matcher.group(2));
    int to = (int) Math.min(stored.bytes().length, last + 1);
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + stored.bytes().length);
    send(exchange, 206, Arrays.copyOfRange(stored.bytes(), from, to));
  }

  private String listing(String bucket, String query) {
    String prefix = parameter(query, "prefix");
    String delimiter = parameter(query, "delimiter");
    StringBuilder found = new StringBuilder();
    Set<String> folders = new TreeSet<>();
    objects.forEach(
        (path, stored) -> {
          if (!path.startsWith(bucket + "/" + prefix)) {
            return;
          }
          String key = path.substring(bucket.length() + 1);
          int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
          if (end >= 0) {
            folders.add(key.substring(0, end + 1));
          } else {
            found.append(
                "<Contents><Key>%s</Key><LastModified>%s</LastModified><ETag>%s</ETag><Size>%d</Size></Contents>"
                    .formatted(key, stored.at(), stored.tag(), stored.bytes().length));
          }
        });
    folders.forEach(
        folder -> found.append("<CommonPrefixes><Prefix>" + folder + "</Prefix></CommonPrefixes>"));
    return "<ListBucketResult><IsTruncated>false</IsTruncated>" + found + "</ListBucketResult>";
  }

  private static String parameter(String query, String name) {
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1);
      }
    }
    return "";
  }

  /** The content itself, where the client sends it in signed pieces. */
  private static byte[] unchunked(HttpExchange exchange, byte[] body) {
    if (!String.valueOf(header(exchange, "x-amz-content-sha256")).startsWith("STREAMING-")) {
      return body;
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    String text = new String(body, java.nio.charset.StandardCharsets.ISO_8859_1);
    int at = 0;
    while (true) {
      int lineEnd = text.indexOf("\r\n", at);
      MatchResult size =
          Pattern.compile("^[0-9a-fA-F]+")
              .matcher(text.substring(at, lineEnd))
              .results()
              .findFirst()
              .orElseThrow();
      int length = Integer.parseInt(size.group(), 16);
      if (length == 0) {
        return content.toByteArray();
      }
      content.write(body, lineEnd + 2, length);
      at = lineEnd + 2 + length + 2;
    }
  }

  private static String header(HttpExchange exchange, String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  private static void error(HttpExchange exchange, int status, String code) throws IOException {
    send(
        exchange,
        status,
        ("<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>")
            .getBytes(UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    if (isHead) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
    }
    exchange.sendResponseHeaders(status, isHead || body.length == 0 ? -1 : body.length);
    if (!isHead && body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }
}
