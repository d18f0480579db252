package io.lakebeam.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.cli.terminal.Host;
import io.lakebeam.cli.terminal.Input;
import io.lakebeam.testing.TestingPipeline;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the console answers, and whom. */
@Timeout(120)
class ConsoleCommandTest {
  private static final String PIPELINE =
      """
      pipeline: p
      sources: {feed: {files: "in/*.json", format: json, schema: "id BIGINT"}}
      datasets: {bronze: {streaming_table: {from: feed}}}
      """;

  private static final String VIEWER = "LAKEBEAM_CONSOLE_VIEWER_TOKEN";
  private static final String OPERATOR = "LAKEBEAM_CONSOLE_OPERATOR_TOKEN";
  private static final String PASSWORD = "LAKEBEAM_CONSOLE_KEY_STORE_PASSWORD";
  private static final String TOKEN = "token+of/somebody=0123456789";

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
            Stream.concat(Stream.of("console", "p"), Stream.of(options)).toArray(String[]::new)),
        console::err);
    assertTrue(console.err().contains(told), console.err());
    assertEquals("", console.out());
    assertFalse(console.err().contains("Exception"), console.err());
    assertFalse(console.err().contains(TOKEN), console.err());
  }

  @Test
  void beyondThisMachineItAsksForATokenAndForTls() {
    assertRefused(
        "--no-token is for this machine only: beyond it a token is needed",
        "--host",
        "0.0.0.0",
        "--no-token");
    assertRefused(
        "beyond this machine tokens would go unencrypted: give --key-store", "--host", "0.0.0.0");
    environment.put(VIEWER, TOKEN);
    assertRefused(
        "beyond this machine tokens would go unencrypted: give --key-store", "--host", "0.0.0.0");
    environment.put(VIEWER, "too-short");
    assertRefused(VIEWER + " has fewer than 16 characters", "--host", "0.0.0.0");
    environment.put(VIEWER, "");
    environment.put(OPERATOR, "too-short");
    assertRefused(OPERATOR + " has fewer than 16 characters");
  }

  @Test
  void whatIsTypedWrongIsToldInALine() throws Exception {
    assertRefused("--port is 0 to 65535, not 65536", "--port", "65536");
    assertRefused("--host: nobody knows the host no.such.invalid", "--host", "no.such.invalid");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertRefused("the console cannot listen at port " + port, "--port", port);
      assertEquals(2, console.err().lines().count(), "a line, and where help is: " + console.err());
    }
    assertEquals(1, console.type("console", "q"));
    assertTrue(console.err().contains("the pipelines here are p"), console.err());
    assertEquals(0, console.type("console", "--help"));
    assertTrue(console.out().contains("lakebeam console airlines"), console.out());
  }

  @Test
  void aKeyStoreHasToOpen() throws Exception {
    keyStore();
    assertRefused("--key-store: there is no file none.p12", "--key-store", "none.p12");
    environment.put(PASSWORD, "wrong-password");
    assertRefused("--key-store: the password in " + PASSWORD, "--key-store", "keys.p12");
    assertFalse(console.err().contains("wrong-password"), console.err());
    Files.writeString(dir.resolve("text.p12"), "no keys");
    assertRefused("--key-store: text.p12 is no PKCS#12 file", "--key-store", "text.p12");
  }

  @Test
  void whoeverHasTheAddressLooks() throws Exception {
    Running running = start("--port", "0");
    assertEquals(401, running.session(HttpClient.newHttpClient(), "").statusCode());
    HttpResponse<String> session = running.session(HttpClient.newHttpClient(), running.token());
    assertEquals("viewer", new ObjectMapper().readTree(session.body()).path("role").asText());
    assertEquals(0, running.end());
  }

  @Test
  void withoutATokenEveryUserOfTheMachineLooks() throws Exception {
    Running running = start("--port", "0", "--no-token");
    HttpResponse<String> session = running.session(HttpClient.newHttpClient(), "");
    assertEquals("viewer", new ObjectMapper().readTree(session.body()).path("role").asText());
    assertEquals(0, running.end());
    assertFalse(console.out().contains("token"), console.out());
  }

  @Test
  void anOperatorGetsATokenInTheAddress() throws Exception {
    Running running = start("--port", "0", "--operator");
    HttpResponse<String> session = running.session(HttpClient.newHttpClient(), running.token());
    assertEquals("operator", new ObjectMapper().readTree(session.body()).path("role").asText());
    assertEquals(0, running.end());
    assertTrue(console.err().contains("keep it to yourself"), console.err());
  }

  @Test
  void withAKeyStoreItAnswersEncrypted() throws Exception {
    KeyStore keys = keyStore();
    environment.put(VIEWER, TOKEN);
    Running running = start("--port", "0", "--key-store", "keys.p12");
    assertTrue(running.address.toString().startsWith("https://"), running.address.toString());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("console", keys.getCertificate("console"));
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    HttpClient client = HttpClient.newBuilder().sslContext(context).build();
    assertEquals(401, running.session(client, "").statusCode());
    assertEquals(200, running.session(client, TOKEN).statusCode());
    assertEquals(0, running.end());
    assertFalse((console.out() + console.err()).contains(TOKEN), "a token of the environment");
  }

  private KeyStore keyStore() throws Exception {
    environment.put(PASSWORD, "a-password");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "console",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                "keys.p12",
                "-storepass",
                "a-password")
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, keytool.waitFor(), said);
    return KeyStore.getInstance(dir.resolve("keys.p12").toFile(), "a-password".toCharArray());
  }

  /** A console that answers, and what ends it. */
  private record Running(URI address, CompletableFuture<Integer> code, Runnable stop) {
    int end() throws Exception {
      stop.run();
      return code.get();
    }

    String token() {
      return address.getFragment().replaceFirst("^token=", "");
    }

    HttpResponse<String> session(HttpClient client, String token)
        throws IOException, InterruptedException {
      HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve("/api/session"));
      if (!token.isEmpty()) {
        request.header("Authorization", "Bearer " + token);
      }
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  private Running start(String... options) throws Exception {
    CompletableFuture<Runnable> stop = new CompletableFuture<>();
    Host process = Host.process();
    Host host = new Host(process.signals(), process.place(), stop::complete, Clock.systemUTC());
    Input nothing = new Input(new ByteArrayInputStream(new byte[0]), false);
    String[] typed =
        Stream.concat(Stream.of("console", "p"), Stream.of(options)).toArray(String[]::new);
    CompletableFuture<Integer> code =
        CompletableFuture.supplyAsync(
            () -> Lakebeam.commandLine(console.console(), host, nothing).execute(typed));
    Pattern told = Pattern.compile("^console: (\\S+)$", Pattern.MULTILINE);
    Matcher address = told.matcher(console.out());
    while (!address.find()) {
      assertFalse(code.isDone(), console::err);
      Thread.sleep(20);
      address = told.matcher(console.out());
    }
    return new Running(URI.create(address.group(1)), code, stop.get());
  }
}
