package io.lakebeam.source.kafka;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A connection string as the Azure portal gives it: {@code
 * Endpoint=sb://host/;SharedAccessKeyName=..;SharedAccessKey=..;EntityPath=..}, as "Get an Event
 * Hubs connection string" in Microsoft's documentation describes it. Keys are found ignoring case
 * and order. The whole string is a secret; host and entity path in it are not.
 *
 * @param host of the namespace
 * @param port of the Kafka endpoint: 9093 unless the endpoint has one of its own, as a test broker
 *     does
 * @param entityPath the event hub that the key is for; empty when it is for the whole namespace
 * @param key the secret in it
 */
record EventHubsConnectionString(String host, int port, Optional<String> entityPath, String key) {
  private static final int KAFKA_PORT = 9093;
  private static final Pattern ENDPOINT =
      Pattern.compile("(?i)sb://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([0-9]{1,5}))?/?");
  private static final Pattern ENTITY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,259}");

  /** A string that is none. The message says what is missing, in key names only. */
  static final class MalformedException extends Exception {
    private final transient Problem told;

    MalformedException(String reason, String fix) {
      super(reason);
      this.told =
          Problem.of(ErrorCode.SOURCE_INVALID, "the connection string cannot be used", reason, fix);
    }

    Problem told() {
      return told;
    }
  }

  /** The string's parts. What is wrong is told without any of its values. */
  static EventHubsConnectionString parse(String text) throws MalformedException {
    String fix =
        "Copy it anew from the portal: Event Hubs namespace, Shared access policies, Connection"
            + " string";
    if (text.isBlank()) {
      throw new MalformedException("it is empty", fix);
    }
    if (text.strip().matches("(?s)[\"'].*[\"']")) {
      throw new MalformedException(
          "it is wrapped in quotes, which are part of the variable's value", "Leave them out");
    }
    Map<String, String> parts = parts(text);
    if (parts.containsKey("accountkey") || parts.containsKey("hostname")) {
      String whose = parts.containsKey("hostname") ? "an IoT hub" : "a storage account";
      throw new MalformedException("it is one of " + whose + ", not of Event Hubs", fix);
    }
    String key =
        require(
            parts.getOrDefault("sharedaccesskey", parts.get("sharedaccesssignature")),
            "SharedAccessKey",
            fix);
    if (!parts.containsKey("sharedaccesssignature")) {
      require(parts.get("sharedaccesskeyname"), "SharedAccessKeyName", fix);
    }
    Matcher endpoint = ENDPOINT.matcher(require(parts.get("endpoint"), "Endpoint", fix));
    if (!endpoint.matches()) {
      throw new MalformedException("its Endpoint is not of the form sb://host/", fix);
    }
    Optional<String> entity = Optional.ofNullable(parts.get("entitypath"));
    if (entity.isPresent() && !ENTITY.matcher(entity.get()).matches()) {
      throw new MalformedException("its EntityPath is no name of an event hub", fix);
    }
    int port = endpoint.group(2) == null ? KAFKA_PORT : Integer.parseInt(endpoint.group(2));
    return new EventHubsConnectionString(endpoint.group(1), port, entity, key);
  }

  private static Map<String, String> parts(String text) {
    Map<String, String> parts = new TreeMap<>();
    for (String part : text.strip().split(";", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        parts.put(
            part.substring(0, equals).strip().toLowerCase(Locale.ROOT),
            part.substring(equals + 1).strip());
      }
    }
    return parts;
  }

  private static String require(String value, String name, String fix) throws MalformedException {
    if (value == null || value.isEmpty()) {
      throw new MalformedException("it has no " + name, fix);
    }
    return value;
  }

  String bootstrapServers() {
    return host + ":" + port;
  }

  @Override
  public String toString() {
    return "connection string of " + host;
  }
}
