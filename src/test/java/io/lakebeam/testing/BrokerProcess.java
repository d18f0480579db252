package io.lakebeam.testing;

import io.lakebeam.demo.EmbeddedBroker;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * The demo's broker in a JVM of its own, to be killed and started again on the same port and with
 * the same records.
 */
public final class BrokerProcess implements AutoCloseable {
  private static final String READY = "the broker takes requests";

  private final Path folder;
  private final String secret;
  private final String topic;
  private final int partitions;
  private Map<String, Object> client = Map.of();
  private RunProcess process;

  /**
   * Starts it, and returns when it takes requests.
   *
   * @param folder its own
   * @param topic made when absent
   */
  public BrokerProcess(Path folder, String secret, String topic, int partitions)
      throws IOException, InterruptedException {
    this.folder = Files.createDirectories(folder);
    this.secret = secret;
    this.topic = topic;
    this.partitions = partitions;
    startAgain();
  }

  /** Starts it where it was before it was killed, and returns when it takes requests. */
  public void startAgain() throws IOException, InterruptedException {
    process =
        RunProcess.java(
            folder,
            Map.of(),
            List.of(
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                BrokerProcess.class.getName(),
                folder.toString(),
                secret,
                topic,
                Integer.toString(partitions),
                Integer.toString(port())));
    process.awaitPrinted(READY);
    Properties told = new Properties();
    try (Reader in = Files.newBufferedReader(settings(folder))) {
      told.load(in);
    }
    Map<String, Object> read = new HashMap<>();
    told.stringPropertyNames().forEach(name -> read.put(name, told.getProperty(name)));
    client = Map.copyOf(read);
  }

  /** As {@link EmbeddedBroker#clientProperties}. */
  public Map<String, Object> clientProperties() {
    return client;
  }

  /** As kill -9. */
  public void kill() throws InterruptedException {
    process.kill();
  }

  /** 0 before the first start. */
  private int port() {
    String address = (String) client.getOrDefault(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, ":0");
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private static Path settings(Path folder) {
    return folder.resolve("client.properties");
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, args[1], Integer.parseInt(args[4]))) {
      broker.createTopic(args[2], Integer.parseInt(args[3]));
      Properties client = new Properties();
      broker.clientProperties().forEach((name, value) -> client.put(name, value.toString()));
      Path unfinished = folder.resolve("client.unfinished");
      try (Writer out = Files.newBufferedWriter(unfinished)) {
        client.store(out, null);
      }
      Files.move(unfinished, settings(folder), StandardCopyOption.ATOMIC_MOVE);
      System.out.println(READY);
      new CountDownLatch(1).await();
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
