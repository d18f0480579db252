package io.lakebeam.testing;

import io.lakebeam.demo.EmbeddedBroker;
import io.lakebeam.demo.EventPublisher;
import io.lakebeam.demo.FlightGenerator;
import io.lakebeam.demo.Pace;
import io.lakebeam.demo.ReportFile;
import io.lakebeam.demo.ReportLander;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.SaslConfigs;

/**
 * The shipped airline pipeline in a project of its own, for runs in processes of their own: a real
 * broker with events, a landing folder with reports. Only the broker's address differs from what is
 * shipped; its password is in the environment.
 */
public final class AirlineWorld implements AutoCloseable {
  private static final String TOPIC = "flights";
  private static final String SECRET = "Endpoint=sb://localhost/;SharedAccessKey=top-secret-key=";
  private static final int PARTITIONS = 4;

  /** What every stored table has and no two runs have alike. */
  private static final String INGESTED = "_ingested_at";

  /** Arrays of bytes are equal to nothing but themselves. */
  private static final HexFormat HEX = HexFormat.of();

  private final Path root;
  private final Closing broker;
  private final Map<String, Object> client;
  private final FlightGenerator generator;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private long events;

  /** Lines landed piece by piece, of all reports in order of delivery, without headers. */
  private int landedLines;

  private int pieces;

  @FunctionalInterface
  private interface Closing {
    void close() throws InterruptedException;
  }

  private AirlineWorld(
      Path root,
      FlightGenerator generator,
      Closing broker,
      Map<String, Object> client,
      long maxRowsPerEpoch)
      throws IOException {
    this.root = root;
    this.generator = generator;
    this.broker = broker;
    this.client = client;
    project(maxRowsPerEpoch);
    environment.put("LANDING", landing().toString());
    environment.put("BROKER", client.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG).toString());
    environment.put("JAAS", client.get(SaslConfigs.SASL_JAAS_CONFIG).toString());
    environment.put("TRUSTED", Pem.certificate(client));
  }

  /**
   * Flights of which every day has so few that some thousand events are several days, and that
   * reports correct what events have said.
   */
  public static FlightGenerator flights(int perDay) {
    return new FlightGenerator(7, perDay);
  }

  /**
   * A broker in this JVM, with nothing to read as yet.
   *
   * @param root an empty folder
   * @param maxRowsPerEpoch of the pipeline, unless {@code MAX_ROWS} in a run's environment says
   *     otherwise
   */
  public static AirlineWorld empty(Path root, FlightGenerator generator, long maxRowsPerEpoch)
      throws IOException {
    EmbeddedBroker broker = EmbeddedBroker.start(root.resolve("broker"), SECRET);
    broker.createTopic(TOPIC, PARTITIONS);
    return new AirlineWorld(
        root, generator, broker::close, broker.clientProperties(), maxRowsPerEpoch);
  }

  /**
   * A broker in this JVM with events, and the reports that belong to them.
   *
   * @param events how many
   */
  public static AirlineWorld of(
      Path root, FlightGenerator generator, long events, long maxRowsPerEpoch)
      throws IOException, InterruptedException {
    AirlineWorld world = empty(root, generator, maxRowsPerEpoch);
    ReportLander lander = new ReportLander(world.generator, world.reports());
    world.publish(events, lander::landUntil);
    return world;
  }

  /**
   * A broker in a process of its own, which belongs to the caller, with events and no reports.
   *
   * @param events how many
   */
  public static AirlineWorld of(
      BrokerProcess broker, Path root, FlightGenerator generator, long events, long maxRowsPerEpoch)
      throws IOException, InterruptedException {
    AirlineWorld world =
        new AirlineWorld(root, generator, () -> {}, broker.clientProperties(), maxRowsPerEpoch);
    Files.createDirectories(world.reports());
    world.publish(events, moment -> {});
    return world;
  }

  /** For {@link #of(BrokerProcess, Path, FlightGenerator, long, long)}. */
  public static BrokerProcess broker(Path root) throws IOException, InterruptedException {
    return new BrokerProcess(root.resolve("broker"), SECRET, TOPIC, PARTITIONS);
  }

  /**
   * Publishes more events, and lands more lines of the reports that are delivered by then, each
   * file with lines of one report.
   *
   * @param newEvents how many
   * @param lines at most
   */
  public void grow(long newEvents, int lines) throws IOException, InterruptedException {
    publish(events + newEvents, moment -> {});
    int skipped = landedLines;
    int left = lines;
    for (ReportFile report : generator.reports(events)) {
      List<String> all = new String(report.content(), StandardCharsets.ISO_8859_1).lines().toList();
      List<String> rest = all.subList(1, all.size());
      int from = Math.min(skipped, rest.size());
      int to = Math.min(from + left, rest.size());
      skipped -= from;
      left -= to - from;
      if (to > from) {
        land(all.get(0), rest.subList(from, to));
      }
    }
  }

  private void land(String header, List<String> lines) throws IOException {
    List<String> piece = new ArrayList<>(List.of(header));
    piece.addAll(lines);
    Files.createDirectories(reports());
    Path unfinished = reports().resolve(".unfinished");
    Files.write(unfinished, piece, StandardCharsets.ISO_8859_1);
    String name = String.format(Locale.ROOT, "piece-%05d.csv", pieces++);
    Files.move(unfinished, reports().resolve(name), StandardCopyOption.ATOMIC_MOVE);
    landedLines += lines.size();
  }

  private void publish(long total, EventPublisher.Clock clock)
      throws IOException, InterruptedException {
    new EventPublisher(client, TOPIC, generator).publish(total, Pace.unlimited(), clock);
    events = total;
  }

  private Path landing() {
    return root.resolve("landing");
  }

  private Path reports() {
    return landing().resolve("on_time");
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
                default.api.timeout.ms: "${PATIENCE_MILLIS:-300000}"
                max.partition.fetch.bytes: "${FETCH_BYTES:-4194304}"
                ssl.truststore.certificates: "${TRUSTED}"
        """;
    String pointedHere =
        (shipped.substring(0, from) + kafka.indent(0) + shipped.substring(to))
            .replace("commit_every: 10s\n", "commit_every: 100ms\n" + epochs(maxRowsPerEpoch));
    Files.write(yaml, pointedHere.getBytes(StandardCharsets.UTF_8));
  }

  private static String epochs(long maxRows) {
    return "max_rows_per_epoch: ${MAX_ROWS:-" + maxRows + "}\n";
  }

  /**
   * Every row of a table, in one order, as Delta Kernel reads it: a reader that is not ours, and
   * opens a table in a tenth of the time that delta-spark takes.
   */
  public static List<Map<String, Object>> rows(Path lake, String table) {
    return sorted(KernelReader.read(lake.resolve(table).toString()));
  }

  /** The same, as delta-spark reads it. */
  public static List<Map<String, Object>> rowsOfSpark(Path lake, String table) {
    return sorted(SparkReader.read(lake.resolve(table).toString()));
  }

  private static List<Map<String, Object>> sorted(List<Map<String, Object>> rows) {
    List<Map<String, Object>> sorted = new ArrayList<>();
    for (Map<String, Object> row : rows) {
      Map<String, Object> kept = new TreeMap<>(row);
      kept.remove(INGESTED);
      kept.replaceAll(
          (name, value) -> value instanceof byte[] bytes ? HEX.formatHex(bytes) : value);
      sorted.add(kept);
    }
    sorted.sort(Comparator.comparing(Map::toString));
    return sorted;
  }

  /** Every table that the pipeline writes, without the event log. */
  public static List<String> tables() {
    return List.of(
        "bronze_flight_events",
        "bronze_flight_events_quarantine",
        "bronze_airport_reports",
        "bronze_airport_reports_quarantine",
        "flights_changes",
        "flights_quarantine",
        "flights",
        "flight_history_changes",
        "flight_history_quarantine",
        "flight_history",
        "carrier_performance",
        "airport_delays",
        "delay_causes",
        "network_by_minute",
        "worst_hours",
        "delay_alerts",
        "delay_alerts_quarantine");
  }

  /**
   * Quarantines without rows: what their tables take has passed the rules of others before, or is
   * computed without a way to fail.
   */
  public static boolean isEmpty(String table) {
    return table.matches("(delay_alerts|flight_history)_quarantine");
  }

  @Override
  public void close() throws InterruptedException {
    broker.close();
  }
}
