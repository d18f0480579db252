package io.lakebeam.runner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.lakebeam.spec.secret.Secrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A webhook's receiver, which checks signatures as the specification says, and may fail. Pipelines
 * know it by {@code ${HOOK}} and {@code ${HOOK_SECRET}}.
 */
final class TestingReceiver implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String SECRET = "c2VjcmV0LW9mLXRoZS13ZWJob29r";

  private final HttpServer server;
  private final List<Request> requests = new ArrayList<>();
  private final Deque<Integer> answers = new ArrayDeque<>();

  /** A request, whatever it was answered. */
  record Request(String id, JsonNode body, int answered) {}

  TestingReceiver() throws IOException {
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.start();
    Secrets.provide(
        "HOOK", "http://127.0.0.1:" + server.getAddress().getPort() + "/rows?token=in-the-url");
    knowsSecret(true);
  }

  /** Whether pipelines know the secret that it asks for, or another one. */
  void knowsSecret(boolean isRight) {
    Secrets.provide("HOOK_SECRET", isRight ? "whsec_" + SECRET : "not-the-right-one");
  }

  /** What the next requests are answered; all others 200. */
  synchronized void answer(Integer... statuses) {
    answers.addAll(List.of(statuses));
  }

  synchronized void answerWell() {
    answers.clear();
  }

  synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The rows of all requests that were answered well, in their order. */
  List<JsonNode> rows() {
    List<JsonNode> rows = new ArrayList<>();
    for (Request request : requests()) {
      if (request.answered() == 200) {
        request.body().at("/data/rows").forEach(rows::add);
      }
    }
    return rows;
  }

  private synchronized void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String id = exchange.getRequestHeaders().getFirst("webhook-id");
    String time = exchange.getRequestHeaders().getFirst("webhook-timestamp");
    String signed = exchange.getRequestHeaders().getFirst("webhook-signature");
    boolean isSigned = ("v1," + signature(id + "." + time + ".", body)).equals(signed);
    Integer next = answers.poll();
    int status = !isSigned ? 401 : next == null ? 200 : next;
    requests.add(new Request(id, JSON.readTree(body), status));
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private String signature(String before, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(SECRET), "HmacSHA256"));
      mac.update(before.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  @Override
  public void close() {
    server.stop(0);
    List.of("HOOK", "HOOK_SECRET").forEach(Secrets::forget);
  }
}
