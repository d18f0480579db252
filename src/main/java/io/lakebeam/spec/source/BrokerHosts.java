package io.lakebeam.spec.source;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hosts that credentials for a topic are sent to, and which credentials belong there.
 *
 * @param hosts in lower case; what cannot be understood stays as it is, and is nobody's host
 */
public record BrokerHosts(List<String> hosts) {
  /** An address as Kafka's clients read it: a protocol in front of it says nothing to them. */
  private static final Pattern ADDRESS =
      Pattern.compile("(?:[0-9a-zA-Z\\-%._]*://)?\\[?([0-9a-zA-Z\\-%._:]*)]?:[0-9]+");

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(?:\\.[0-9]{1,3}){3}|::1|0:0:0:0:0:0:0:1");

  private static final Pattern SCOPE =
      Pattern.compile("https://([A-Za-z0-9.-]+)(?::[0-9]+)?(?:/\\.default)?");

  /** Where the namespaces of each cloud are. */
  private static final List<String> NAMESPACES =
      List.of(
          ".servicebus.windows.net",
          ".servicebus.chinacloudapi.cn",
          ".servicebus.usgovcloudapi.net",
          ".servicebus.cloudapi.de");

  /** What stands for every namespace that an identity may read. */
  private static final Set<String> ALL_NAMESPACES =
      Set.of("eventhubs.azure.net", "eventhubs.azure.cn", "eventhubs.azure.us");

  public BrokerHosts {
    hosts = List.copyOf(hosts);
  }

  /**
   * @param bootstrapServers {@code host:port}, several separated by commas
   */
  public static BrokerHosts of(String bootstrapServers) {
    return new BrokerHosts(
        Arrays.stream(bootstrapServers.split(",", -1))
            .map(String::strip)
            .filter(address -> !address.isEmpty())
            .map(BrokerHosts::host)
            .toList());
  }

  private static String host(String address) {
    Matcher matcher = ADDRESS.matcher(address);
    return (matcher.matches() ? matcher.group(1) : address).toLowerCase(Locale.ROOT);
  }

  /** True when what is sent there stays on this machine. */
  public boolean areOfThisMachine() {
    return !hosts.isEmpty() && hosts.stream().allMatch(host -> LOOPBACK.matcher(host).matches());
  }

  /** True when each is a namespace's host, by itself or by the private link that Azure gives it. */
  public boolean areOf(String namespace) {
    return !hosts.isEmpty() && hosts.stream().allMatch(host -> isOf(host, namespace));
  }

  private static boolean isOf(String host, String namespace) {
    String own = namespace.toLowerCase(Locale.ROOT);
    int dot = own.indexOf('.');
    return host.equals(own)
        || (isNamespace(own)
            && host.equals(own.substring(0, dot) + ".privatelink" + own.substring(dot)));
  }

  private static boolean isNamespace(String host) {
    return NAMESPACES.stream().anyMatch(host::endsWith);
  }

  /**
   * True when a token may be sent there: it is for these hosts, or, where the pipeline says that
   * they are another way to its namespace, for Event Hubs at least.
   *
   * @param scope what the token is for
   * @param isOtherWay the hosts are a private endpoint, as the pipeline says
   */
  public boolean mayTakeToken(String scope, boolean isOtherWay) {
    Optional<String> resource = hostOf(scope);
    if (resource.isEmpty()) {
      return false;
    }
    boolean isForAll = ALL_NAMESPACES.contains(resource.get());
    boolean isForThese =
        areOf(resource.get()) || (isForAll && hosts.stream().allMatch(BrokerHosts::isNamespace));
    boolean isForEventHubs = isForAll || isNamespace(resource.get());
    return isForThese || (isForEventHubs && (isOtherWay || areOfThisMachine()));
  }

  private static Optional<String> hostOf(String scope) {
    Matcher matcher = SCOPE.matcher(scope);
    return matcher.matches()
        ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return String.join(", ", hosts);
  }
}
