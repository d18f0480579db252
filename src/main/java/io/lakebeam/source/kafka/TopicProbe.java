package io.lakebeam.source.kafka;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.NearestName;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.utils.Utils;

/**
 * The way to a topic, one step at a time, each of which rests on those before it: who looks for a
 * fault tries them in the order they stand here. Changes nothing at the broker.
 *
 * <p>Every step throws {@link SourceException} with what is wrong, within about the time it is
 * given.
 */
public final class TopicProbe {
  private static final Duration POLL = Duration.ofMillis(200);

  private final SourceSpec source;
  private final Function<SecretText, String> resolve;
  private final Duration answerWithin;
  private final KafkaSettings settings;
  private final KafkaProblems problems;

  private TopicProbe(
      SourceSpec source,
      Function<SecretText, String> resolve,
      Duration answerWithin,
      KafkaSettings settings) {
    this.source = source;
    this.resolve = resolve;
    this.answerWithin = answerWithin;
    this.settings = settings;
    this.problems = new KafkaProblems(settings);
  }

  /**
   * Of a source that reads a topic. Resolves its secrets and connects nowhere.
   *
   * @param answerWithin how long each question may take
   * @throws SourceException when the connection string cannot be used
   */
  public static TopicProbe of(
      SourceSpec source, Function<SecretText, String> resolve, Duration answerWithin) {
    SourceSpec.Kafka kafka = (SourceSpec.Kafka) source.connection();
    KafkaSettings settings = new KafkaSettings(source.name(), kafka, resolve);
    return new TopicProbe(source, resolve, answerWithin, settings);
  }

  /** {@code host:port}, several separated by commas. */
  public String brokers() {
    return settings.brokers();
  }

  public String topic() {
    return settings.topic();
  }

  /**
   * What keeps the connection from being safe, as clauses: what the pipeline has agreed to, and
   * what needs no consent.
   */
  public List<String> weaknesses() {
    return settings.weaknesses();
  }

  /** The addresses that the brokers' names resolve to; one name that resolves is enough. */
  public List<String> addresses() {
    List<String> found = new ArrayList<>();
    for (InetSocketAddress broker : unresolved()) {
      try {
        for (InetAddress address : InetAddress.getAllByName(broker.getHostString())) {
          found.add(address.getHostAddress());
        }
      } catch (UnknownHostException e) {
        // Told below, when no other name resolves either.
      }
    }
    if (found.isEmpty()) {
      throw problems.unknownHost();
    }
    return found;
  }

  /** The first broker that takes a TCP connection. */
  public String connect() {
    IOException last = null;
    for (InetSocketAddress broker : unresolved()) {
      try (Socket socket = open(broker)) {
        return broker.getHostString() + ":" + socket.getPort();
      } catch (IOException e) {
        last = e;
      }
    }
    throw SourceException.retryable(
        ErrorCode.SOURCE_UNREACHABLE,
        settings.source(),
        "no TCP connection to " + settings.brokers(),
        last == null ? "there is no address" : reason(last),
        "Start the broker, correct host and port (Event Hubs: 9093), or let a firewall pass it",
        last);
  }

  /** True when the connection is to be encrypted. */
  public boolean isEncrypted() {
    return settings.isEncrypted();
  }

  /** The broker's certificate, if the source's settings trust it. */
  public BrokerCertificate certificate() {
    InetSocketAddress broker = unresolved().get(0);
    try (Socket socket = open(broker)) {
      return BrokerCertificate.of(socket, broker, settings, answerWithin);
    } catch (IOException e) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_UNREACHABLE,
          settings.source(),
          "no TLS connection to " + broker.getHostString() + ":" + broker.getPort(),
          reason(e),
          BrokerCertificate.fix(e, settings),
          e);
    }
  }

  /** Signs in and asks for the names of topics, those at least that these credentials may see. */
  public Set<String> signIn() {
    try (KafkaConsumers.Borrowed borrowed = borrow()) {
      Map<String, List<PartitionInfo>> topics =
          problems.telling(() -> borrowed.consumer().listTopics(answerWithin));
      borrowed.sound();
      return new TreeSet<>(topics.keySet());
    }
  }

  /**
   * How many partitions the topic has.
   *
   * @param others names of topics that may have been meant
   */
  public int partitions(Set<String> others) {
    try (KafkaConsumers.Borrowed borrowed = borrow()) {
      int partitions = partitions(borrowed.consumer()).size();
      borrowed.sound();
      return partitions;
    } catch (AbsentTopicException e) {
      throw problems.absentTopic(NearestName.question(settings.topic(), others));
    }
  }

  /**
   * Whether the broker deletes a key's older records; false when these credentials may not ask, or
   * the broker does not answer that.
   */
  public boolean isCompacted() {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, settings.topic());
    try (Admin admin = settings.newAdmin()) {
      return admin
          .describeConfigs(
              List.of(resource),
              new DescribeConfigsOptions().timeoutMs((int) answerWithin.toMillis()))
          .all()
          .get()
          .get(resource)
          .get(TopicConfig.CLEANUP_POLICY_CONFIG)
          .value()
          .contains(TopicConfig.CLEANUP_POLICY_COMPACT);
    } catch (ExecutionException | RuntimeException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * The records that can be read.
   *
   * @param first offset, of each partition
   * @param end offset behind the last one, of each partition
   */
  public record Offsets(Map<Integer, Long> first, Map<Integer, Long> end) {
    public Offsets {
      first = Map.copyOf(first);
      end = Map.copyOf(end);
    }

    /** How many offsets lie between them, over all partitions. */
    public long count() {
      return end.keySet().stream().mapToLong(p -> end.get(p) - first.get(p)).sum();
    }

    /** A partition that holds something. */
    Optional<Integer> filled() {
      return end.keySet().stream().filter(p -> end.get(p) > first.get(p)).sorted().findFirst();
    }
  }

  public Offsets offsets() {
    try (KafkaConsumers.Borrowed borrowed = borrow()) {
      KafkaConsumer<byte[], byte[]> consumer = borrowed.consumer();
      Set<TopicPartition> partitions = partitions(consumer);
      Map<TopicPartition, Long> begins =
          problems.telling(() -> consumer.beginningOffsets(partitions, answerWithin));
      Map<TopicPartition, Long> ends =
          problems.telling(() -> consumer.endOffsets(partitions, answerWithin));
      borrowed.sound();
      return new Offsets(byPartition(begins), byPartition(ends));
    } catch (AbsentTopicException e) {
      throw problems.absentTopic();
    }
  }

  /**
   * What became of one record.
   *
   * @param position {@code topic-partition@offset}; empty when the offset held no record
   * @param rejected why it cannot be decoded with the source's schema; empty when it can
   */
  public record Fetched(Optional<String> position, Optional<String> rejected) {}

  /**
   * Reads the newest record of a partition that holds one, as a run would; empty when none does.
   *
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public Optional<Fetched> fetch(Offsets offsets) {
    return offsets
        .filled()
        .map(
            partition -> {
              long end = offsets.end().get(partition);
              Slice slice =
                  new Slice.KafkaRange(source.name(), settings.topic(), partition, end - 1, end);
              One one = new One(source);
              SourceReader.of(Storage.PLAIN, source, resolve, () -> false)
                  .read(slice, Instant.EPOCH, one);
              return new Fetched(Optional.ofNullable(one.position), Optional.ofNullable(one.error));
            });
  }

  /**
   * When the oldest of the records that wait was written, by their timestamps; empty when none has
   * come in time.
   *
   * @param next offsets, of partitions that hold something there
   */
  public Optional<Instant> oldest(Map<Integer, Long> next) {
    long end = System.nanoTime() + answerWithin.toNanos();
    try (KafkaConsumers.Borrowed borrowed = borrow()) {
      KafkaConsumer<byte[], byte[]> consumer = borrowed.consumer();
      Set<TopicPartition> open = new HashSet<>();
      next.keySet().forEach(each -> open.add(new TopicPartition(settings.topic(), each)));
      consumer.assign(open);
      open.forEach(each -> consumer.seek(each, next.get(each.partition())));
      Optional<Instant> oldest = Optional.empty();
      while (!open.isEmpty() && System.nanoTime() < end) {
        ConsumerRecords<byte[], byte[]> came = problems.telling(() -> consumer.poll(POLL));
        for (TopicPartition each : came.partitions()) {
          Instant at = Instant.ofEpochMilli(came.records(each).get(0).timestamp());
          if (open.remove(each)) {
            oldest = oldest.filter(before -> before.isBefore(at)).or(() -> Optional.of(at));
            consumer.pause(List.of(each));
          }
        }
      }
      borrowed.sound();
      return oldest;
    }
  }

  private static final class One implements RowOutput {
    private final RowFields fields;
    private String position;
    private String error;

    One(SourceSpec source) {
      this.fields = new RowFields(SourceReader.rowSchema(source));
    }

    @Override
    public void row(InternalRow row) {
      position = fields.text(row, "_position");
    }

    @Override
    public void rejected(Rejected rejected) {
      position = rejected.position();
      error = rejected.error();
    }

    @Override
    public void warning(String text) {
      error = text;
    }
  }

  private static final class AbsentTopicException extends RuntimeException {}

  private Set<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
    List<PartitionInfo> known =
        problems.telling(() -> consumer.partitionsFor(settings.topic(), answerWithin));
    if (known == null || known.isEmpty()) {
      throw new AbsentTopicException();
    }
    return known.stream()
        .map(each -> new TopicPartition(each.topic(), each.partition()))
        .collect(Collectors.toSet());
  }

  private static Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
    return offsets.entrySet().stream()
        .collect(Collectors.toMap(each -> each.getKey().partition(), Map.Entry::getValue));
  }

  private KafkaConsumers.Borrowed borrow() {
    return KafkaConsumers.ofThisProcess().borrow(settings);
  }

  private List<InetSocketAddress> unresolved() {
    List<InetSocketAddress> brokers = new ArrayList<>();
    for (String each : settings.brokers().split(",", -1)) {
      String host = Utils.getHost(each.strip());
      Integer port = Utils.getPort(each.strip());
      if (host == null || port == null || port > 65_535) {
        throw SourceException.permanent(
            ErrorCode.SOURCE_INVALID,
            settings.source(),
            "the broker's address " + each.strip() + " cannot be understood",
            "it is not of the form host:port",
            "Write for example contoso.servicebus.windows.net:9093");
      }
      brokers.add(InetSocketAddress.createUnresolved(host, port));
    }
    return brokers;
  }

  private Socket open(InetSocketAddress broker) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(
          new InetSocketAddress(broker.getHostString(), broker.getPort()),
          (int) answerWithin.toMillis());
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
