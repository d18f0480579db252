package io.lakebeam.demo;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes a generator's events to a topic, each once, however often it is killed and started
 * again. The topic is its own checkpoint: which events go to a partition, and in which order, is
 * known, so a partition's end offset says how many of them are there. That holds for topics that
 * nobody else writes to, and for one publisher at a time.
 */
public final class EventPublisher {
  private final Map<String, Object> client;
  private final String topic;
  private final FlightGenerator generator;

  /** What is done with the demo's time as it passes, such as landing the reports that are due. */
  @FunctionalInterface
  public interface Clock {
    void reached(Instant moment) throws IOException;
  }

  /**
   * @param client how to connect, as {@link EmbeddedBroker#clientProperties} says
   * @param topic must exist
   */
  public EventPublisher(Map<String, Object> client, String topic, FlightGenerator generator) {
    this.client = Map.copyOf(client);
    this.topic = topic;
    this.generator = generator;
  }

  /**
   * Publishes those of the first n events that the topic does not have, and returns when all are
   * acknowledged or the pace is stopped.
   *
   * @param clock told the time of every event from the first on, sent now or before, ahead of it
   * @return how many were sent
   * @throws IOException when the broker cannot be reached or refuses a record, or when the topic
   *     holds what this generator has not sent
   */
  public long publish(long n, Pace pace, Clock clock) throws IOException, InterruptedException {
    long[] have = endOffsets();
    long[] seen = new long[have.length];
    AtomicReference<Exception> failure = new AtomicReference<>();
    long sent = 0;
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings(), new StringSerializer(), new ByteArraySerializer())) {
      Iterator<FlightEvent> events = generator.events(n);
      while (events.hasNext() && failure.get() == null) {
        FlightEvent event = events.next();
        int partition = event.partition(have.length);
        long offset = seen[partition]++;
        if (offset < have[partition]) {
          clock.reached(event.at());
          continue;
        }
        if (!pace.await(event.at())) {
          break;
        }
        clock.reached(event.at());
        send(producer, event, partition, offset, failure);
        sent++;
      }
      producer.flush();
    }
    Optional<Exception> failed = Optional.ofNullable(failure.get());
    if (failed.isPresent()) {
      throw new IOException("cannot publish to topic " + topic, failed.get());
    }
    return sent;
  }

  /**
   * The n for which the topic holds exactly the generator's first n events; empty when there is no
   * such n, as after a kill until the gaps are published.
   *
   * @throws IOException when the broker cannot be reached
   */
  public OptionalLong published() throws IOException, InterruptedException {
    long[] have = endOffsets();
    long n = LongStream.of(have).sum();
    long[] first = new long[have.length];
    Iterator<Occurrence> events = generator.occurrences(n);
    while (events.hasNext()) {
      String key = events.next().flight().scheduled().key();
      first[FlightEvent.partition(key, have.length)]++;
    }
    return Arrays.equals(have, first) ? OptionalLong.of(n) : OptionalLong.empty();
  }

  private void send(
      KafkaProducer<String, byte[]> producer,
      FlightEvent event,
      int partition,
      long offset,
      AtomicReference<Exception> failure) {
    // The callback hears of every failure; the future would say the same.
    Future<RecordMetadata> unused =
        producer.send(
            new ProducerRecord<>(topic, partition, event.key(), event.value()),
            (metadata, error) -> {
              if (error != null) {
                failure.compareAndSet(null, error);
              } else if (metadata.offset() != offset) {
                failure.compareAndSet(
                    null,
                    new IllegalStateException(
                        String.format(
                            "partition %d took an event at offset %d that belongs at %d: somebody else"
                                + " writes to the topic",
                            partition, metadata.offset(), offset)));
              }
            });
  }

  /** Records in each partition. */
  private long[] endOffsets() throws IOException, InterruptedException {
    try (Admin admin = Admin.create(new HashMap<>(client))) {
      int partitions =
          admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
      Map<TopicPartition, OffsetSpec> latest =
          IntStream.range(0, partitions)
              .mapToObj(partition -> new TopicPartition(topic, partition))
              .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
      long[] ends = new long[partitions];
      for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
          admin.listOffsets(latest).all().get().entrySet()) {
        ends[end.getKey().partition()] = end.getValue().offset();
      }
      return ends;
    } catch (ExecutionException e) {
      throw new IOException("cannot ask for the offsets of topic " + topic, e.getCause());
    }
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>(client);
    // In order and without repetition: a partition then always holds a beginning of its events.
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 16L << 20);
    return settings;
  }
}
