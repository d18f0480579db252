package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.demo.EmbeddedBroker;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.Pem;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.TestingAzurite;
import io.lakebeam.testing.TestingPipeline;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
 * As a task of Databricks: in a JVM that has a SparkContext, on Azure storage, with an event hub.
 */
@Timeout(180)
class SelfTestIT {
  private static final String HUB =
      "Endpoint=sb://localhost/;SharedAccessKeyName=k;SharedAccessKey=hunter2hunter2=;EntityPath=flights";

  @TempDir static Path brokerFolder;
  @TempDir Path dir;
  private static EmbeddedBroker broker;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private TestingAzurite azurite;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedBroker.start(brokerFolder, HUB);
    broker.createTopic("flights", 2);
    Map<String, Object> settings = new HashMap<>(broker.clientProperties());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      for (int id = 0; id < 150; id++) {
        String value = id == 149 ? "{\"id\": \"none\"}" : "{\"id\": " + id + "}";
        producer.send(new ProducerRecord<>("flights", id % 2, null, value)).get();
      }
    }
    Secrets.provide("CONNECTION", HUB);
    Secrets.provide("TRUST", Pem.certificate(broker.clientProperties()));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
    List.of("CONNECTION", "TRUST").forEach(Secrets::forget);
  }

  /** A job signs in to stores as its cluster says, not as the pipeline does. */
  @BeforeEach
  void start() {
    String cluster =
        """
        pipeline: cluster
        sources: {none: {files: "*.csv", format: csv, schema: "id INT"}}
        datasets: {nothing: {streaming_table: {from: none}}}
        """;
    TestingPipeline declared =
        new TestingPipeline(dir.resolve("cluster")).yaml(cluster + TestingAzurite.get().yaml());
    declared
        .spec()
        .storage()
        .settings()
        .forEach(
            (name, setting) ->
                Storage.PLAIN.configuration().set(name, Secrets.resolve(setting.value())));
    azurite = TestingAzurite.get();
  }

  private void declare(String lake, String hub) {
    new TestingPipeline(dir)
        .yaml(
            """
            pipeline: p
            lake: "%s"
            sources:
              events:
                event_hubs:
                  bootstrap_servers: "%s"
                  %s
                  connection_string: "${CONNECTION}"
                  properties: {ssl.truststore.certificates: "${TRUST}"}
                format: json
                schema: "id INT"
            datasets:
              bronze: {streaming_table: {from: events}}
            """
                .formatted(lake, broker.bootstrapServers(), hub));
  }

  private void selfTest(String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("self-test", dir.resolve("pipelines/p/pipeline.yaml").toString()));
    arguments.addAll(List.of(more));
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    DatabricksJob.run(arguments.toArray(new String[0]), stream, stream, name -> null);
  }

  private void assertTold(String line) {
    assertTrue(text().contains(line), () -> "not told: " + line + "\n" + text());
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private static List<String> names(String folder) {
    return Storage.PLAIN.list(Storage.PLAIN.path(folder)).stream()
        .map(f -> f.getPath().getName())
        .toList();
  }

  @Test
  void everythingIsTriedOnSparkAndNothingIsLeft() {
    SparkReader.session();
    String container = azurite.container("lakes", "c" + UUID.randomUUID());
    declare(container + "/lake", "");
    selfTest("--runner", "spark");
    assertTold("ok       class path, spark: Spark 3.5.");
    assertTold("ok       class path, executors: 1 process with Lakebeam's classes, in UTC: ");
    assertTold("ok       lake, write: a file is written once");
    assertTold("ok       lake on executors, delete: files can be deleted");
    assertTold("ok       races, put from the driver: 8 racers of 1 process, 5 rounds: one winner");
    assertTold("ok       races, put from executors: 8 racers of 1 process, 5 rounds: one winner");
    assertTold("ok       races, commit: 8 commits at once: a version each");
    assertTold("ok       tiny pipeline, files: 5 records of 2 files became 3 rows of silver");
    assertTold("ok       events, topic: flights has 2 partitions");
    assertTold(
        "warning  events, newest records: 1 of the 100 newest records do not fit the schema\n");
    assertTold("ok       scratch, removed: nothing is left in the lake");
    assertFalse(text().contains("hunter2"), "no secret is told");
    assertEquals(List.of(), names(container + "/"), "not even the lake, which was not there");
    assertFalse(SparkReader.session().sparkContext().isStopped(), "the context is the platform's");
  }

  @Test
  void aWrongKeyAMissingContainerAndAMissingTopicAreToldAndTheRestIsNotTried() {
    declare(TestingAzurite.uri("locked", "any") + "/lake", "");
    assertThrows(DatabricksJob.FailedException.class, this::selfTest);
    assertTold(
        "failed   lake, reach: cannot look at abfs://any@locked.dfs.core.windows.net/lake: ");
    assertTold("storage account locked denied it");
    assertTold("skipped  races, commit: not tried: lake, reach failed");
    assertTold("skipped  tiny pipeline, files: not tried: lake, reach failed");
    assertTold("ok       events, fetch: read and decoded flights-");
    assertTold("skipped  events, newest records: not tried: lake, reach failed");

    out.reset();
    Secrets.provide("CONNECTION", HUB.replace(";EntityPath=flights", ""));
    try {
      declare(TestingAzurite.uri("lakes", "missing") + "/lake", "event_hub: flight");
      assertThrows(DatabricksJob.FailedException.class, this::selfTest);
    } finally {
      Secrets.provide("CONNECTION", HUB);
    }
    assertTold("storage account lakes has no container missing; create it, or correct the URI");
    assertTold("skipped  scratch, removed: not tried: lake, ");
    assertTold("failed   events, ");
  }
}
