package io.lakebeam.source.kafka;

import io.lakebeam.source.Backlog;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceIdentity;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.SecretText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * New offsets of a topic. Ends are the last stable offsets, so a range never holds records of a
 * transaction that is still open. A partition that appears after the first discovery is read from
 * its beginning whatever {@code starting_offsets} says: its records are new. It is found once the
 * consumer's metadata are refreshed, within half a minute.
 */
public final class TopicDiscovery implements SourceDiscovery {
  private static final SafetyWarnings WARNED = new SafetyWarnings();

  private final String source;
  private final SourceSpec.Kafka kafka;
  private final Function<SecretText, String> resolve;
  private final Duration answerWithin;

  public TopicDiscovery(
      String source,
      SourceSpec.Kafka kafka,
      Function<SecretText, String> resolve,
      Duration answerWithin) {
    this.source = source;
    this.kafka = kafka;
    this.resolve = resolve;
    this.answerWithin = answerWithin;
  }

  @Override
  public Discovery discover(SourcePosition since, long maxRows) {
    if (!(since instanceof SourcePosition.Offsets offsets) || maxRows < 1) {
      throw new IllegalArgumentException(source + ": " + since + ", " + maxRows);
    }
    KafkaSettings settings = new KafkaSettings(source, kafka, resolve);
    KafkaProblems problems = new KafkaProblems(settings);
    try (KafkaConsumers.Borrowed borrowed = KafkaConsumers.ofThisProcess().borrow(settings)) {
      Discovery found =
          discover(settings.topic(), borrowed.consumer(), problems, offsets.next(), maxRows);
      borrowed.sound();
      return new Discovery(
          found.slices(),
          found.position(),
          found.more(),
          List.of(),
          WARNED.news(settings, kafka.consent()),
          found.backlog());
    }
  }

  @Override
  public SourceIdentity identity() {
    KafkaSettings settings = new KafkaSettings(source, kafka, resolve);
    KafkaProblems problems = new KafkaProblems(settings);
    try (Admin admin = settings.newAdmin()) {
      int millis = (int) answerWithin.toMillis();
      KafkaFuture<String> cluster =
          admin.describeCluster(new DescribeClusterOptions().timeoutMs(millis)).clusterId();
      KafkaFuture<Uuid> topic =
          admin
              .describeTopics(
                  List.of(settings.topic()), new DescribeTopicsOptions().timeoutMs(millis))
              .topicNameValues()
              .get(settings.topic())
              .thenApply(TopicDescription::topicId);
      return new SourceIdentity(
          problems.told(cluster).orElse(""),
          problems
              .told(topic)
              .filter(id -> !id.equals(Uuid.ZERO_UUID))
              .map(Uuid::toString)
              .orElse(""));
    }
  }

  /**
   * What lies between the first record that a partition has and a position. Whether it once had
   * earlier ones that were read nobody can tell, so they count as lost.
   */
  @Override
  public Remains remains(SourcePosition until) {
    SortedMap<Integer, Long> ends = SourcePosition.Offsets.requireOffsets(until).next();
    KafkaSettings settings = new KafkaSettings(source, kafka, resolve);
    KafkaProblems problems = new KafkaProblems(settings);
    try (KafkaConsumers.Borrowed borrowed = KafkaConsumers.ofThisProcess().borrow(settings)) {
      Set<TopicPartition> partitions =
          ends.keySet().stream()
              .map(partition -> new TopicPartition(settings.topic(), partition))
              .collect(Collectors.toSet());
      KafkaConsumer<byte[], byte[]> consumer = borrowed.consumer();
      Map<TopicPartition, Long> begins =
          problems.telling(() -> consumer.beginningOffsets(partitions, answerWithin));
      Map<TopicPartition, Long> lasts = new HashMap<>();
      partitions.forEach(each -> lasts.put(each, ends.get(each.partition())));
      Map<TopicPartition, Long> starts =
          kafka.startingOffsets().equals(SourceSpec.StartingOffsets.LATEST)
              ? begins
              : starts(consumer, problems, new TreeMap<>(), begins, lasts);
      borrowed.sound();
      return remains(settings.topic(), ends, begins, starts);
    }
  }

  private Remains remains(
      String topic,
      SortedMap<Integer, Long> ends,
      Map<TopicPartition, Long> begins,
      Map<TopicPartition, Long> starts) {
    List<Slice> slices = new ArrayList<>();
    String lost =
        kafka.startingOffsets().equals(SourceSpec.StartingOffsets.LATEST)
            ? "starting_offsets: latest does not say where reading began"
            : "";
    for (Map.Entry<Integer, Long> end : ends.entrySet()) {
      TopicPartition partition = new TopicPartition(topic, end.getKey());
      long begin = begins.get(partition);
      long start = starts.get(partition);
      if (start < end.getValue()) {
        slices.add(new Slice.KafkaRange(source, topic, end.getKey(), start, end.getValue()));
      }
      if (begin > 0 && start == begin && lost.isEmpty()) {
        lost =
            String.format(
                Locale.ROOT,
                "records of partition %d before offset %,d have expired",
                end.getKey(),
                begin);
      }
    }
    return new Remains(slices, lost);
  }

  private Discovery discover(
      String topic,
      KafkaConsumer<byte[], byte[]> consumer,
      KafkaProblems problems,
      SortedMap<Integer, Long> since,
      long maxRows) {
    List<PartitionInfo> known = problems.telling(() -> consumer.partitionsFor(topic, answerWithin));
    if (known == null || known.isEmpty()) {
      throw problems.absentTopic();
    }
    Set<TopicPartition> partitions =
        known.stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .collect(Collectors.toSet());
    Map<TopicPartition, Long> begins =
        problems.telling(() -> consumer.beginningOffsets(partitions, answerWithin));
    Map<TopicPartition, Long> ends =
        problems.telling(() -> consumer.endOffsets(partitions, answerWithin));

    Map<TopicPartition, Long> starts = starts(consumer, problems, since, begins, ends);
    SortedMap<Integer, Long> next = new TreeMap<>();
    SortedMap<Integer, Long> available = new TreeMap<>();
    for (TopicPartition each : partitions) {
      int partition = each.partition();
      long begin = begins.get(each);
      long end = ends.get(each);
      long start = since.getOrDefault(partition, starts.get(each));
      if (end < start) {
        throw problems.recreated(partition, start, end);
      }
      if (begin > start && end > start) {
        throw problems.expired(partition, start, begin);
      }
      next.put(partition, start);
      available.put(partition, end - start);
    }
    for (Integer partition : since.keySet()) {
      if (!next.containsKey(partition)) {
        throw problems.recreated(partition, since.get(partition), 0);
      }
    }
    return plan(topic, next, available, maxRows);
  }

  /** Where to start in partitions that were never planned. */
  private Map<TopicPartition, Long> starts(
      KafkaConsumer<byte[], byte[]> consumer,
      KafkaProblems problems,
      SortedMap<Integer, Long> since,
      Map<TopicPartition, Long> begins,
      Map<TopicPartition, Long> ends) {
    SourceSpec.StartingOffsets starting = kafka.startingOffsets();
    if (!since.isEmpty() || starting.equals(SourceSpec.StartingOffsets.EARLIEST)) {
      return begins;
    }
    if (starting.time().isEmpty()) {
      return ends;
    }
    long millis = starting.time().get().toEpochMilli();
    Map<TopicPartition, Long> times = new HashMap<>();
    begins.keySet().forEach(partition -> times.put(partition, millis));
    Map<TopicPartition, OffsetAndTimestamp> found =
        problems.telling(() -> consumer.offsetsForTimes(times, answerWithin));
    Map<TopicPartition, Long> starts = new HashMap<>(ends);
    found.forEach(
        (partition, first) -> {
          // Behind the last stable record, it is yet to come.
          if (first != null) {
            starts.put(partition, Math.min(first.offset(), ends.get(partition)));
          }
        });
    return starts;
  }

  private Discovery plan(
      String topic,
      SortedMap<Integer, Long> next,
      SortedMap<Integer, Long> available,
      long maxRows) {
    List<Slice> slices = new ArrayList<>();
    SortedMap<Integer, Long> shares = FairShares.of(available, maxRows);
    long left = 0;
    for (Map.Entry<Integer, Long> share : shares.entrySet()) {
      int partition = share.getKey();
      long from = next.get(partition);
      long to = from + share.getValue();
      if (to > from) {
        slices.add(new Slice.KafkaRange(source, topic, partition, from, to));
        next.put(partition, to);
      }
      left += available.get(partition) - share.getValue();
    }
    return new Discovery(slices, new SourcePosition.Offsets(next), left > 0, List.of())
        .beside(Backlog.ofTopic(left));
  }
}
