package io.lakebeam.sink;

import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;
import io.lakebeam.source.kafka.KafkaSettings;
import io.lakebeam.spec.SinkSpec;
import io.lakebeam.spec.secret.SecretText;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.ProducerRecordCoder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A topic, written by Beam's KafkaIO, on the machine of whoever runs the pipeline. Messages are
 * CloudEvents 1.0 in Kafka's binary mode: the row is the value, its id a header. They are sent in
 * the order of commits.
 */
final class TopicTarget implements Target {
  /** In memory at once, as JSON. */
  private static final int ROWS = 20_000;

  private static final int BYTES = 8 << 20;

  private static final Duration AWAY = Duration.ofSeconds(20);

  /** Beam keeps the options of every id for good (RuntimeValueProvider): one for all graphs. */
  private static final long OPTIONS =
      PipelineOptionsFactory.create().as(DirectOptions.class).getOptionsId();

  private final String pipeline;
  private final SinkSpec sink;
  private final SinkSpec.Topic topic;
  private final Function<SecretText, String> resolve;
  private long arrived;

  TopicTarget(
      String pipeline, SinkSpec sink, SinkSpec.Topic topic, Function<SecretText, String> resolve) {
    this.pipeline = pipeline;
    this.sink = sink;
    this.topic = topic;
    this.resolve = resolve;
  }

  @Override
  public long rowsAtOnce() {
    return ROWS;
  }

  @Override
  public void deliver(List<PostedFile> files) {
    List<Message> some = new ArrayList<>();
    long bytes = 0;
    for (PostedFile file : files) {
      try (CloseableIterator<Message> rows = file.rows()) {
        while (rows.hasNext()) {
          Message row = rows.next();
          some.add(row);
          bytes += row.json().length;
          if (some.size() == ROWS || bytes >= BYTES) {
            send(some);
            some = new ArrayList<>();
            bytes = 0;
          }
        }
      }
    }
    if (!some.isEmpty()) {
      send(some);
    }
  }

  @Override
  public long arrived() {
    return arrived;
  }

  private void send(List<Message> messages) {
    KafkaSettings settings;
    Map<String, Object> producer;
    try {
      settings = new KafkaSettings(sink.name(), topic.kafka(), resolve);
      producer = new TreeMap<>(settings.producer());
    } catch (ExplainedException e) {
      throw SinkException.permanent(sink.name(), e.told());
    }
    producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, AWAY.toMillis());
    producer.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) AWAY.toMillis());
    producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * (int) AWAY.toMillis());
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setOptionsId(OPTIONS);
    options.setTargetParallelism(1);
    options.setEnforceImmutability(false);
    options.setEnforceEncodability(false);
    Pipeline beam = Pipeline.create(options);
    // One element, and so one bundle, one producer and one order.
    beam.apply("Rows", Create.of(new Rows(messages)).withCoder(SerializableCoder.of(Rows.class)))
        .apply("Messages", ParDo.of(new ToRecords(settings.topic(), pipeline, sink.dataset())))
        .setCoder(
            ProducerRecordCoder.of(NullableCoder.of(ByteArrayCoder.of()), ByteArrayCoder.of()))
        .apply(
            "Topic",
            KafkaIO.<byte[], byte[]>writeRecords()
                .withBootstrapServers(settings.brokers())
                .withTopic(settings.topic())
                .withKeySerializer(ByteArraySerializer.class)
                .withValueSerializer(ByteArraySerializer.class)
                .withProducerConfigUpdates(producer));
    try {
      beam.run().waitUntilFinish();
      arrived += messages.size();
    } catch (RuntimeException e) {
      throw told(settings, e);
    }
  }

  private SinkException told(KafkaSettings settings, Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String where = settings.topic() + " at " + settings.brokers();
    String said = String.valueOf(cause.getMessage());
    if (cause instanceof AuthenticationException) {
      return SinkException.permanent(
          sink.name(),
          Problem.of(
              ErrorCode.SINK_DENIED,
              settings.brokers() + " refuses the credentials",
              said,
              "correct the connection string or the sasl.jaas.config that the sink refers to"));
    }
    if (cause instanceof AuthorizationException) {
      return SinkException.permanent(
          sink.name(),
          Problem.of(
              ErrorCode.SINK_DENIED,
              "these credentials may not write " + settings.topic(),
              said,
              "give them the right to write to the topic (on Event Hubs: Send)"));
    }
    if (cause instanceof RecordTooLargeException || cause instanceof InvalidTopicException) {
      return SinkException.permanent(
          sink.name(),
          Problem.of(
              ErrorCode.SINK_FAILED,
              where + " does not take the rows",
              said,
              "see the limits of the broker, and what the table's rows have"));
    }
    boolean isOfKafka =
        cause instanceof TimeoutException
            || cause instanceof UnknownTopicOrPartitionException
            || cause instanceof KafkaException
            || cause instanceof IOException;
    return SinkException.retryable(
        sink.name(),
        Problem.of(
            isOfKafka ? ErrorCode.SINK_UNREACHABLE : ErrorCode.SINK_FAILED,
            where + " does not take the rows now",
            cause.getClass().getSimpleName() + ": " + said,
            "see whether the broker is up and has the topic"));
  }

  /** Rows that are sent together. */
  private record Rows(List<Message> messages) implements Serializable {}

  /** Rows as messages, in their order. */
  private static final class ToRecords extends DoFn<Rows, ProducerRecord<byte[], byte[]>> {
    private final String topic;
    private final String pipeline;
    private final String dataset;

    ToRecords(String topic, String pipeline, String dataset) {
      this.topic = topic;
      this.pipeline = pipeline;
      this.dataset = dataset;
    }

    @ProcessElement
    public void records(@Element Rows rows, OutputReceiver<ProducerRecord<byte[], byte[]>> out) {
      for (Message row : rows.messages()) {
        Headers headers = new RecordHeaders();
        header(headers, "ce_specversion", "1.0");
        header(headers, "ce_id", row.id());
        header(headers, "ce_source", "/lakebeam/" + pipeline);
        header(headers, "ce_type", "lakebeam.row");
        header(headers, "ce_subject", dataset);
        header(headers, "content-type", "application/json");
        out.output(new ProducerRecord<>(topic, null, null, row.key(), row.json(), headers));
      }
    }

    private static void header(Headers headers, String name, String value) {
      headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
  }
}
