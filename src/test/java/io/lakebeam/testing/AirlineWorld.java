package io.lakebeam.testing;

import io.lakebeam.demo.DemoFolder;
import io.lakebeam.demo.EmbeddedBroker;
import io.lakebeam.demo.EventPublisher;
import io.lakebeam.demo.FlightGenerator;
import io.lakebeam.demo.Pace;
import io.lakebeam.demo.ReportLander;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/**
 * The shipped airline pipeline in a project of its own, for runs in processes of their own: a real
 * broker in this JVM with events, a landing folder with the reports that belong to them. Only the
 * broker's address differs from what is shipped; its password is in the environment.
 */
public final class AirlineWorld implements AutoCloseable {
  private static final String TOPIC = "flights";

  /** What every stored table has and no two runs have alike. */
  private static final String INGESTED = "_ingested_at";

  private final Path root;
  private final EmbeddedBroker broker;
  private final Map<String, String> environment = new LinkedHashMap<>();

  /**
   * Starts the broker and publishes.
   *
   * @param root an empty folder
   * @param events how many
   * @param maxRowsPerEpoch of the pipeline
   */
  public AirlineWorld(Path root, long events, long maxRowsPerEpoch)
      throws IOException, InterruptedException {
    this.root = root;
    DemoFolder folder = DemoFolder.open(root.resolve("world"), OptionalLong.of(7));
    folder.close();
    this.broker =
        EmbeddedBroker.start(
            root.resolve("broker"), "Endpoint=sb://localhost/;SharedAccessKey=top-secret-key=");
    broker.createTopic(TOPIC, 4);
    FlightGenerator generator = new FlightGenerator(7);
    ReportLander lander = new ReportLander(generator, landing().resolve("on_time"));
    new EventPublisher(broker.clientProperties(), TOPIC, generator)
        .publish(events, Pace.unlimited(), lander::landUntil);
    project(maxRowsPerEpoch);
    Map<String, Object> client = broker.clientProperties();
    environment.put("LANDING", landing().toString());
    environment.put("BROKER", broker.bootstrapServers());
    environment.put("JAAS", client.get(SaslConfigs.SASL_JAAS_CONFIG).toString());
    environment.put(
        "TRUST_STORE", client.get(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG).toString());
    environment.put(
        "TRUST_PASSWORD", client.get(SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG).toString());
  }

  private Path landing() {
    return root.resolve("landing");
  }

  /** The folder that has {@code pipelines/airlines} and all it names. */
  public Path project() {
    return root.resolve("project");
  }

  /** What the pipeline's references need, also on workers. */
  public Map<String, String> environment() {
    return Map.copyOf(environment);
  }

  private void project(long maxRowsPerEpoch) throws IOException {
    for (String folder : List.of("pipelines", "transforms", "expectations")) {
      try (var files = Files.walk(Path.of(folder))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path copy = project().resolve(file);
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
    Path yaml = project().resolve("pipelines/airlines/pipeline.yaml");
    String shipped = Files.readString(yaml);
    int from = shipped.indexOf("    event_hubs:\n");
    int to = shipped.indexOf("    format: json\n");
    String kafka =
        """
            kafka:
              bootstrap_servers: "${BROKER}"
              topic: flights
              properties:
                security.protocol: SASL_SSL
                sasl.mechanism: PLAIN
                sasl.jaas.config: "${JAAS}"
                ssl.truststore.type: PKCS12
                ssl.truststore.location: "${TRUST_STORE}"
                ssl.truststore.password: "${TRUST_PASSWORD}"
        """;
    String pointedHere =
        (shipped.substring(0, from) + kafka.indent(0) + shipped.substring(to))
            .replace("commit_every: 10s\n", "commit_every: 100ms\n" + epochs(maxRowsPerEpoch));
    Files.write(yaml, pointedHere.getBytes(StandardCharsets.UTF_8));
  }

  private static String epochs(long maxRows) {
    return "max_rows_per_epoch: " + maxRows + "\n";
  }

  /** Every row of a table as text, sorted, as delta-spark reads it. */
  public static List<String> rows(Path lake, String table) {
    return SparkReader.table(lake.resolve(table).toString())
        .drop(INGESTED)
        .toJSON()
        .collectAsList()
        .stream()
        .sorted()
        .toList();
  }

  /** Every table that the pipeline writes, without the event log. */
  public static List<String> tables() {
    return List.of(
        "bronze_flight_events",
        "bronze_flight_events_quarantine",
        "bronze_airport_reports",
        "bronze_airport_reports_quarantine",
        "flights",
        "flights_quarantine",
        "carrier_performance",
        "airport_delays",
        "delay_causes",
        "network_by_minute",
        "delay_alerts",
        "delay_alerts_quarantine");
  }

  @Override
  public void close() {
    broker.close();
  }
}
