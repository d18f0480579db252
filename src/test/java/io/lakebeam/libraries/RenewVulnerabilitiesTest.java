package io.lakebeam.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RenewVulnerabilitiesTest {
  /** As OSV answers, shortened to what is read of it. */
  private static final String ANSWER =
      """
      {"vulns": [
        {"id": "GHSA-1", "aliases": ["CVE-2025-1"], "summary": "new\\n one",
         "affected": [
           {"package": {"name": "a:b", "ecosystem": "Maven"},
            "ranges": [{"type": "ECOSYSTEM", "events": [
              {"introduced": "1.0"}, {"fixed": "1.2"}, {"introduced": "2.0"}]}]},
           {"package": {"name": "a:other"}, "ranges": [{"events": [{"introduced": "0"}]}]}]},
        {"id": "GHSA-2", "summary": "known", "affected": [
           {"package": {"name": "a:b"}, "ranges": [{"events": [
              {"introduced": "0"}, {"fixed": "3"}]}]}]},
        {"id": "GHSA-3", "withdrawn": "2025-01-01T00:00:00Z", "affected": [
           {"package": {"name": "a:b"}, "ranges": [{"events": [{"introduced": "0"}]}]}]}]}
      """;

  @Test
  void whatIsNewIsAddedAndReasonsStay() throws IOException, InterruptedException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/query",
        exchange -> {
          JsonNode asked = new ObjectMapper().readTree(exchange.getRequestBody());
          boolean isKnown = asked.path("package").path("name").asText().equals("a:b");
          byte[] answer = (isKnown ? ANSWER : "{}").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      URI service = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
      List<Vulnerability> renewed =
          new RenewVulnerabilities(service)
              .renewed(
                  List.of(
                      Vulnerability.of("GHSA-2\ta:b\t0\t2\tours\tnever called"),
                      Vulnerability.of("GHSA-9\tc:d\t0\t\tinside of it\tnever called")),
                  Set.of("a:b", "c:d"));
      assertEquals(
          List.of(
              "CVE-2025-1\ta:b\t1.0\t1.2\tnew one",
              "CVE-2025-1\ta:b\t2.0\t\tnew one",
              "GHSA-2\ta:b\t0\t3\tours\tnever called",
              "GHSA-9\tc:d\t0\t\tinside of it\tnever called"),
          renewed.stream().map(Vulnerability::line).toList());
    } finally {
      server.stop(0);
    }
  }
}
