package io.lakebeam.demo;

import java.nio.file.Path;
import java.util.Properties;

/**
 * The broker's settings: one node, one user, small enough to sit beside a pipeline. Nobody is
 * served without TLS and the user's password, on any listener: other users of the machine reach the
 * loopback interface too.
 */
final class BrokerSettings {
  private BrokerSettings() {}

  /**
   * @param ports of the listener for clients and of the controller's
   */
  static Properties of(
      int node, Path log, int[] ports, BrokerIdentity identity, String connectionString) {
    Properties settings = new Properties();
    settings.put("node.id", Integer.toString(node));
    settings.put("process.roles", "broker,controller");
    settings.put("controller.quorum.voters", node + "@127.0.0.1:" + ports[1]);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("inter.broker.listener.name", "SASL_SSL");
    settings.put("listener.security.protocol.map", "SASL_SSL:SASL_SSL,CONTROLLER:SASL_SSL");
    String clients = "SASL_SSL://127.0.0.1:" + ports[0];
    settings.put("listeners", clients + ",CONTROLLER://127.0.0.1:" + ports[1]);
    settings.put("advertised.listeners", clients);
    settings.put("log.dirs", log.toString());
    secure(settings, identity, connectionString);
    keep(settings);
    saveMemory(settings);
    return settings;
  }

  private static void secure(
      Properties settings, BrokerIdentity identity, String connectionString) {
    settings.put("sasl.enabled.mechanisms", "PLAIN");
    settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    settings.put("sasl.mechanism.controller.protocol", "PLAIN");
    String password = quoted(connectionString);
    // Whom it lets in, and as whom its own parts sign in to each other.
    String users =
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " username=\"$ConnectionString\" password="
            + password
            + " user_$ConnectionString="
            + password
            + ";";
    settings.put("listener.name.sasl_ssl.plain.sasl.jaas.config", users);
    settings.put("listener.name.controller.plain.sasl.jaas.config", users);
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.keystore.location", identity.keyStore().toString());
    settings.put("ssl.keystore.password", identity.password());
    settings.put("ssl.key.password", identity.password());
    settings.put("ssl.truststore.type", "PKCS12");
    settings.put("ssl.truststore.location", identity.trustStore().toString());
    settings.put("ssl.truststore.password", BrokerIdentity.TRUST_PASSWORD);
  }

  private static void keep(Properties settings) {
    settings.put("log.message.timestamp.type", "LogAppendTime");
    // A restart of the same seed skips by end offsets: a deleted segment would not harm that, but
    // the pipeline may still want to read it.
    settings.put("log.retention.ms", "-1");
    settings.put("log.retention.bytes", "-1");
    settings.put("auto.create.topics.enable", "false");
    settings.put("default.replication.factor", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    // After a kill the controller holds the dead broker's session until it expires, and a new start
    // waits for that.
    settings.put("broker.session.timeout.ms", "3000");
    settings.put("broker.heartbeat.interval.ms", "500");
    // Not for the partitions, which have nowhere to go: a broker that says goodbye leaves no
    // session
    // for the next start to wait for.
    settings.put("controlled.shutdown.enable", "true");
  }

  private static void saveMemory(Properties settings) {
    settings.put("log.segment.bytes", Integer.toString(64 << 20));
    settings.put("log.index.size.max.bytes", Integer.toString(1 << 20));
    // Nothing here is compacted, and the cleaner's buffer alone is 128 MB.
    settings.put("log.cleaner.enable", "false");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "2");
    settings.put("num.recovery.threads.per.data.dir", "1");
    settings.put("background.threads", "2");
    settings.put("queued.max.requests", "50");
  }

  /** A JAAS string literal. */
  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
