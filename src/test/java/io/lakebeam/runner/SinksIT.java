package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.cli.TestingConsole;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.demo.EmbeddedBroker;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.testing.Pem;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows are delivered as they are committed: none is lost, and what comes again says so. */
class SinksIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DATASETS =
      """
      pipeline: p
      sources:
        feed: {files: "in/*.json", format: json, schema: "id BIGINT NOT NULL, at STRING"}
      datasets:
        bronze: {streaming_table: {from: feed}}
        silver:
          streaming_table: {sql: "SELECT id, at FROM STREAM bronze"}
          expect: {small: {expect: id < 100, on_violation: quarantine}}
      """;

  @TempDir Path dir;
  private TestingPipeline project;
  private TestingConsole console;
  private TestingReceiver receiver;

  @BeforeEach
  void open() throws IOException {
    receiver = new TestingReceiver();
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    project = new TestingPipeline(dir);
  }

  @AfterEach
  void close() {
    receiver.close();
    List.of("SINK_JAAS", "SINK_CERTIFICATE").forEach(Secrets::forget);
  }

  private void hooks(String more) {
    project.yaml(
        DATASETS
            + more
            + """
            sinks:
              ops:
                dataset: silver
                webhook: {url: "${HOOK}", secret: "${HOOK_SECRET}", rows: 2}
              refused: {dataset: silver_quarantine, files: ./refused}
            """);
  }

  private static final String WINDOWS =
      """
        hours:
          streaming_table:
            sql: "SELECT window.start AS hour, COUNT(*) AS n FROM STREAM bronze
              WATERMARK at DELAY OF INTERVAL 0 MINUTES GROUP BY window(at, '1 hour')"
          expect: {some: {expect: %s, on_violation: quarantine}}
      sinks:
        ops: {dataset: hours, webhook: {url: "${HOOK}", secret: "${HOOK_SECRET}", rows: 2}}
        refused: {dataset: hours_quarantine, files: ./refused}
      """;

  private static final String TIMED = DATASETS.replace("at STRING", "at TIMESTAMP");

  private void hours(int file, int... hours) {
    StringBuilder lines = new StringBuilder();
    for (int hour : hours) {
      lines.append("{\"id\":%d,\"at\":\"2026-01-01T%02d:30:00Z\"}\n".formatted(file, hour));
    }
    project.land(file + ".json", lines.toString());
  }

  private List<String> hookedHours() {
    return receiver.rows().stream()
        .map(
            row -> row.at("/row/hour").asText().substring(11, 13) + " " + row.at("/row/n").asText())
        .sorted()
        .toList();
  }

  @Test
  void windowsAreDeliveredAsTheyAreClosedAndNotWhenTheyAreMadeAnew() throws IOException {
    project.yaml(TIMED + WINDOWS.formatted("n < 3"));
    hours(1, 1, 1, 2, 2, 2, 3);
    assertEquals(0, run(), console.err());
    assertEquals(List.of("01 2"), hookedHours());
    assertEquals("3", refused().get(0).get("n").asText(), refused().toString());
    hours(2, 4);
    assertEquals(0, run(), console.err());
    assertEquals(List.of("01 2", "03 1"), hookedHours());
    assertEquals(0, run("--full-refresh", "hours"), console.err());
    assertEquals(0, run("--full-refresh", "bronze"), console.err());
    assertEquals(List.of("01 2", "03 1"), hookedHours(), "nothing is sent again");
    hours(3, 5);
    assertEquals(0, run(), console.err());
    assertEquals(List.of("01 2", "03 1", "04 1"), hookedHours());
    assertEquals(1, refused().size());
  }

  @Test
  void windowsOfRowsThatWereThereBeforeAreNotDelivered() {
    project.yaml(TIMED + "sinks: {refused: {dataset: silver_quarantine, files: ./refused}}\n");
    hours(1, 1, 2, 3);
    assertEquals(0, run(), console.err());
    project.yaml(TIMED + WINDOWS.formatted("n < 3"));
    hours(2, 4);
    assertEquals(0, run(), console.err());
    assertEquals(List.of(), hookedHours());
    hours(3, 5);
    assertEquals(0, run(), console.err());
    assertEquals(List.of("04 1"), hookedHours());
  }

  private void land(String name, int... ids) {
    StringBuilder lines = new StringBuilder();
    for (int id : ids) {
      lines.append("{\"id\":").append(id).append(",\"at\":\"gate ").append(id).append("\"}\n");
    }
    project.land(name, lines.toString());
  }

  private List<Long> hooked() {
    return receiver.rows().stream().map(row -> row.at("/row/id").asLong()).sorted().toList();
  }

  private List<JsonNode> refused() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    if (!Files.isDirectory(dir.resolve("refused"))) {
      return rows;
    }
    try (Stream<Path> files = Files.list(dir.resolve("refused"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".jsonl")).toList()) {
        for (String line : Files.readAllLines(file)) {
          rows.add(JSON.readTree(line));
        }
      }
    }
    return rows;
  }

  private int run(String... more) {
    List<String> words = new ArrayList<>(List.of("run", "p"));
    words.addAll(List.of(more));
    return console.type(words.toArray(String[]::new));
  }

  @Test
  void newRowsAreDeliveredOnceAndAFullRefreshSendsNothing() throws IOException {
    hooks("");
    land("1.json", 1, 2, 3, 101);
    assertEquals(0, run("--without-sinks"), console.err());
    assertEquals(List.of(), hooked());
    assertEquals(0, console.type("status", "p"), console.err());
    assertTrue(console.out().contains("sink     ops: 3 rows of silver wait"), console.out());
    assertEquals(0, run(), console.err());
    assertEquals(List.of(1L, 2L, 3L), hooked());
    assertEquals(0, console.type("status", "p"), console.err());
    assertTrue(console.out().contains("sink     ops: all of silver is delivered"), console.out());
    JsonNode first = receiver.requests().get(0).body();
    assertEquals("lakebeam.rows", first.at("/type").asText());
    assertEquals(
        "p/silver", first.at("/data/pipeline").asText() + "/" + first.at("/data/dataset").asText());
    assertTrue(first.at("/data/rows").size() <= 2, first.toString());
    assertEquals("gate 1", receiver.rows().get(0).at("/row/at").asText());
    assertEquals(List.of(101L), refused().stream().map(row -> row.get("id").asLong()).toList());
    assertEquals(
        List.of("small"),
        refused().stream().map(row -> row.at("/_failed_expectations/0").asText()).toList());

    assertEquals(0, run(), console.err());
    land("2.json", 4, 102);
    assertEquals(0, run(), console.err());
    assertEquals(List.of(1L, 2L, 3L, 4L), hooked());
    assertEquals(2, refused().size());

    // What is computed anew was delivered; what comes in the same run was not.
    land("3.json", 5);
    assertEquals(0, run("--full-refresh", "silver"), console.err());
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), hooked());
    assertEquals(2, refused().size());

    // Rows that were there before their table are history, of a table that has a sink from the
    // start.
    project.yaml(
        DATASETS
            + """
              late: {streaming_table: {sql: "SELECT id, at FROM STREAM bronze WHERE id < 50"}}
            sinks:
              late: {dataset: late, webhook: {url: "${HOOK}", secret: "${HOOK_SECRET}"}}
            """);
    land("4.json", 6);
    assertEquals(0, run(), console.err());
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), hooked());
    assertEquals(
        receiver.rows().size(),
        new HashSet<>(receiver.rows().stream().map(row -> row.get("id").asText()).toList()).size());
  }

  /** Bronze is decided with the first attempt; what follows it reads these rows from there. */
  @Test
  void rowsOfAnEpochThatIsDoneAgainAreNews() throws IOException {
    hooks("");
    Path file = dir.resolve("pipelines/p/pipeline.yaml");
    String yaml = Files.readString(file);
    project.yaml(yaml.replace("violation: quarantine", "violation: fail"));
    land("1.json", 1, 101);
    assertEquals(1, run());
    assertEquals(List.of(), hooked());
    hooks("");
    assertEquals(0, run(), console.err());
    assertEquals(List.of(1L), hooked());
  }

  @Test
  void whatIsNotTakenIsSentAgainWithTheSameIds() {
    hooks("");
    land("1.json", 1, 2, 3);
    receiver.answer(503, 200, 500);
    assertEquals(0, run(), console.err());
    String told = console.err();
    assertTrue(told.contains("${HOOK} does not take anything now"), told);
    assertTrue(told.contains("HTTP status 503"), told);
    assertFalse(told.contains("in-the-url"), told);
    // Of two requests the first is sent twice and the second twice, none of which has arrived
    // twice.
    Map<String, Integer> times = new TreeMap<>();
    receiver.requests().forEach(request -> times.merge(request.id(), 1, Integer::sum));
    assertEquals(List.of(2, 2), List.copyOf(times.values()));
    Map<String, Long> byId = new HashMap<>();
    for (JsonNode row : receiver.rows()) {
      Long id = row.at("/row/id").asLong();
      assertEquals(id, byId.getOrDefault(row.get("id").asText(), id));
      byId.put(row.get("id").asText(), id);
    }
    assertEquals(3, byId.size());
    assertEquals(3, receiver.rows().size());
  }

  @Test
  void aReceiverThatRefusesIsToldAndTheNextRunGoesOn() {
    hooks("");
    receiver.knowsSecret(false);
    land("1.json", 1);
    assertEquals(1, run());
    String told = console.err();
    assertTrue(told.contains("error: sink ops: ${HOOK} refuses the sender"), told);
    assertTrue(told.contains("HTTP status 401"), told);
    assertTrue(told.contains("all tables are up to date, and the next run goes on"), told);
    assertEquals(0, console.type("show", "lake/silver"), console.err());
    assertTrue(console.out().contains("gate 1"), console.out());
    receiver.knowsSecret(true);
    land("2.json", 2);
    assertEquals(0, run(), console.err());
    assertEquals(List.of(1L, 2L), hooked());
  }

  /** Somebody who stops a run does not wait for a server that is away, and has not failed. */
  @Test
  void aRunThatIsStoppedLeavesTheRestToTheNext() {
    hooks("");
    land("1.json", 1);
    receiver.answer(Collections.nCopies(50, 503).toArray(Integer[]::new));
    assertEquals(0, run("--mode", "continuous", "--stop-after", "1s"), console.err());
    assertTrue(console.err().contains("the next run goes on"), console.err());
    assertEquals(List.of(), hooked());
    receiver.answerWell();
    assertEquals(0, run(), console.err());
    assertEquals(List.of(1L), hooked());
  }

  @Test
  void aUrlThatIsNoneIsASentence() {
    hooks("");
    Secrets.provide("HOOK", "https://example.com/|no");
    land("1.json", 1);
    assertEquals(1, run());
    assertTrue(console.err().contains("error: sink ops: ${HOOK} is no https URL"), console.err());
    assertFalse(console.err().contains("Exception"), console.err());
  }

  @Test
  void rowsGoToATopicAsCloudEvents() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(dir.resolve("broker"), "top-secret")) {
      broker.createTopic("alerts", 2);
      Map<String, Object> client = broker.clientProperties();
      Secrets.provide("SINK_JAAS", client.get("sasl.jaas.config").toString());
      Secrets.provide("SINK_CERTIFICATE", Pem.certificate(client));
      project.yaml(
          DATASETS
              + """
              sinks:
                alerts:
                  dataset: silver
                  key: id
                  kafka:
                    bootstrap_servers: "%s"
                    topic: alerts
                    properties:
                      security.protocol: SASL_SSL
                      sasl.mechanism: PLAIN
                      sasl.jaas.config: "${SINK_JAAS}"
                      ssl.truststore.certificates: "${SINK_CERTIFICATE}"
              """
                  .formatted(broker.bootstrapServers()));
      land("1.json", 1, 2, 3);
      assertEquals(0, run(), console.err());
      land("2.json", 4);
      assertEquals(0, run(), console.err());
      List<ConsumerRecord<String, String>> read = read(client, 4);
      Map<String, String> rows = new TreeMap<>();
      read.forEach(each -> rows.put(each.key(), each.value()));
      assertEquals(
          Map.of("1", "gate 1", "2", "gate 2", "3", "gate 3", "4", "gate 4"),
          rows.entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, row -> text(row.getValue(), "at"))));
      assertEquals("1.0", header(read.get(0), "ce_specversion"));
      assertEquals("silver", header(read.get(0), "ce_subject"));
      assertEquals(
          4, new HashSet<>(read.stream().map(each -> header(each, "ce_id")).toList()).size());
    }
  }

  private static String text(String json, String field) {
    try {
      return JSON.readTree(json).get(field).asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String header(ConsumerRecord<String, String> message, String name) {
    return new String(message.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static List<ConsumerRecord<String, String>> read(Map<String, Object> client, int wanted) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("auto.offset.reset", "earliest");
    List<ConsumerRecord<String, String>> read = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          List.of(new TopicPartition("alerts", 0), new TopicPartition("alerts", 1));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long end = consumer.endOffsets(partitions).values().stream().mapToLong(each -> each).sum();
      assertEquals(wanted, end);
      while (read.size() < end) {
        consumer.poll(Duration.ofSeconds(1)).forEach(read::add);
      }
    }
    return read;
  }
}
