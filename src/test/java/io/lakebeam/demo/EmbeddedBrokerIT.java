package io.lakebeam.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.BrokerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class EmbeddedBrokerIT {
  private static final String SECRET =
      "Endpoint=sb://localhost/;SharedAccessKeyName=demo;SharedAccessKey=c2Vj\"cmV0\\=";
  private static final String TOPIC = "flights";
  private static final int PARTITIONS = 3;

  private final FlightGenerator generator = new FlightGenerator(7);

  @TempDir private Path folder;

  @Test
  void goesOnWhereItStoppedWithoutLossOrRepetition() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, SECRET)) {
      broker.createTopic(TOPIC, PARTITIONS);
      assertEquals(4_000, publish(broker, 4_000));
      // Stopped by the demo's clock, as Ctrl-C does.
      Pace pace = Pace.unlimited();
      long[] heard = new long[1];
      new EventPublisher(broker.clientProperties(), TOPIC, generator)
          .publish(
              20_000,
              pace,
              moment -> {
                if (++heard[0] == 7_000) {
                  pace.stop();
                }
              });
      assertEquals(7_000, heard[0]);
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, SECRET)) {
      broker.createTopic(TOPIC, PARTITIONS);
      assertEquals(13_000, publish(broker, 20_000));
      assertEquals(0, publish(broker, 20_000));
      assertTopicHolds(broker, 20_000);
    }
  }

  @Test
  void acknowledgedRecordsOutliveAKill() throws Exception {
    try (BrokerProcess killed = new BrokerProcess(folder, SECRET, TOPIC, PARTITIONS)) {
      assertEquals(5_000, publish(killed.clientProperties(), 5_000));
    }
    Instant start = Instant.now();
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, SECRET)) {
      Duration took = Duration.between(start, Instant.now());
      assertTrue(took.toSeconds() < 60, "started in " + took);
      assertEquals(5_000, publish(broker, 10_000));
      assertTopicHolds(broker, 10_000);
    }
  }

  @Test
  void itKeepsItsPortUnlessSomebodyHasTakenIt() throws Exception {
    String first;
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, SECRET)) {
      first = broker.bootstrapServers();
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, SECRET)) {
      assertEquals(first, broker.bootstrapServers());
    }
    String second;
    try (ServerSocket taken = new ServerSocket(port(first), 1, InetAddress.getByName("127.0.0.1"));
        EmbeddedBroker broker = EmbeddedBroker.start(folder, SECRET)) {
      second = broker.bootstrapServers();
      assertNotEquals(taken.getLocalPort(), port(second));
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, SECRET)) {
      assertEquals(second, broker.bootstrapServers());
    }
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1));
  }

  @Test
  void refusesAWrongPassword() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, SECRET)) {
      Map<String, Object> wrong = new HashMap<>(broker.clientProperties());
      String jaas = (String) wrong.get(SaslConfigs.SASL_JAAS_CONFIG);
      wrong.put(
          SaslConfigs.SASL_JAAS_CONFIG, jaas.replace("SharedAccessKey=", "SharedAccessKey=x"));
      try (Admin admin = Admin.create(wrong)) {
        ExecutionException refused =
            assertThrows(ExecutionException.class, () -> admin.listTopics().names().get());
        assertInstanceOf(SaslAuthenticationException.class, refused.getCause());
      }
    }
  }

  @Test
  void twoPublishersAreNoticed() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, SECRET)) {
      broker.createTopic(TOPIC, 1);
      EventPublisher first = new EventPublisher(broker.clientProperties(), TOPIC, generator);
      long[] heard = new long[1];
      IOException noticed =
          assertThrows(
              IOException.class,
              () ->
                  first.publish(
                      1_000,
                      Pace.unlimited(),
                      moment -> {
                        if (heard[0]++ == 0) {
                          publishBeside(broker);
                        }
                      }));
      assertTrue(noticed.getCause().getMessage().contains("somebody else"), noticed.toString());
    }
  }

  private void publishBeside(EmbeddedBroker broker) throws IOException {
    try {
      assertEquals(10, publish(broker, 10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private long publish(EmbeddedBroker broker, long n) throws IOException, InterruptedException {
    return publish(broker.clientProperties(), n);
  }

  private long publish(Map<String, Object> client, long n)
      throws IOException, InterruptedException {
    return new EventPublisher(client, TOPIC, generator).publish(n, Pace.unlimited(), moment -> {});
  }

  /** Byte for byte, partition by partition, in order, stamped on arrival, and nothing else. */
  private void assertTopicHolds(EmbeddedBroker broker, int n) {
    List<List<FlightEvent>> expected = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      expected.add(new ArrayList<>());
    }
    generator
        .events(n)
        .forEachRemaining(event -> expected.get(event.partition(PARTITIONS)).add(event));
    int[] read = new int[PARTITIONS];
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            broker.clientProperties(), new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(TOPIC).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      assertEquals(PARTITIONS, partitions.size());
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long end = consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
      assertEquals(n, end);
      for (int left = n; left > 0; ) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(5))) {
          FlightEvent event = expected.get(record.partition()).get(read[record.partition()]++);
          assertEquals(event.key(), record.key());
          assertArrayEquals(event.value(), record.value());
          assertEquals(TimestampType.LOG_APPEND_TIME, record.timestampType());
          left--;
        }
      }
    }
  }
}
