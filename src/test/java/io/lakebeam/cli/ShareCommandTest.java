package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.cli.terminal.Host;
import io.lakebeam.cli.terminal.Input;
import io.lakebeam.testing.TestingPipeline;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a share answers, and what is written for its recipients. */
@Timeout(120)
class ShareCommandTest {
  private static final String PIPELINE =
      """
      pipeline: p
      sources: {feed: {files: "in/*.json", format: json, schema: "id BIGINT"}}
      datasets:
        bronze: {streaming_table: {from: feed}}
        gold_ids: {layer: gold, streaming_table: {sql: "SELECT id FROM bronze"}}
      """;

  private static final String KEY = "LAKEBEAM_SHARE_KEY";
  private static final String SIGNS = "xK9-a-key-of-the-share-test-which-is-long-enough";

  @TempDir Path dir;
  private final Map<String, String> environment = new HashMap<>();
  private TestingConsole console;

  @BeforeEach
  void project() {
    new TestingPipeline(dir).yaml(PIPELINE);
    console = new TestingConsole(dir, environment::get);
  }

  private void assertRefused(String told, String... options) {
    assertEquals(
        2,
        console.type(
            Stream.concat(Stream.of("share", "p"), Stream.of(options)).toArray(String[]::new)),
        console::err);
    assertTrue(console.err().contains(told), console.err());
    assertEquals("", console.out());
    assertFalse(console.err().contains("Exception"), console.err());
    assertFalse(Files.exists(dir.resolve("p.share")));
  }

  @Test
  void whatIsTypedWrongIsToldInALine() throws Exception {
    assertRefused("beyond this machine tokens would go unencrypted", "--host", "0.0.0.0");
    assertRefused("give --endpoint", "--host", "0.0.0.0", "--behind-proxy");
    assertRefused("--endpoint is a URL", "--endpoint", "data.example.com");
    assertRefused("starts with https://", "--endpoint", "http://data.example.com/delta-sharing");
    assertRefused("--endpoint is a URL", "--endpoint", "https://data.example.com/?a=b");
    assertRefused("--port is 0 to 65535, not 65536", "--port", "65536");
    assertRefused("--expires is 366d at most", "--expires", "367d");
    assertRefused("is no time such as", "--expires", "soon");
    assertRefused("--tables: p has no table none", "--tables", "gold_ids,none");
    assertRefused("--key-store: there is no file none.p12", "--key-store", "none.p12");
    environment.put(KEY, "too-short");
    assertRefused(KEY + " has fewer than 32 characters");
    environment.remove(KEY);
    Files.writeString(dir.resolve("notes.txt"), "notes");
    assertRefused("notes.txt is there already", "--profile-file", "notes.txt");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertRefused("the share cannot listen at port " + port, "--port", port);
    }
    assertEquals(0, console.type("share", "--help"));
    assertTrue(console.out().contains("lakebeam share airlines"), console.out());
  }

  @Test
  void whoHasTheProfileIsAnswered() throws Exception {
    JsonNode first = share("--port", "0", "--expires", "1h");
    assertEquals(1, first.path("shareCredentialsVersion").asInt());
    Instant expires = Instant.parse(first.path("expirationTime").asText());
    assertTrue(expires.isBefore(Instant.now().plus(Duration.ofMinutes(61))), expires.toString());
    assertTrue(console.err().contains("shares gold.gold_ids"), console.err());
    assertTrue(console.err().contains("or the end of this process"), console.err());
    String token = first.path("bearerToken").asText();
    assertFalse((console.out() + console.err()).contains(token), "a token is not printed");
    assertEquals(401, asked, "a token of a server before this one");
  }

  @Test
  void aKeyThatIsSetKeepsTokensGood() throws Exception {
    environment.put(KEY, SIGNS);
    share("--port", "0");
    JsonNode second = share("--port", "0");
    assertEquals(200, asked, "a token of a server before this one, with the same key");
    assertFalse(console.err().contains("end of this process"), console.err());
    assertFalse((console.out() + console.err() + second).contains(SIGNS));
  }

  /** What the token of the share before got from the one that was started last. */
  private int asked;

  private String before = "1.none";

  /** Starts a share, asks it with its own token and with that of the one before, and ends it. */
  private JsonNode share(String... options) throws Exception {
    CompletableFuture<Runnable> stop = new CompletableFuture<>();
    Host process = Host.process();
    Host host = new Host(process.signals(), process.place(), stop::complete, Clock.systemUTC());
    Input nothing = new Input(new ByteArrayInputStream(new byte[0]), false);
    String[] typed =
        Stream.concat(Stream.of("share", "p"), Stream.of(options)).toArray(String[]::new);
    int printed = console.out().length();
    CompletableFuture<Integer> code =
        CompletableFuture.supplyAsync(
            () -> Lakebeam.commandLine(console.console(), host, nothing).execute(typed));
    while (!console.out().substring(printed).contains("profile: " + dir.resolve("p.share"))) {
      assertFalse(code.isDone(), console::err);
      Thread.sleep(20);
    }
    JsonNode profile = new ObjectMapper().readTree(dir.resolve("p.share").toFile());
    String token = profile.path("bearerToken").asText();
    assertEquals(200, status(profile, token));
    asked = status(profile, before);
    before = token;
    stop.get().run();
    assertEquals(0, code.get());
    return profile;
  }

  private static int status(JsonNode profile, String token) throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(profile.path("endpoint").asText() + "/shares/p/all-tables"))
                    .header("Authorization", "Bearer " + token)
                    .build(),
                BodyHandlers.ofString());
    return response.statusCode();
  }
}
