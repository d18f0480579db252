package io.lakebeam.source.kafka;

import static io.lakebeam.graph.Column.required;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.demo.EmbeddedBroker;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.source.Collected;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.EntraSignIn;
import io.lakebeam.spec.KafkaConsent;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.storage.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real consumer signs in at a real broker with a token that our callback got. */
@Timeout(120)
class EntraSignInIT {
  @TempDir static Path folder;
  private static TestingBroker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new TestingBroker(folder);
    try (Admin admin = broker.admin()) {
      admin.createTopics(List.of(new NewTopic("flights", 1, (short) 1))).all().get();
      EmbeddedBroker.awaitLeaders(admin, "flights", 1);
    }
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.plain()),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>("flights", "{\"id\":\"a\"}")).get();
    }
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void anApplicationReadsWithItsToken() throws Exception {
    try (TestingTokenServer server = new TestingTokenServer()) {
      assertEquals(List.of("a"), read(source(application(server)), s -> resolve(s)));
      assertEquals(1, server.asked.size(), "one token for discovery and reading");
    }
  }

  @Test
  void aMachineReadsWithItsIdentity() throws Exception {
    try (TestingTokenServer server = new TestingTokenServer()) {
      EntraSignIn identity =
          new EntraSignIn.ManagedIdentity(server.metadata(), "", TestingTokenServer.SCOPE);
      assertEquals(List.of("a"), read(source(identity), s -> resolve(s)));
    }
  }

  @Test
  void whatEntraIdRefusesIsTheSourcesProblem() throws Exception {
    try (TestingTokenServer server = new TestingTokenServer()) {
      SourceSpec source = source(application(server));
      SourceException refused =
          assertThrows(
              SourceException.class,
              () -> read(source, s -> s.reference().equals("${S}") ? "wrong-secret" : resolve(s)));
      assertFalse(refused.isRetryable());
      assertTrue(refused.problem().startsWith("no token for the application"));
      assertFalse(refused.toString().contains("wrong-secret"), refused.toString());
    }
  }

  @Test
  void aTokenThatTheBrokerRefusesIsToldAsSuch() throws Exception {
    try (TestingTokenServer server = new TestingTokenServer()) {
      server.next(200, "{\"expires_in\":3599,\"access_token\":\"no-such-token\"}");
      SourceException refused =
          assertThrows(
              SourceException.class, () -> read(source(application(server)), s -> resolve(s)));
      assertTrue(refused.problem().endsWith("refuses the credentials"), refused.getMessage());
      assertFalse(refused.toString().contains("no-such-token"), refused.toString());
    }
  }

  private static List<Object> read(SourceSpec source, Function<SecretText, String> resolve) {
    Discovery found =
        SourceDiscovery.of(Storage.PLAIN, source, resolve, Duration.ofSeconds(10))
            .discover(SourcePosition.start(source), 10);
    Collected out = new Collected(source);
    SourceReader reader = SourceReader.of(Storage.PLAIN, source, resolve, () -> false);
    found.slices().forEach(slice -> reader.read(slice, Sources.PLANNED_AT, out));
    return out.column("id");
  }

  private static String resolve(SecretText text) {
    return text.reference().equals("${S}") ? TestingTokenServer.SECRET : text.reference();
  }

  private static EntraSignIn application(TestingTokenServer server) {
    return new EntraSignIn.ClientCredentials(
        server.authority(),
        TestingTokenServer.TENANT,
        TestingTokenServer.CLIENT,
        new SecretText("${S}"),
        TestingTokenServer.SCOPE);
  }

  private static SourceSpec source(EntraSignIn entra) {
    return Sources.kafka(
        new SourceSpec.Kafka(
            broker.sasl(),
            "flights",
            Optional.empty(),
            Map.of("security.protocol", new SecretText("SASL_PLAINTEXT")),
            SourceSpec.StartingOffsets.EARLIEST,
            Optional.of(entra),
            KafkaConsent.NONE),
        new SourceSpec.Json(),
        required("id", Primitive.STRING));
  }
}
