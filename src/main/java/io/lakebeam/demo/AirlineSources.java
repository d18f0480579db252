package io.lakebeam.demo;

import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SinkSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.secret.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The world of the airlines: a broker with the flights' events and a folder in which their reports
 * land, both filled from the demo's seed at a pace, both kept in the demo's folder.
 */
public final class AirlineSources implements DemoSources {
  private static final String TOPIC = "flights";

  /** The event hub that alerts are delivered to. */
  static final String ALERTS = "delay-alerts";

  private static final String CONNECTION_STRING = "EVENTHUBS_CONNECTION_STRING";

  private final DemoFolder folder;
  private final FlightGenerator generator;
  private final EmbeddedBroker broker;
  private final String connectionString;
  private final EventPublisher publisher;

  private AirlineSources(DemoFolder folder, EmbeddedBroker broker, String connectionString) {
    this.folder = folder;
    this.connectionString = connectionString;
    this.generator = new FlightGenerator(folder.seed());
    this.broker = broker;
    this.publisher = new EventPublisher(broker.clientProperties(), TOPIC, generator);
  }

  /** Starts the broker, which takes some seconds. */
  public static AirlineSources start(DemoFolder folder) throws IOException {
    String connectionString =
        "Endpoint=sb://localhost/;SharedAccessKeyName=demo;SharedAccessKey=" + folder.key();
    EmbeddedBroker broker = EmbeddedBroker.start(folder.broker(), connectionString);
    try {
      broker.createTopic(TOPIC, folder.partitions());
      broker.createTopic(ALERTS, 1);
      Secrets.provide(CONNECTION_STRING, connectionString);
      return new AirlineSources(folder, broker, connectionString);
    } catch (IOException | RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /** Also delivers its alerts here. */
  @Override
  public PipelineSpec pipeline(PipelineLocation location, Duration commitEvery) {
    Map<String, String> places =
        Map.of("LANDING", folder.landing().toString(), "LAKE", folder.lake().toString());
    PipelineSpec declared = new PipelineReader().read(location, places, System::getenv);
    List<SourceSpec> sources = declared.sources().stream().map(this::pointedHere).toList();
    return declared
        .withSources(sources)
        .withSinks(sources.stream().flatMap(source -> alerts(source).stream()).toList())
        .withCommitEvery(commitEvery);
  }

  /** A sink for alerts, in the namespace that the events come from. */
  private static Optional<SinkSpec> alerts(SourceSpec source) {
    return source
        .connection()
        .match(
            kafka ->
                Optional.of(
                    new SinkSpec(
                        "alerts",
                        "delay_alerts",
                        new SinkSpec.Topic(
                            new SourceSpec.Kafka(
                                kafka.bootstrapServers(),
                                ALERTS,
                                kafka.connectionString(),
                                kafka.properties(),
                                kafka.startingOffsets(),
                                kafka.entra(),
                                kafka.consent())),
                        List.of("carrier", "flight_number"),
                        source.at(),
                        source.at())),
            files -> Optional.empty());
  }

  @Override
  public Optional<Delivered> delivered() {
    return Optional.of(
        new Delivered("delay_alerts", "alert", "in the event hub " + ALERTS, alerts().values()));
  }

  /** The alerts that were delivered, as JSON, by their ids: one that came twice is there once. */
  private Map<String, String> alerts() {
    Map<String, Object> settings = new HashMap<>(broker.clientProperties());
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    Map<String, String> alerts = new LinkedHashMap<>();
    try (KafkaConsumer<byte[], String> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(ALERTS, 0);
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], String> alert : consumer.poll(Duration.ofSeconds(1))) {
          byte[] id = alert.headers().lastHeader("ce_id").value();
          alerts.put(new String(id, StandardCharsets.UTF_8), alert.value());
        }
      }
    }
    return alerts;
  }

  /** What the broker's address and certificate are is known only now; all else is as declared. */
  private SourceSpec pointedHere(SourceSpec source) {
    if (!(source.connection() instanceof SourceSpec.Kafka kafka)) {
      return source;
    }
    Map<String, SecretText> properties = new HashMap<>(kafka.properties());
    broker
        .clientProperties()
        .forEach(
            (key, value) -> {
              if (key.startsWith("ssl.")) {
                properties.put(key, new SecretText(value.toString().replace("${", "$${")));
              }
            });
    return new SourceSpec(
        source.name(),
        new SourceSpec.Kafka(
            broker.bootstrapServers(),
            TOPIC,
            kafka.connectionString(),
            properties,
            kafka.startingOffsets(),
            kafka.entra(),
            kafka.consent()),
        source.format(),
        source.schema(),
        source.reference(),
        source.at());
  }

  /** Only its owner can read the file, because it holds the broker's password. */
  @Override
  public Path writeEnvironment() throws IOException {
    Map<String, Object> client = broker.clientProperties();
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("EVENTHUBS_NAMESPACE", broker.bootstrapServers());
    environment.put(CONNECTION_STRING, connectionString);
    environment.put("LANDING", folder.landing().toString());
    environment.put("LAKE", folder.lake().toString());
    environment.put(
        "LAKEBEAM_JAVA_OPTS",
        "-Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStore="
            + client.get(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG)
            + " -Djavax.net.ssl.trustStorePassword="
            + client.get(SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG));
    return folder.writeEnvironment(environment);
  }

  @Override
  public CompletableFuture<Void> publish(long n, Pace pace) {
    ReportLander lander = new ReportLander(generator, folder.landing().resolve("on_time"));
    return DemoSources.inBackground(() -> publisher.publish(n, pace, lander::landUntil));
  }

  @Override
  public OptionalLong published() throws IOException, InterruptedException {
    return publisher.published();
  }

  @Override
  public Expected expected(long n) {
    return Expected.of(generator, n);
  }

  @Override
  public void close() {
    Secrets.forget(CONNECTION_STRING);
    broker.close();
  }
}
