package io.lakebeam.spec.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What keeps a connection with a consumer's settings from being safe. */
public final class KafkaSafety {
  public static final String PROTOCOL = "security.protocol";
  private static final String HOST_CHECK = "ssl.endpoint.identification.algorithm";
  private static final String LOOKUP = "client.dns.lookup";

  /** What to do about a weakness that nobody agreed to. */
  public static final String FIX =
      "let the broker speak TLS under the name in its certificate, and leave the setting out; for a"
          + " test broker in a network of your own write insecure: true beside bootstrap_servers";

  private KafkaSafety() {}

  /**
   * A weakness.
   *
   * @param said a clause without a full stop
   * @param isGrave credentials may get into the wrong hands, or records be forged though TLS is
   *     asked for: nothing is sent unless the pipeline says that this is meant
   */
  public record Weakness(String said, boolean isGrave) {}

  /**
   * The weaknesses, none where all stays on this machine.
   *
   * @param settings as Kafka's consumer gets them
   */
  public static List<Weakness> weaknesses(
      Map<String, String> settings, BrokerHosts brokers, boolean isEventHub) {
    List<Weakness> found = new ArrayList<>();
    if (brokers.areOfThisMachine()) {
      return found;
    }
    String protocol = value(settings, PROTOCOL, "PLAINTEXT");
    boolean isEncrypted = protocol.endsWith("SSL");
    if (isEventHub && !protocol.equals("SASL_SSL")) {
      found.add(grave(PROTOCOL + " is " + protocol + ", and Event Hubs speaks SASL_SSL only"));
    } else if (protocol.startsWith("SASL") && !isEncrypted) {
      found.add(grave(PROTOCOL + " is " + protocol + ": credentials travel without encryption"));
    } else if (!isEncrypted) {
      found.add(
          new Weakness(
              PROTOCOL + " is " + protocol + ": everybody on the way can read and change records",
              false));
    }
    if (isEncrypted && !value(settings, HOST_CHECK, "HTTPS").equals("HTTPS")) {
      found.add(grave(HOST_CHECK + " is not https: any trusted certificate passes for the broker"));
    }
    if (isEncrypted
        && value(settings, LOOKUP, "").equals("RESOLVE_CANONICAL_BOOTSTRAP_SERVERS_ONLY")) {
      found.add(
          grave(
              LOOKUP + " takes the name that a certificate is held against from whoever answers"));
    }
    return found;
  }

  private static Weakness grave(String said) {
    return new Weakness(said, true);
  }

  private static String value(Map<String, String> settings, String name, String otherwise) {
    String value = settings.get(name);
    return value == null ? otherwise : value.strip().toUpperCase(Locale.ROOT);
  }
}
