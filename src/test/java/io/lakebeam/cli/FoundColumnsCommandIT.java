package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.demo.EmbeddedBroker;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.testing.Pem;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What commands say of fields of a topic that become columns. */
@Timeout(300)
class FoundColumnsCommandIT {
  private static final String HUB =
      "Endpoint=sb://localhost/;SharedAccessKeyName=k;SharedAccessKey=hunter2hunter2=;EntityPath=gates";

  @TempDir Path brokerFolder;
  @TempDir Path dir;

  @AfterEach
  void forget() {
    List.of("CONNECTION", "TRUST").forEach(Secrets::forget);
  }

  @Test
  void aFieldOfATopicBecomesAColumnAndIsTold() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(brokerFolder, HUB)) {
      broker.createTopic("gates", 2);
      Secrets.provide("CONNECTION", HUB);
      Secrets.provide("TRUST", Pem.certificate(broker.clientProperties()));
      TestingPipeline project =
          new TestingPipeline(dir)
              .yaml(
                  """
                  pipeline: p
                  lake: "./lake"
                  sources:
                    events:
                      event_hubs:
                        bootstrap_servers: "%s"
                        connection_string: "${CONNECTION}"
                        properties: {ssl.truststore.certificates: "${TRUST}"}
                      format: json
                      new_fields: add_columns
                      schema: "id INT"
                  datasets:
                    bronze: {streaming_table: {from: events}}
                  """
                      .formatted(broker.bootstrapServers()));
      TestingConsole console = new TestingConsole(dir);
      send(broker, "{\"id\":1}", "{\"id\":2,\"gate\":\"A\"}", "{\"id\":3,\"seat\":7}");

      assertEquals(0, console.type("run", "p"), console.err());
      assertTrue(
          console.err().lines().anyMatch(line -> line.startsWith("source events, columns found: ")),
          console.err());
      assertEquals(
          List.of("1|null|null|null", "2|A|null|null", "3|null|7|null"),
          Tables.texts(project.table("bronze"), "id", "gate", "seat", "_rescued"));

      assertEquals(0, console.type("plan", "p", "--output", "json"), console.err());
      JsonNode told = new ObjectMapper().readTree(console.out()).get(0);
      assertEquals("columns_found", told.path("kind").asText());
      assertEquals("events", told.path("name").asText());
      assertTrue(told.path("text").asText().contains("gate"), told.toString());

      assertEquals(0, console.type("validate", "p"), console.err());
      assertTrue(
          console
              .err()
              .contains("source events: new fields become columns; lakebeam plan tells which\n"),
          console.err());
    }
  }

  private static void send(EmbeddedBroker broker, String... records)
      throws IOException, InterruptedException, java.util.concurrent.ExecutionException {
    Map<String, Object> settings = new HashMap<>(broker.clientProperties());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      for (int i = 0; i < records.length; i++) {
        producer.send(new ProducerRecord<>("gates", i % 2, null, records[i])).get();
      }
    }
  }
}
