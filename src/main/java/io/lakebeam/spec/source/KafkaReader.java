package io.lakebeam.spec.source;

import io.lakebeam.spec.KafkaConsent;
import io.lakebeam.spec.Reading;
import io.lakebeam.spec.SourceSpec.Kafka;
import io.lakebeam.spec.SourceSpec.StartingOffsets;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code kafka:} of a source, and what {@code event_hubs:} shares with it. */
public final class KafkaReader {
  public static final String CONNECTION_STRING = "connection_string";
  static final String PROPERTIES = "properties";
  static final String BOOTSTRAP_SERVERS = "bootstrap_servers";
  static final String PRIVATE_ENDPOINT = "private_endpoint";

  /** What a planned offset range decides; a setting of the user's would lose or repeat records. */
  private static final Set<String> OURS =
      Set.of(
          "bootstrap.servers",
          "key.deserializer",
          "value.deserializer",
          "enable.auto.commit",
          "auto.offset.reset",
          "isolation.level",
          "allow.auto.create.topics");

  private final Reading reading;
  private final Problems problems;

  public KafkaReader(Reading reading) {
    this.reading = reading;
    this.problems = reading.problems();
  }

  /** True for the paths of values that may hold secrets and are never substituted. */
  public static boolean isSecret(List<String> path) {
    boolean inConnection =
        path.size() >= 4
            && (path.get(0).equals("sources") || path.get(0).equals("sinks"))
            && (path.get(2).equals("event_hubs") || path.get(2).equals("kafka"));
    return inConnection
        && (path.get(3).equals(CONNECTION_STRING)
            || path.get(3).equals(PROPERTIES)
            || path.get(path.size() - 1).equals(EventHubsReader.CLIENT_SECRET));
  }

  public Optional<Kafka> kafka(YamlNode kafka, StartingOffsets starting) {
    Map<String, SecretText> properties = properties(kafka);
    KafkaConsent consent = consent(kafka);
    Optional<String> servers = Reading.text(kafka, BOOTSTRAP_SERVERS).filter(KafkaReader::isSaid);
    Optional<String> topic = Reading.text(kafka, "topic").filter(KafkaReader::isSaid);
    if (servers.isEmpty() || topic.isEmpty()) {
      return Optional.empty();
    }
    checkSafety(kafka, properties, servers.get(), consent, false);
    return Optional.of(
        new Kafka(
            servers.get(),
            topic.get(),
            Optional.empty(),
            properties,
            starting,
            Optional.empty(),
            consent));
  }

  KafkaConsent consent(YamlNode connection) {
    return new KafkaConsent(
        isTrue(connection, "insecure"), isTrue(connection, PRIVATE_ENDPOINT), reading.trust());
  }

  private static boolean isTrue(YamlNode connection, String key) {
    return Reading.text(connection, key).orElse("").equalsIgnoreCase("true");
  }

  /** What is known of the settings here; the rest is looked at when references are resolved. */
  void checkSafety(
      YamlNode connection,
      Map<String, SecretText> properties,
      String servers,
      KafkaConsent consent,
      boolean isEventHub) {
    boolean isOpen =
        servers.isEmpty()
            || Reading.scalar(connection, BOOTSTRAP_SERVERS)
                .filter(YamlNode.Scalar::isUnresolved)
                .isPresent()
            || properties
                .getOrDefault(KafkaSafety.PROTOCOL, new SecretText(""))
                .reference()
                .contains("${");
    if (isOpen || consent.insecure()) {
      return;
    }
    Map<String, String> written = new HashMap<>();
    properties.forEach(
        (name, value) -> {
          if (!value.reference().contains("${")) {
            written.put(name, value.reference());
          }
        });
    KafkaSafety.weaknesses(written, BrokerHosts.of(servers), isEventHub).stream()
        .filter(KafkaSafety.Weakness::isGrave)
        .forEach(
            weakness ->
                problems.add(
                    connection.get(PROPERTIES).map(YamlNode::at).orElse(connection.at()),
                    "the connection to " + servers + " is not safe",
                    weakness.said(),
                    KafkaSafety.FIX));
  }

  /** An empty text is told by the shape check. */
  static boolean isSaid(String text) {
    return !text.isEmpty();
  }

  public Map<String, SecretText> properties(YamlNode connection) {
    Map<String, SecretText> properties = new LinkedHashMap<>();
    ClientSettings known = new ClientSettings(reading);
    Reading.entries(connection.get(PROPERTIES))
        .forEach(
            (key, entry) -> {
              if (OURS.contains(key)) {
                problems.add(
                    entry.keyAt(),
                    key + " is set by Lakebeam",
                    "a run reads planned offset ranges; this would change what they mean",
                    key.equals("bootstrap.servers")
                        ? "use bootstrap_servers"
                        : key.equals("auto.offset.reset")
                            ? "use starting_offsets"
                            : "leave it out");
              } else {
                known.check(key, entry);
              }
              Reading.scalar(entry.value())
                  .ifPresent(value -> properties.put(key, reading.secret(key, value)));
            });
    return properties;
  }
}
