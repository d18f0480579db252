package io.lakebeam.spec;

import io.lakebeam.spec.SourceSpec.Kafka;
import io.lakebeam.spec.SourceSpec.StartingOffsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code kafka:} and {@code event_hubs:} of a source. */
final class KafkaReader {
  static final String CONNECTION_STRING = "connection_string";
  static final String PROPERTIES = "properties";

  /** What Azure asks of consumers: its load balancer drops connections idle for four minutes. */
  private static final Map<String, String> EVENT_HUBS_SETTINGS =
      Map.of(
          "metadata.max.age.ms", "180000",
          "connections.max.idle.ms", "180000",
          "request.timeout.ms", "60000");

  /** What a planned offset range decides; a setting of the user's would lose or repeat records. */
  private static final Set<String> OURS =
      Set.of(
          "bootstrap.servers",
          "key.deserializer",
          "value.deserializer",
          "enable.auto.commit",
          "auto.offset.reset");

  private final Reading reading;
  private final Problems problems;

  KafkaReader(Reading reading) {
    this.reading = reading;
    this.problems = reading.problems();
  }

  /** True for the paths of values that may hold secrets and are never substituted. */
  static boolean isSecret(List<String> path) {
    boolean inConnection =
        path.size() >= 4
            && path.get(0).equals("sources")
            && (path.get(2).equals("event_hubs") || path.get(2).equals("kafka"));
    return inConnection
        && (path.get(3).equals(CONNECTION_STRING) || path.get(3).equals(PROPERTIES));
  }

  Optional<SourceSpec.Connection> kafka(YamlNode kafka, StartingOffsets starting) {
    Map<String, SecretText> properties = properties(kafka);
    Optional<String> servers = Reading.text(kafka, "bootstrap_servers");
    Optional<String> topic = Reading.text(kafka, "topic");
    if (servers.isEmpty() || topic.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Kafka(servers.get(), topic.get(), Optional.empty(), properties, starting));
  }

  Optional<SourceSpec.Connection> eventHubs(YamlNode hubs, StartingOffsets starting) {
    Map<String, SecretText> properties = new LinkedHashMap<>();
    EVENT_HUBS_SETTINGS.forEach((key, value) -> properties.put(key, new SecretText(value)));
    properties.putAll(properties(hubs));
    Optional<SecretText> connectionString =
        Reading.scalar(hubs, CONNECTION_STRING).map(value -> secret(CONNECTION_STRING, value));
    if (connectionString.isEmpty()) {
      properties.putIfAbsent("security.protocol", new SecretText("SASL_SSL"));
      if (hubs.get(CONNECTION_STRING).isEmpty() && !properties.containsKey("sasl.mechanism")) {
        problems.add(
            hubs.at(),
            "the event hub has no way to sign in",
            "there is neither a connection_string nor a sasl.mechanism among the properties",
            "add connection_string: \"${EVENTHUBS_CONNECTION_STRING}\"");
      }
    }
    Optional<String> servers =
        Reading.text(hubs, "bootstrap_servers")
            .or(() -> Reading.text(hubs, "namespace").map(KafkaReader::endpoint));
    Optional<String> hub = Reading.text(hubs, "event_hub");
    if (servers.isEmpty() || hub.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Kafka(servers.get(), hub.get(), connectionString, properties, starting));
  }

  private static String endpoint(String namespace) {
    String host = namespace.indexOf('.') >= 0 ? namespace : namespace + ".servicebus.windows.net";
    return host.matches(".*:[0-9]+") ? host : host + ":9093";
  }

  private Map<String, SecretText> properties(YamlNode connection) {
    Map<String, SecretText> properties = new LinkedHashMap<>();
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
              }
              Reading.scalar(entry.value())
                  .ifPresent(value -> properties.put(key, secret(key, value)));
            });
    return properties;
  }

  /** A value kept as its reference, after a look at what it may not hold. */
  private SecretText secret(String key, YamlNode.Scalar value) {
    String text = value.text();
    if (LiteralSecrets.isLiteral(key, text)) {
      String variable =
          key.equals(CONNECTION_STRING)
              ? "EVENTHUBS_CONNECTION_STRING"
              : key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
      problems.add(
          value.at(),
          key + " holds a secret that is written out",
          "whoever can read this file can use it",
          "write ${"
              + variable
              + "} and set it in the environment; change the secret if the file was shared");
    }
    reading.checkSecret(value);
    return new SecretText(text);
  }
}
