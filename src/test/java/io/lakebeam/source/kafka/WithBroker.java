package io.lakebeam.source.kafka;

import static io.lakebeam.graph.Column.required;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.demo.EmbeddedBroker;
import io.lakebeam.graph.DataType;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.Collected;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.storage.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A broker, topics on it, and sources that read them. */
abstract class WithBroker {
  static final Duration SOON = Duration.ofSeconds(4);

  @TempDir static Path folder;
  static TestingBroker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new TestingBroker(folder);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  static void expire(String topic, long before) {
    try (Admin admin = broker.admin()) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(before)))
          .all()
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  static void makeAnew(String topic, int records) throws Exception {
    try (Admin admin = broker.admin()) {
      admin.deleteTopics(List.of(topic)).all().get();
      while (admin.listTopics().names().get().contains(topic)) {
        // The timeout of this class bounds the loop.
      }
    }
    createTopic(topic, 1);
    produce(topic, 0, 0, records, Map.of());
  }

  static RowOutput counting(CountDownLatch latch) {
    return new Collected() {
      @Override
      public synchronized void row(InternalRow row) {
        latch.countDown();
      }
    };
  }

  static Slice.KafkaRange range(Discovery found) {
    assertEquals(1, found.slices().size());
    return (Slice.KafkaRange) found.slices().get(0);
  }

  static Discovery discover(SourceSpec source, SourcePosition since, long maxRows) {
    return discovery(source).discover(since, maxRows);
  }

  static SourceDiscovery discovery(SourceSpec source) {
    return SourceDiscovery.of(Storage.PLAIN, source, WithBroker::resolve, SOON);
  }

  static SourceReader reader(SourceSpec source) {
    return SourceReader.of(Storage.PLAIN, source, WithBroker::resolve, () -> false);
  }

  static Collected read(SourceSpec source, Slice slice) {
    Collected out = new Collected(source);
    reader(source).read(slice, Sources.PLANNED_AT, out);
    return out;
  }

  static SourceSpec source(String topic, SourceSpec.StartingOffsets starting) {
    return Sources.kafka(
        kafka(broker.sasl(), topic, starting),
        new SourceSpec.Json(),
        required("id", DataType.Primitive.STRING));
  }

  static SourceSpec.Kafka kafka(String servers, String topic, SourceSpec.StartingOffsets starting) {
    return new SourceSpec.Kafka(
        servers,
        topic,
        Optional.empty(),
        Map.of(
            "security.protocol", new SecretText("SASL_PLAINTEXT"),
            "sasl.mechanism", new SecretText("PLAIN"),
            "sasl.jaas.config", new SecretText("${JAAS}")),
        starting);
  }

  static SourceSpec with(SourceSpec source, String name, String value) {
    SourceSpec.Kafka kafka = (SourceSpec.Kafka) source.connection();
    Map<String, SecretText> properties = new HashMap<>(kafka.properties());
    properties.put(name, new SecretText(value));
    return Sources.kafka(
        new SourceSpec.Kafka(
            kafka.bootstrapServers(),
            kafka.topic(),
            kafka.connectionString(),
            properties,
            kafka.startingOffsets()),
        source.format(),
        source.schema().columns().get(0));
  }

  static String resolve(SecretText text) {
    return text.reference().equals("${JAAS}")
        ? jaas(TestingBroker.CONNECTION_STRING)
        : text.reference();
  }

  static String wronglyResolve(SecretText text) {
    return text.reference().equals("${JAAS}") ? jaas("wrong-password") : text.reference();
  }

  static String jaas(String password) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required"
        + " username=\"$ConnectionString\" password=\""
        + password
        + "\";";
  }

  static void createTopic(String name, int partitions) throws Exception {
    try (Admin admin = broker.admin()) {
      admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
      EmbeddedBroker.awaitLeaders(admin, name, partitions);
    }
  }

  static KafkaProducer<String, String> producer(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", broker.plain());
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  static void produce(String topic, int partition, int from, int to, Map<String, Object> settings)
      throws ExecutionException, InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<String, String> producer = producer(settings)) {
      for (int i = from; i < to; i++) {
        sent.add(producer.send(record(topic, partition, i)));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    }
  }

  static void transaction(
      KafkaProducer<String, String> producer, String topic, int from, int to, boolean commit)
      throws ExecutionException, InterruptedException {
    producer.beginTransaction();
    for (int i = from; i < to; i++) {
      producer.send(record(topic, 0, i)).get();
    }
    if (commit) {
      producer.commitTransaction();
    } else {
      producer.abortTransaction();
    }
  }

  static ProducerRecord<String, String> record(String topic, int partition, int i) {
    String value = "{\"id\":\"" + partition + "-" + i + "\"}";
    return new ProducerRecord<>(topic, partition, null, value);
  }

  static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(10, TimeUnit.MINUTES));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
