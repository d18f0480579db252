package io.lakebeam.spec.source;

import io.lakebeam.graph.NearestName;
import io.lakebeam.spec.Reading;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of a Kafka consumer that a pipeline may give as long as it is data: numbers, times,
 * sizes, names, and how to sign in and to encrypt. What names a class, a provider, a command, a
 * file or an address of its own is not among them, and neither is what is not known here.
 */
public final class ClientSettings {
  public static final String JAAS = "sasl.jaas.config";
  private static final String TRUST_STORE_FILE = "ssl.truststore.location";

  private static final Set<String> READING =
      Set.of(
          "check.crcs",
          "client.id",
          "client.rack",
          "exclude.internal.topics",
          "fetch.max.bytes",
          "fetch.max.wait.ms",
          "fetch.min.bytes",
          "group.id",
          "heartbeat.interval.ms",
          "max.partition.fetch.bytes",
          "max.poll.interval.ms",
          "max.poll.records",
          "session.timeout.ms");

  private static final Set<String> CONNECTING =
      Set.of(
          "client.dns.lookup",
          "connections.max.idle.ms",
          "default.api.timeout.ms",
          "enable.metrics.push",
          "metadata.max.age.ms",
          "metadata.recovery.strategy",
          "metrics.num.samples",
          "metrics.recording.level",
          "metrics.sample.window.ms",
          "receive.buffer.bytes",
          "reconnect.backoff.max.ms",
          "reconnect.backoff.ms",
          "request.timeout.ms",
          "retry.backoff.max.ms",
          "retry.backoff.ms",
          "send.buffer.bytes",
          "socket.connection.setup.timeout.max.ms",
          "socket.connection.setup.timeout.ms");

  private static final Set<String> SIGNING_IN =
      Set.of(
          KafkaSafety.PROTOCOL,
          JAAS,
          "sasl.login.refresh.buffer.seconds",
          "sasl.login.refresh.min.period.seconds",
          "sasl.login.refresh.window.factor",
          "sasl.login.refresh.window.jitter",
          "sasl.mechanism");

  /** Certificates and keys as text, never as a file. */
  private static final Set<String> ENCRYPTING =
      Set.of(
          "ssl.cipher.suites",
          "ssl.enabled.protocols",
          "ssl.endpoint.identification.algorithm",
          "ssl.key.password",
          "ssl.keystore.certificate.chain",
          "ssl.keystore.key",
          "ssl.keystore.password",
          "ssl.keystore.type",
          "ssl.protocol",
          "ssl.truststore.certificates",
          "ssl.truststore.password",
          "ssl.truststore.type");

  private static final Set<String> ALL = new TreeSet<>();

  static {
    ALL.addAll(READING);
    ALL.addAll(CONNECTING);
    ALL.addAll(SIGNING_IN);
    ALL.addAll(ENCRYPTING);
  }

  /** The ways to sign in that only compare secrets or hand on a token. */
  private static final Set<String> LOGIN_MODULES =
      Set.of(
          "org.apache.kafka.common.security.plain.PlainLoginModule",
          "org.apache.kafka.common.security.scram.ScramLoginModule",
          "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule");

  private final Reading reading;

  public ClientSettings(Reading reading) {
    this.reading = reading;
  }

  public static Set<String> all() {
    return Collections.unmodifiableSet(ALL);
  }

  /** True for login modules that a pipeline may name as long as it is data. */
  public static boolean isPlainLogin(String module) {
    return LOGIN_MODULES.contains(module);
  }

  public void check(String key, YamlNode.Entry entry) {
    if (!ALL.contains(key)) {
      reading.needsTrust(
          entry.keyAt(), key + " is no setting that a pipeline may give by itself", cause(key));
    } else if (key.equals(JAAS)) {
      Reading.scalar(entry.value()).ifPresent(this::checkLogin);
    }
  }

  private static String cause(String key) {
    if (key.equals(TRUST_STORE_FILE)) {
      return "it names a file of this machine; certificates may stand in"
          + " ssl.truststore.certificates, as PEM";
    }
    return NearestName.among(key, ALL)
        .map(near -> "Lakebeam does not know it; " + near + " is near")
        .orElse("such settings name classes, commands, files or addresses, or are not known here");
  }

  /** What a reference stands for is looked at when it is resolved. */
  private void checkLogin(YamlNode.Scalar jaas) {
    String module = jaas.text().strip().split("\\s", 2)[0];
    if (!module.contains("${") && !isPlainLogin(module)) {
      reading.needsTrust(
          jaas.at(),
          JAAS + " names another login module than Kafka's own for PLAIN, SCRAM and OAUTHBEARER",
          "a login module is a class, and may do what a program may do");
    }
  }
}
