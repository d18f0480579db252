package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.demo.EmbeddedBroker;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.Pem;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is found by the check that is about it, and nothing is left behind. */
@Timeout(180)
class DoctorIT {
  private static final String NAMESPACE =
      "Endpoint=sb://localhost/;SharedAccessKeyName=k;SharedAccessKey=hunter2hunter2=";

  private static final String HUB = NAMESPACE + ";EntityPath=flights";

  @TempDir static Path brokerFolder;
  @TempDir Path dir;
  private static EmbeddedBroker broker;
  private TestingPipeline project;
  private TestingConsole console;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedBroker.start(brokerFolder, HUB);
    broker.createTopic("flights", 2);
    Map<String, Object> settings = new HashMap<>(broker.clientProperties());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("flights", 1, null, "{\"id\": 1}")).get();
    }
    Storage.PLAIN.configuration().set("fs.gs.impl", TestingDeniedFiles.class.getName());
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void project() throws IOException {
    project = new TestingPipeline(dir);
    console = new TestingConsole(dir);
    Files.createDirectories(dir.resolve("in"));
    Files.writeString(dir.resolve("in/a.csv"), "id,city\n1,Lisbon\n2,Porto\n");
    Files.writeString(dir.resolve("ref.csv"), "code\nLIS\n");
    Secrets.provide("CONNECTION", HUB);
    Secrets.provide("TRUST", Pem.certificate(broker.clientProperties()));
  }

  @AfterEach
  void forget() {
    List.of("CONNECTION", "TRUST").forEach(Secrets::forget);
  }

  @Test
  void allIsWell() throws IOException {
    declare(hub("", trusted()), "in/*.csv", "./lake");
    assertEquals(0, console.type("doctor", "p"), console.out());
    assertTrue(console.out().contains("ok       events, topic: flights has 2 partitions\n"));
    assertTrue(
        console.out().contains("ok       events, fetch: read and decoded flights-1@0\n"),
        console.out());
    assertTrue(
        console.out().contains("ok       files, schema: decoded 2 records of "), console.out());
    assertTrue(console.out().endsWith(" ok\n"), console.out());
    assertFalse(console.out().contains("hunter2"));
    assertFalse(Files.exists(dir.resolve("lake")), "the doctor leaves nothing behind");
    Map<String, JsonNode> checks = checks(0);
    assertEquals("ok", checks.get("events certificate").path("outcome").asText());
    assertTrue(checks.get("events certificate").path("said").asText().contains("CN=localhost"));
    assertEquals("ok", checks.get("lake write").path("outcome").asText());
  }

  @Test
  void afterARunTheProgressAndTheTablesAreSeen() throws IOException {
    declare(hub("", trusted()), "in/*.csv", "./lake");
    assertEquals(0, console.type("run", "p"), console.err());
    Map<String, JsonNode> checks = checks(0);
    assertEquals(
        "0 offsets wait behind epoch 1", checks.get("events progress").path("said").asText());
    assertEquals("5 of 5 are there and readable", checks.get("lake tables").path("said").asText());
    assertEquals("free", checks.get("lake lease").path("said").asText());
  }

  @Test
  void aVariableThatIsNotSetIsNamed() throws IOException {
    declare(hub("", trusted()).replace("CONNECTION", "NOBODY_SETS_THIS"), "in/*.csv", "./lake");
    Map<String, JsonNode> checks = checks(1);
    assertFailed(checks, "events secrets", "${NOBODY_SETS_THIS} is not set");
    assertEquals("secrets", checks.get("events fetch").path("because").asText());
    assertEquals("ok", checks.get("files schema").path("outcome").asText(), "others go on");
  }

  @Test
  void aWrongPasswordIsFoundAtSignIn() throws IOException {
    Secrets.provide("CONNECTION", HUB.replace("hunter2hunter2", "hunter3hunter3"));
    declare(hub("", trusted()), "in/*.csv", "./lake");
    Map<String, JsonNode> checks = checks(1);
    assertEquals("ok", checks.get("events certificate").path("outcome").asText());
    assertFailed(checks, "events sign-in", broker.bootstrapServers() + " refuses the credentials");
    assertEquals("sign-in", checks.get("events topic").path("because").asText());
    assertFalse(console.out().contains("hunter3"), console.out());
  }

  @Test
  void anEventHubOfAnotherConnectionStringIsFoundBeforeAnythingIsAsked() throws IOException {
    declare(hub("event_hub: flight, ", trusted()), "in/*.csv", "./lake");
    assertFailed(
        checks(1),
        "events settings",
        "the connection string ${CONNECTION} is not for the event hub flight");
  }

  @Test
  void anAbsentTopicIsFoundWithItsNeighbour() throws IOException {
    // A namespace's string, to name any hub: its password is wrong, so the broker's is given.
    String kafka =
        "kafka: {bootstrap_servers: \"%s\", topic: flight, properties: {%s, security.protocol:"
            + " SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config:"
            + " \"org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " username='$ConnectionString' password='${CONNECTION}';\"}}";
    declare(kafka.formatted(broker.bootstrapServers(), trusted()), "in/*.csv", "./lake");
    Map<String, JsonNode> checks = checks(1);
    assertFailed(
        checks, "events topic", "there is no topic flight at " + broker.bootstrapServers());
    assertTrue(
        checks.get("events topic").path("fix").asText().startsWith("did you mean flights? "),
        console.out());
  }

  @Test
  void aClosedPortIsFoundAtTheConnection() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    declare(at("127.0.0.1:" + port), "in/*.csv", "./lake");
    Map<String, JsonNode> checks = checks(1);
    assertFailed(checks, "events connection", "no TCP connection to 127.0.0.1:" + port);
    declare(
        hub("private_endpoint: true, ", trusted())
            .replace(broker.bootstrapServers(), "no-such-host.invalid:9093"),
        "in/*.csv",
        "./lake");
    assertFailed(checks(1), "events host", "no broker at no-such-host.invalid:9093");
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      declare(at("127.0.0.1:" + silent.getLocalPort()), "in/*.csv", "./lake");
      assertEquals(1, console.type("doctor", "p", "--timeout", "2s", "--output", "json"));
      JsonNode certificate = read().get("events certificate");
      assertEquals("failed", certificate.path("outcome").asText(), console.out());
    }
  }

  @Test
  void aCertificateThatNobodyTrustsIsFound() throws IOException {
    declare(hub("", "client.id: doctor"), "in/*.csv", "./lake");
    Map<String, JsonNode> checks = checks(1);
    assertFailed(checks, "events certificate", "no TLS connection to " + broker.bootstrapServers());
    assertEquals(
        "Give the broker's certificate, as PEM, with ssl.truststore.certificates under properties",
        checks.get("events certificate").path("fix").asText());
  }

  @Test
  void foldersThatAreDeniedOrAbsentAreFound() throws IOException {
    Files.createDirectories(dir.resolve("closed"));
    Files.createDirectories(dir.resolve("lake"));
    declare(hub("", trusted()), "gs://" + dir + "/closed/*.csv", "gs://" + dir + "/lake");
    Map<String, JsonNode> checks = checks(1);
    assertFailed(checks, "files files", "no permission to read gs://" + dir + "/closed/*.csv");
    assertEquals("failed", checks.get("lake write").path("outcome").asText(), console.out());
    assertTrue(
        checks.get("lake write").path("problem").asText().endsWith("permission denied"),
        console.out());
    assertEquals("write", checks.get("lake delete").path("because").asText());

    declare(hub("", trusted()), "nowhere/*.csv", "./lake");
    assertFailed(
        checks(1), "files files", "the folder " + dir.resolve("nowhere") + " does not exist");
  }

  @Test
  void recordsThatDoNotFitAreWarnedOf() throws IOException {
    Files.writeString(dir.resolve("in/a.csv"), "id,city\none,Lisbon\n2,Porto\n");
    declare(hub("", trusted()), "in/*.csv", "./lake");
    JsonNode schema = checks(1).get("files schema");
    assertEquals("warning", schema.path("outcome").asText());
    assertEquals("1 of the first 2 records do not fit the schema", schema.path("problem").asText());
  }

  @Test
  void aPipelineThatIsWrongIsTold() throws IOException {
    declare(hub("", trusted()), "in/*.csv", "./lake");
    String declared = Files.readString(dir.resolve("pipelines/p/pipeline.yaml"));
    project.yaml(declared.replace("format: json", "format: jsn"));
    Map<String, JsonNode> checks = checks(1);
    assertTrue(
        checks.get("pipeline files").path("problem").asText().contains("cannot be 'jsn'"),
        console.out());
    assertEquals("files", checks.get("pipeline sources").path("because").asText());
    project.yaml(declared.replace("FROM bronze", "FROM bronz"));
    checks = checks(1);
    assertTrue(
        checks.get("pipeline queries").path("fix").asText().contains("did you mean bronze?"),
        console.out());
    assertEquals("ok", checks.get("events fetch").path("outcome").asText());
  }

  private void declare(String connection, String files, String lake) {
    project.yaml(
        """
        pipeline: p
        lake: "%s"
        sources:
          events:
            %s
            format: json
            schema: "id INT"
          files: {files: "%s", format: csv, schema: "id INT, city STRING"}
          codes: {reference: ref.csv, format: csv, schema: "code STRING"}
        datasets:
          bronze: {streaming_table: {flows: [{from: events}]}}
          cities: {streaming_table: {from: files}}
          twice: {view: {sql: "SELECT id + id AS id FROM bronze"}}
        """
            .formatted(lake, connection, files));
  }

  private String hub(String eventHub, String properties) {
    return "event_hubs: {bootstrap_servers: \"%s\", %sconnection_string: \"${CONNECTION}\", properties: {%s}}"
        .formatted(broker.bootstrapServers(), eventHub, properties);
  }

  private String at(String servers) {
    return hub("", trusted()).replace(broker.bootstrapServers(), servers);
  }

  private static String trusted() {
    return "ssl.truststore.certificates: \"${TRUST}\"";
  }

  private static void assertFailed(Map<String, JsonNode> checks, String check, String problem) {
    assertEquals("failed", checks.get(check).path("outcome").asText(), checks.toString());
    assertEquals(problem, checks.get(check).path("problem").asText());
    assertFalse(checks.get(check).path("fix").asText().isEmpty(), check);
  }

  /** By subject and check. */
  private Map<String, JsonNode> checks(int exitCode) throws IOException {
    assertEquals(exitCode, console.type("doctor", "p", "--output", "json"), console.out());
    return read();
  }

  private Map<String, JsonNode> read() throws IOException {
    Map<String, JsonNode> checks = new TreeMap<>();
    for (JsonNode each : new ObjectMapper().readTree(console.out())) {
      checks.put(each.path("subject").asText() + " " + each.path("check").asText(), each);
    }
    return checks;
  }
}
