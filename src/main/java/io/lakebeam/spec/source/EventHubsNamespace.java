package io.lakebeam.spec.source;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An Event Hubs namespace as its owner may write it: {@code contoso}, {@code
 * contoso.servicebus.chinacloudapi.cn} or {@code broker.example:9093}.
 *
 * @param host fully qualified
 * @param port of its Kafka endpoint
 */
record EventHubsNamespace(String host, int port) {
  /** The port of every namespace's Kafka endpoint. */
  static final int KAFKA_PORT = 9093;

  private static final String PUBLIC_CLOUD = ".servicebus.windows.net";
  private static final Pattern WRITTEN =
      Pattern.compile("([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::([0-9]{1,5}))?");

  /** Empty when it is neither a name nor a host. A host with a port stays as it is. */
  static Optional<EventHubsNamespace> of(String written) {
    Matcher matcher = WRITTEN.matcher(written.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String host = matcher.group(1);
    if (matcher.group(2) != null) {
      int port = Integer.parseInt(matcher.group(2));
      return port < 1 || port > 65_535
          ? Optional.empty()
          : Optional.of(new EventHubsNamespace(host, port));
    }
    boolean isShort = host.indexOf('.') < 0;
    return Optional.of(new EventHubsNamespace(isShort ? host + PUBLIC_CLOUD : host, KAFKA_PORT));
  }

  String bootstrapServers() {
    return host + ":" + port;
  }

  /** What a token for it is asked for. */
  String scope() {
    return "https://" + host + "/.default";
  }
}
