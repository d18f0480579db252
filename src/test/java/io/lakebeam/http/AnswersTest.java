package io.lakebeam.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.lakebeam.graph.Limits;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AnswersTest {
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/whole", exchange -> send(exchange, "größer".getBytes(StandardCharsets.UTF_8)));
    server.createContext("/longest", exchange -> send(exchange, new byte[Limits.ANSWER_BYTES]));
    server.createContext("/stalled", this::stall);
    server.createContext("/endless", this::goOn);
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void aWholeAnswerIsTaken() throws Exception {
    assertEquals("größer", Answers.take(client, request("/whole", 30_000)).body());
    assertEquals(404, Answers.take(client, request("/nothing", 30_000)).statusCode());
    assertEquals(
        Limits.ANSWER_BYTES, Answers.take(client, request("/longest", 30_000)).body().length());
  }

  @Test
  void aBodyThatStallsIsGivenUp() {
    HttpTimeoutException late =
        assertThrows(
            HttpTimeoutException.class, () -> Answers.take(client, request("/stalled", 1_000)));
    assertEquals("no whole answer within 1 s", late.getMessage());
  }

  @Test
  void aBodyThatNeverEndsIsGivenUp() {
    IOException tooLong =
        assertThrows(IOException.class, () -> Answers.take(client, request("/endless", 50_000)));
    assertTrue(
        tooLong.getMessage().contains("longer than " + Limits.ANSWER_BYTES), tooLong.toString());
  }

  @Test
  void nobodyThereIsToldAsTheJdkTellsIt() {
    server.stop(0);
    assertThrows(ConnectException.class, () -> Answers.take(client, request("/whole", 30_000)));
  }

  private HttpRequest request(String path, long millis) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path))
        .timeout(Duration.ofMillis(millis))
        .build();
  }

  private static void send(HttpExchange exchange, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Headers and a first byte, and nothing more. */
  private void stall(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void goOn(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, 0);
      byte[] part = new byte[1 << 16];
      while (end.getCount() > 0) {
        exchange.getResponseBody().write(part);
      }
    }
  }
}
