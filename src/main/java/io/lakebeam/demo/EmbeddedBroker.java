package io.lakebeam.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A real Kafka broker in this JVM that clients meet as they meet Azure Event Hubs: SASL_SSL, PLAIN,
 * user {@code $ConnectionString}, a connection string as the password, records stamped on arrival.
 * It listens on the loopback interface only.
 *
 * <pre>{@code
 * try (EmbeddedBroker broker = EmbeddedBroker.start(folder, connectionString)) {
 *   broker.createTopic("flights", 4);
 *   new KafkaConsumer<>(broker.clientProperties(), ...);
 * }
 * }</pre>
 *
 * <p>Everything it keeps is under its folder. Started again on the same folder, after a close or
 * after a kill, it serves every record it has acknowledged, on the port it had unless somebody has
 * taken that. One broker a folder at a time.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Duration LEADERS_WITHIN = Duration.ofMinutes(1);

  private static final int NODE = 1;
  private static final String LOOPBACK = "127.0.0.1";
  private static final int ATTEMPTS = 3;

  private final KafkaRaftServer server;
  private final int port;
  private final BrokerIdentity identity;
  private final String connectionString;

  private EmbeddedBroker(
      KafkaRaftServer server, int port, BrokerIdentity identity, String connectionString) {
    this.server = server;
    this.port = port;
    this.identity = identity;
    this.connectionString = connectionString;
  }

  /**
   * Starts a broker and returns when it takes requests. On the port that one on this folder had
   * last, if it is free.
   *
   * @param folder its own; made when absent
   * @param connectionString the password that clients must know
   * @throws IOException when the folder cannot be used or no port can be bound
   */
  public static EmbeddedBroker start(Path folder, String connectionString) throws IOException {
    BrokerLogging.quieten();
    Path home = folder.toAbsolutePath();
    Path known = home.resolve("port");
    int last = lastPort(known);
    EmbeddedBroker broker = start(home, connectionString, isFree(last) ? last : 0);
    if (broker.port != last) {
      Files.writeString(known, Integer.toString(broker.port));
    }
    return broker;
  }

  /** 0 when there was none. */
  private static int lastPort(Path known) throws IOException {
    String text = Files.exists(known) ? Files.readString(known).strip() : "";
    return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
  }

  /** Clients of before may still be waiting on it. */
  private static boolean isFree(int port) {
    if (port == 0) {
      return false;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(LOOPBACK, port));
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Starts a broker where its clients look for it: after a kill, on the port it had.
   *
   * @param folder its own; made when absent
   * @param connectionString the password that clients must know
   * @param clientPort of the SASL_SSL listener; 0 for any that is free
   * @throws IOException when the folder cannot be used or no port can be bound
   */
  public static EmbeddedBroker start(Path folder, String connectionString, int clientPort)
      throws IOException {
    BrokerLogging.quieten();
    Path home = folder.toAbsolutePath();
    BrokerIdentity identity = BrokerIdentity.in(home.resolve("tls"));
    Path log = home.resolve("log");
    format(log);
    IOException last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int[] ports = freePorts();
      ports[0] = clientPort > 0 ? clientPort : ports[0];
      Properties settings = BrokerSettings.of(NODE, log, ports, identity, connectionString);
      KafkaRaftServer server =
          new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
      try {
        server.startup();
        return new EmbeddedBroker(server, ports[0], identity, connectionString);
      } catch (RuntimeException e) {
        server.shutdown();
        server.awaitShutdown();
        if (!isPortTaken(e)) {
          throw new IOException("the broker did not start in " + home, e);
        }
        // Somebody took a port between our look and the broker's bind: look again.
        last = new IOException("no free port for the broker in " + home, e);
      }
    }
    throw last;
  }

  /** {@code host:port} of the SASL_SSL listener. */
  public String bootstrapServers() {
    return LOOPBACK + ":" + port;
  }

  /** All that a Kafka client needs to connect, including the secret. */
  public Map<String, Object> clientProperties() {
    return Map.of(
        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
        bootstrapServers(),
        AdminClientConfig.SECURITY_PROTOCOL_CONFIG,
        "SASL_SSL",
        SaslConfigs.SASL_MECHANISM,
        "PLAIN",
        SaslConfigs.SASL_JAAS_CONFIG,
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " username=\"$ConnectionString\" password="
            + BrokerSettings.quoted(connectionString)
            + ";",
        SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
        identity.trustStore().toString(),
        SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG,
        "PKCS12",
        SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG,
        BrokerIdentity.TRUST_PASSWORD);
  }

  /**
   * Makes a topic whose records are stamped on arrival and kept for good; does nothing when a topic
   * of that name exists.
   */
  public void createTopic(String name, int partitions) throws IOException {
    NewTopic topic =
        new NewTopic(name, partitions, (short) 1)
            .configs(Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime"));
    try (Admin admin = Admin.create(clientProperties())) {
      try {
        admin.createTopics(List.of(topic)).all().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
      awaitLeaders(admin, name, partitions);
    } catch (ExecutionException e) {
      throw new IOException("cannot create topic " + name, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while creating topic " + name, e);
    }
  }

  /**
   * Waits until the broker leads every partition. A topic is created before that, and a producer
   * whose first batch comes too early while later ones are taken never gets it in: the broker takes
   * its sequence number for one that is out of order.
   */
  public static void awaitLeaders(Admin admin, String topic, int partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    long end = System.nanoTime() + LEADERS_WITHIN.toNanos();
    while (true) {
      try {
        admin.listOffsets(ends).all().get();
        return;
      } catch (ExecutionException e) {
        // The broker does not know yet what its controller has decided.
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }

  /** Stops the broker; what it has acknowledged stays in its folder. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static void format(Path log) throws IOException {
    if (Files.exists(log.resolve("meta.properties"))) {
      return;
    }
    Files.createDirectories(log);
    try {
      new Formatter()
          .setNodeId(NODE)
          .setClusterId("lakebeam-demo")
          .addDirectory(log.toString())
          .setMetadataLogDirectory(log.toString())
          .setControllerListenerName("CONTROLLER")
          // A kill half-way through a first formatting leaves a folder that is formatted again.
          .setIgnoreFormatted(true)
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
          .run();
    } catch (Exception e) { // declared as wide as that by Kafka
      throw new IOException("cannot prepare the broker's folder " + log, e);
    }
  }

  /** For clients and the controller: both held at once, so that they differ. */
  private static int[] freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket first = new ServerSocket(0, 1, loopback);
        ServerSocket second = new ServerSocket(0, 1, loopback)) {
      return new int[] {first.getLocalPort(), second.getLocalPort()};
    }
  }

  private static boolean isPortTaken(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return true;
      }
    }
    return false;
  }
}
