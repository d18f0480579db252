package io.lakebeam.source.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A real KRaft broker in this JVM: a plain listener for the test's own clients and one with SASL
 * PLAIN and the user {@code $ConnectionString}, as Event Hubs has it. Keeps its ports and its log
 * when it is restarted.
 */
final class TestingBroker implements AutoCloseable {
  static final String CONNECTION_STRING = "Endpoint=sb://test/;SharedAccessKey=top-secret=";

  private final Path folder;
  private final int plainPort = freePort();
  private final int saslPort = freePort();
  private final int controllerPort = freePort();
  private KafkaRaftServer server;

  TestingBroker(Path folder) throws Exception {
    this.folder = folder;
    Path log = folder.resolve("log");
    Files.createDirectories(log);
    Formatter formatter = new Formatter();
    formatter.setNodeId(1);
    formatter.setClusterId(Uuid.randomUuid().toString());
    formatter.addDirectory(log.toString());
    formatter.setMetadataLogDirectory(log.toString());
    formatter.setControllerListenerName("CONTROLLER");
    formatter.run();
    start();
  }

  void start() {
    server = new KafkaRaftServer(KafkaConfig.fromProps(properties(), false), Time.SYSTEM);
    server.startup();
  }

  void stop() {
    server.shutdown();
    server.awaitShutdown();
  }

  private Properties properties() {
    Properties p = new Properties();
    p.put("process.roles", "broker,controller");
    p.put("node.id", "1");
    p.put("controller.quorum.voters", "1@localhost:" + controllerPort);
    p.put("controller.listener.names", "CONTROLLER");
    p.put(
        "listeners",
        "PLAINTEXT://localhost:"
            + plainPort
            + ",SASL_PLAINTEXT://localhost:"
            + saslPort
            + ",CONTROLLER://localhost:"
            + controllerPort);
    p.put(
        "advertised.listeners",
        "PLAINTEXT://localhost:" + plainPort + ",SASL_PLAINTEXT://localhost:" + saslPort);
    p.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.put("inter.broker.listener.name", "PLAINTEXT");
    p.put("sasl.enabled.mechanisms", "PLAIN,OAUTHBEARER");
    // Takes unsecured tokens, such as those of TestingTokenServer.
    p.put(
        "listener.name.sasl_plaintext.oauthbearer.sasl.jaas.config",
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required"
            + " unsecuredLoginStringClaim_sub=\"broker\";");
    p.put(
        "listener.name.sasl_plaintext.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " user_$ConnectionString=\""
            + CONNECTION_STRING
            + "\";");
    p.put("log.dirs", folder.resolve("log").toString());
    p.put("offsets.topic.replication.factor", "1");
    p.put("transaction.state.log.replication.factor", "1");
    p.put("transaction.state.log.min.isr", "1");
    p.put("transaction.state.log.num.partitions", "1");
    p.put("offsets.topic.num.partitions", "1");
    p.put("log.message.timestamp.type", "LogAppendTime");
    p.put("auto.create.topics.enable", "false");
    // Compacts at once, with a buffer that is enough for a test.
    p.put("log.cleaner.backoff.ms", "100");
    p.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
    p.put("log.cleaner.threads", "1");
    return p;
  }

  /** For the test's own clients. */
  String plain() {
    return "localhost:" + plainPort;
  }

  /** With a user and a password. */
  String sasl() {
    return "localhost:" + saslPort;
  }

  Admin admin() {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, plain()));
  }

  @Override
  public void close() {
    stop();
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
