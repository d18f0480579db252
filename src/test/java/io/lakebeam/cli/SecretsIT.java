package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.demo.EmbeddedBroker;
import io.lakebeam.testing.Pem;
import io.lakebeam.testing.RunProcess;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The password of a real broker is a text that stands nowhere else. Whatever a command prints and
 * whatever it writes, on either runner, verbose or failing, does not hold it. (What a demo's own
 * broker keeps in the folder {@code _demo} does: the broker must know its user's password.)
 */
@Timeout(600)
class SecretsIT {
  private static final String PASSWORD = "zq7Unique4Password9kWv";
  private static final String WRONG = "zq7Wrong4Password9kWv";
  private static final String HUB =
      "Endpoint=sb://localhost/;SharedAccessKeyName=k;SharedAccessKey="
          + PASSWORD
          + "=;EntityPath=flights";

  @TempDir static Path brokerFolder;
  @TempDir Path dir;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedBroker.start(brokerFolder, HUB);
    broker.createTopic("flights", 2);
    Map<String, Object> settings = new HashMap<>(broker.clientProperties());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("flights", 1, null, "{\"id\": 1}")).get();
      producer.send(new ProducerRecord<>("flights", 0, null, "{\"id\": -1}")).get();
      producer.send(new ProducerRecord<>("flights", 0, null, "broken")).get();
    }
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void project() {
    declare("");
  }

  @Test
  void onTheDirectRunnerWithAllItLogs() throws Exception {
    String said = run(0, HUB, "--verbose", "run", "p");
    assertTrue(said.contains("org.apache.kafka"), "verbose tells of the libraries");
    assertEquals(List.of("1"), Tables.texts(dir.resolve("lake/silver").toString(), "id"));
    assertNowhere();
    // The newest record of a partition is broken, which the doctor tells.
    assertTrue(run(-1, HUB, "--verbose", "doctor", "p").contains("ok       events, sign-in"));
    assertNowhere();
  }

  @Test
  void onSpark() throws Exception {
    run(0, HUB, "--verbose", "run", "p", "--runner", "spark");
    assertEquals(List.of("1"), Tables.texts(dir.resolve("lake/silver").toString(), "id"));
    assertNowhere();
  }

  @Test
  void whenItFails() throws Exception {
    run(1, HUB.replace(PASSWORD, WRONG), "--verbose", "run", "p");
    declare("event_hub: flight, ");
    run(1, HUB, "--verbose", "run", "p");
    declare("");
    run(1, HUB.replace("flights", "nothing"), "--verbose", "run", "p");
    run(1, "Endpoint=sb://local host/;SharedAccessKey=" + PASSWORD, "--verbose", "run", "p");
    run(1, PASSWORD, "--verbose", "run", "p");
    run(1, PASSWORD, "--verbose", "doctor", "p");
    assertNowhere();
  }

  @Test
  void whereNothingIsRun() throws Exception {
    run(0, HUB, "--verbose", "validate", "p");
    run(0, HUB, "--verbose", "graph", "p");
    run(0, HUB, "--verbose", "tables", "p");
    // Without a profile it says what it lacks.
    run(-1, HUB, "--verbose", "deploy", "p");
    assertNowhere();
  }

  /** Nothing but this machine can reach the broker. */
  @Test
  void theBrokerListensOnLoopbackOnly() throws Exception {
    int port = Integer.parseInt(broker.bootstrapServers().replaceAll(".*:", ""));
    try (Socket own = new Socket(InetAddress.getLoopbackAddress(), port)) {
      assertTrue(own.isConnected());
    }
    for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress address : network.inetAddresses().toList()) {
        if (!address.isLoopbackAddress()) {
          assertThrows(
              ConnectException.class, () -> new Socket(address, port).close(), address::toString);
        }
      }
    }
    Path sockets = Path.of("/proc/self/net/tcp6");
    if (Files.isReadable(sockets)) {
      for (String line : listening()) {
        String local = line.strip().split("\\s+")[1];
        boolean ours = Integer.parseInt(local.substring(local.indexOf(':') + 1), 16) == port;
        // 127.0.0.1 in IPv4, and mapped into IPv6, in the kernel's byte order.
        assertTrue(!ours || local.contains("0100007F:"), line);
      }
    }
  }

  private static List<String> listening() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
      Files.readAllLines(Path.of(table)).stream()
          .skip(1)
          .filter(line -> line.strip().split("\\s+")[3].equals("0A"))
          .forEach(lines::add);
    }
    return lines;
  }

  private void declare(String eventHub) {
    new TestingPipeline(dir)
        .yaml(
            """
            pipeline: p
            sources:
              events:
                event_hubs:
                  bootstrap_servers: "%s"
                  %s
                  connection_string: "${CONNECTION}"
                  properties:
                    ssl.truststore.certificates: "${TRUST}"
                format: json
                schema: "id INT"
            datasets:
              bronze: {streaming_table: {from: events}}
              silver:
                streaming_table: {sql: "SELECT id FROM bronze"}
                expect: {positive: {expect: id > 0, on_violation: quarantine}}
            """
                .formatted(
                    broker.bootstrapServers(),
                    eventHub.isEmpty() ? "" : eventHub.replace(", ", "")));
  }

  /** What it printed, on both streams. */
  private String run(int code, String connection, String... command) throws Exception {
    Path folder = Files.createDirectories(dir.resolve("printed"));
    try (RunProcess process =
        RunProcess.lakebeam(
            dir,
            Map.of("CONNECTION", connection, "TRUST", Pem.certificate(broker.clientProperties())),
            command)) {
      int ended = process.exitCode();
      String said = process.printed();
      assertTrue(code < 0 || code == ended, said);
      assertFalse(said.isBlank());
      Files.writeString(Files.createTempFile(folder, "said", ".txt"), said);
      return said;
    }
  }

  /** Neither in a file's bytes nor in a table's rows, whose files are compressed. */
  private void assertNowhere() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(dir)) {
      all = files.filter(Files::isRegularFile).toList();
    }
    assertTrue(all.size() > 1);
    for (Path file : all) {
      String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
      for (String secret : List.of(PASSWORD, WRONG)) {
        int at = bytes.indexOf(secret);
        assertTrue(
            at < 0,
            () -> file + ": " + bytes.substring(Math.max(0, at - 300), at) + "<the password>");
      }
    }
    for (Path table : all.stream().map(Path::getParent).distinct().toList()) {
      if (Files.isDirectory(table.resolve("_delta_log"))) {
        Tables.rows(table.toString())
            .forEach(row -> assertFalse(row.getValues().toString().contains(PASSWORD)));
      }
    }
  }
}
