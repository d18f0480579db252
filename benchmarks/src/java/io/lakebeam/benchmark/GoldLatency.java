package io.lakebeam.benchmark;

import io.lakebeam.demo.EmbeddedBroker;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How old gold is: events go to a broker at an even rate, a continuous run takes them, and a client
 * of PostgreSQL and a page of the console look which one is the newest that they show. For each
 * event it counts when it was handed to the broker's client, and when it was first seen.
 */
final class GoldLatency {
  /** Held, because the JDK forgets the level of a logger that nobody holds. */
  private static final Logger LOG = Logger.getLogger("");

  private static final String TEXT = "x".repeat(300);
  private static final Pattern ADDRESS = Pattern.compile("console: (http\\S+)");
  private static final Pattern NEWEST = Pattern.compile("\"rows\":\\[\\[(\\d+)]]");

  private final int rate;
  private final long[] sentAt;
  private volatile boolean isOver;

  private GoldLatency(int rate, int seconds) {
    this.rate = rate;
    this.sentAt = new long[rate * (seconds + 60)];
  }

  /**
   * @param arguments the launcher, the folder of the pipeline, a folder for what is made, events a
   *     second, seconds that are measured, seconds before that are not
   */
  public static void main(String[] arguments) throws Exception {
    LOG.setLevel(Level.OFF);
    int seconds = Integer.parseInt(arguments[4]);
    int before = Integer.parseInt(arguments[5]);
    new GoldLatency(Integer.parseInt(arguments[3]), seconds + before)
        .run(arguments[0], arguments[1], Path.of(arguments[2]), seconds, before);
    System.exit(0);
  }

  private void run(String launcher, String pipeline, Path folder, int seconds, int before)
      throws Exception {
    String secret =
        "Endpoint=sb://localhost/;SharedAccessKeyName=benchmark;SharedAccessKey="
            + "YmVuY2htYXJrLWtleS1vZi1sYXRlbmN5LW9mLWdvbGQ=";
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), secret);
        EmbeddedPostgres database = database()) {
      broker.createTopic(Topic.NAME, 1);
      Map<String, String> environment = new TreeMap<>();
      Map<String, Object> client = broker.clientProperties();
      environment.putAll(
          new Topic(
                  broker.bootstrapServers(),
                  secret,
                  String.valueOf(client.get("ssl.truststore.location")),
                  String.valueOf(client.get("ssl.truststore.password")))
              .environment());
      String url = database.getJdbcUrl("postgres", "postgres");
      environment.put("BENCHMARK_DATABASE", url);
      environment.put("LAKE", folder.resolve("lake").toString());
      Process run =
          start(environment, launcher, "run", pipeline, "--trust", "--mode", "continuous");
      Process console =
          start(environment, launcher, "console", pipeline, "--trust", "--no-token", "--port", "0");
      try {
        drain(run);
        URI address = address(console);
        Seen byClient = new Seen();
        Seen byPage = new Seen();
        Thread publisher = thread("publisher", () -> publish(client));
        Thread asking = thread("client", () -> ask(url, byClient));
        Thread looking = thread("page", () -> look(address, byPage));
        TimeUnit.SECONDS.sleep(before); // what is measured is time
        byClient.begin();
        byPage.begin();
        TimeUnit.SECONDS.sleep(seconds);
        isOver = true;
        publisher.join();
        asking.join();
        looking.join();
        System.out.printf(
            Locale.ROOT,
            "%,d events a second for %d s; ms from the event to%n%-32s %7s %7s %7s %9s%n",
            rate,
            seconds,
            "",
            "p50",
            "p99",
            "most",
            "events");
        byClient.print("a row that PostgreSQL shows");
        byPage.print("an answer of the console");
      } finally {
        console.destroy();
        run.destroy();
        run.waitFor();
      }
    }
  }

  private static EmbeddedPostgres database() throws IOException {
    return EmbeddedPostgres.builder()
        .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
        .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Latencies, in nanoseconds. */
  private final class Seen {
    private final List<Long> all = new ArrayList<>();
    private long newest = -1;
    private long from = Long.MAX_VALUE;

    /** Events that are sent from now on count. */
    synchronized void begin() {
      from = System.nanoTime();
    }

    synchronized void newest(long number) {
      long now = System.nanoTime();
      for (long each = newest + 1; each <= number; each++) {
        if (sentAt[(int) each] >= from) {
          all.add(now - sentAt[(int) each]);
        }
      }
      newest = Math.max(newest, number);
    }

    synchronized void print(String name) {
      long[] sorted = all.stream().mapToLong(Long::longValue).sorted().toArray();
      if (sorted.length == 0) {
        System.out.printf("%-32s %s%n", name, "nothing was seen");
        return;
      }
      System.out.printf(
          Locale.ROOT,
          "%-32s %,7d %,7d %,7d %,9d%n",
          name,
          sorted[sorted.length / 2] / 1_000_000,
          sorted[(int) (sorted.length * 0.99)] / 1_000_000,
          sorted[sorted.length - 1] / 1_000_000,
          sorted.length);
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private Thread thread(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (Exception e) {
                if (!isOver) {
                  System.err.println(name + " has ended: " + e);
                }
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static Process start(Map<String, String> environment, String... command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    return builder.start();
  }

  private void drain(Process process) {
    thread(
        "output",
        () -> {
          try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            while (out.readLine() != null) {
              // The table of epochs: nobody reads it.
            }
          }
        });
  }

  private static URI address(Process console) throws IOException {
    BufferedReader out = console.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher found = ADDRESS.matcher(line);
      if (found.find()) {
        return URI.create(found.group(1));
      }
    }
    throw new IOException("the console has said no address");
  }

  private void publish(Map<String, Object> client) throws InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      long start = System.nanoTime();
      for (long number = 0; !isOver && number < sentAt.length; number++) {
        long due = start + number * 1_000_000_000L / rate;
        long wait = due - System.nanoTime();
        if (wait > 0) {
          TimeUnit.NANOSECONDS.sleep(wait);
        }
        byte[] event =
            String.format(Locale.ROOT, "{\"number\":%d,\"shard\":0,\"text\":\"%s\"}", number, TEXT)
                .getBytes(StandardCharsets.UTF_8);
        sentAt[(int) number] = System.nanoTime();
        producer.send(new ProducerRecord<>(Topic.NAME, event));
      }
    }
  }

  /** As a report by DirectQuery does, only more often. */
  private void ask(String url, Seen seen) throws InterruptedException, SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      while (!isOver) {
        try (PreparedStatement asked =
                connection.prepareStatement("SELECT max(newest) FROM public.newest");
            ResultSet answer = asked.executeQuery()) {
          if (answer.next() && answer.getObject(1) != null) {
            seen.newest(answer.getLong(1));
          }
        } catch (SQLException e) {
          if (!"42P01".equals(e.getSQLState())) { // not there yet
            throw e;
          }
        }
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
  }

  /** As a page does: it is told that something has changed, and asks. */
  private void look(URI address, Seen seen) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest live = HttpRequest.newBuilder(address.resolve("/api/live")).build();
    HttpRequest query =
        HttpRequest.newBuilder(address.resolve("/api/pipelines/gold_latency/sql"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"sql\":\"SELECT max(newest) AS newest FROM newest\"}"))
            .build();
    Iterator<String> lines = client.send(live, BodyHandlers.ofLines()).body().iterator();
    while (!isOver && lines.hasNext()) { // there is a line every ten seconds at least
      if (lines.next().startsWith("data: ")) {
        Matcher newest = NEWEST.matcher(client.send(query, BodyHandlers.ofString()).body());
        if (newest.find()) {
          seen.newest(Long.parseLong(newest.group(1)));
        }
      }
    }
  }
}
