package io.lakebeam.demo;

import java.nio.file.Path;
import java.util.Properties;

/** The broker's settings: one node, one user, small enough to sit beside a pipeline. */
final class BrokerSettings {
  private BrokerSettings() {}

  /**
   * @param ports of the SASL_SSL, the inter-broker and the controller listener
   */
  static Properties of(
      int node, Path log, int[] ports, BrokerIdentity identity, String connectionString) {
    Properties settings = new Properties();
    settings.put("node.id", Integer.toString(node));
    settings.put("process.roles", "broker,controller");
    settings.put("controller.quorum.voters", node + "@127.0.0.1:" + ports[2]);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("inter.broker.listener.name", "INTERNAL");
    settings.put(
        "listener.security.protocol.map",
        "SASL_SSL:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT");
    String clients = "SASL_SSL://127.0.0.1:" + ports[0] + ",INTERNAL://127.0.0.1:" + ports[1];
    settings.put("listeners", clients + ",CONTROLLER://127.0.0.1:" + ports[2]);
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
    settings.put(
        "listener.name.sasl_ssl.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " user_$ConnectionString="
            + quoted(connectionString)
            + ";");
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.keystore.location", identity.keyStore().toString());
    settings.put("ssl.keystore.password", identity.password());
    settings.put("ssl.key.password", identity.password());
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
