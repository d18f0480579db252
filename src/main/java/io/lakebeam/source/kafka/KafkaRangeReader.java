package io.lakebeam.source.kafka;

import io.lakebeam.source.Patience;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.decode.Envelope;
import io.lakebeam.source.decode.RecordDecoder;
import io.lakebeam.source.decode.RecordEmitter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads a range of offsets to its exact end: it is over when the position has reached the end,
 * never because a poll brought nothing. Throttling, a broker that restarts and a long stretch of
 * aborted records all look like empty polls.
 */
public final class KafkaRangeReader {
  private static final Duration POLL = Duration.ofMillis(250);
  private static final byte[] NO_BYTES = new byte[0];

  private final KafkaSettings settings;
  private final KafkaProblems problems;
  private final RecordDecoder decoder;
  private final Patience patience;

  public KafkaRangeReader(KafkaSettings settings, RecordDecoder decoder, Patience patience) {
    this.settings = settings;
    this.patience = patience;
    this.problems = new KafkaProblems(settings);
    this.decoder = decoder;
  }

  public void read(Slice.KafkaRange range, RecordEmitter emitter) {
    if (range.from() == range.to()) {
      return;
    }
    emitter.checkStop();
    try (KafkaConsumers.Borrowed borrowed = KafkaConsumers.ofThisProcess().borrow(settings)) {
      read(range, borrowed.consumer(), emitter);
      borrowed.sound();
    }
  }

  private void read(
      Slice.KafkaRange range, KafkaConsumer<byte[], byte[]> consumer, RecordEmitter emitter) {
    TopicPartition partition = new TopicPartition(range.topic(), range.partition());
    consumer.assign(List.of(partition));
    consumer.seek(partition, range.from());
    Optional<Metric> throttleMillis = Throttling.metric(consumer);
    StalledRange stalled =
        new StalledRange(settings, problems, patience, partition, range.to(), throttleMillis);
    String prefix = partition + "@";
    long position = range.from();
    while (position < range.to()) {
      emitter.checkStop();
      ConsumerRecords<byte[], byte[]> records = problems.telling(() -> consumer.poll(POLL));
      throttleMillis.ifPresent(metric -> tellThrottling(metric, emitter));
      long reached = position;
      for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
        reached = record.offset() + 1;
        if (record.offset() >= range.to()) {
          break;
        }
        String at = prefix.concat(Long.toString(record.offset()));
        byte[] value = record.value();
        if (value == null) {
          emitter.rejected(at, "the record has no value (a tombstone)", NO_BYTES);
        } else {
          Envelope envelope = emitter.wantsEnvelopes() ? Envelope.of(record) : Envelope.NONE;
          emitter.record(decoder, value, 0, value.length, at, envelope);
        }
      }
      reached = Math.max(reached, positionBehindGaps(consumer, partition, position));
      if (reached > position) {
        stalled.moved(emitter);
      } else {
        stalled.look(consumer, position, emitter);
      }
      position = reached;
    }
  }

  private void tellThrottling(Metric millis, RecordEmitter emitter) {
    Throttling.ofThisProcess()
        .notice(settings.source(), settings.brokers(), (Double) millis.metricValue())
        .ifPresent(emitter::warning);
  }

  /** The consumer's position, which passes over offsets without records; else the one given. */
  private long positionBehindGaps(
      KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long known) {
    return problems.telling(
        () -> {
          try {
            return consumer.position(partition, POLL);
          } catch (TimeoutException e) {
            // It waits for the broker to confirm its position; the broker is away.
            return known;
          }
        });
  }

  /**
   * What to make of a range that does not move on: says once that the broker is away and once that
   * it is back, and tells what will never move on apart from what will.
   */
  private static final class StalledRange {
    private static final Absences ABSENCES = Absences.ofThisProcess();
    private static final long PATIENCE_NANOS = Duration.ofSeconds(3).toNanos();
    private static final long QUIET_NANOS = Duration.ofSeconds(30).toNanos();
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final KafkaSettings settings;
    private final KafkaProblems problems;
    private final Patience patience;
    private final TopicPartition partition;
    private final long to;
    private final Optional<Metric> throttleMillis;
    private long movedAt = System.nanoTime();
    private long answeredAt = movedAt;
    private long lookAt = movedAt + PATIENCE_NANOS;
    private long doubtfulSince;
    private boolean doubtful;
    private boolean away;
    private boolean hasMoved;
    private boolean quiet;
    private final Silence silence = new Silence();

    StalledRange(
        KafkaSettings settings,
        KafkaProblems problems,
        Patience patience,
        TopicPartition partition,
        long to,
        Optional<Metric> throttleMillis) {
      this.settings = settings;
      this.problems = problems;
      this.patience = patience;
      this.partition = partition;
      this.to = to;
      this.throttleMillis = throttleMillis;
    }

    void moved(RecordEmitter emitter) {
      long now = System.nanoTime();
      // The first records of a range also end what an earlier one gave up on.
      boolean isOver = (away || !hasMoved) && ABSENCES.ends(settings);
      if (away && isOver) {
        emitter.warning(
            "the broker at " + settings.brokers() + " is back after " + seconds(now - movedAt));
      }
      hasMoved = true;
      movedAt = now;
      answeredAt = now;
      lookAt = now + PATIENCE_NANOS;
      doubtful = false;
      away = false;
      quiet = false;
      silence.ends();
    }

    void look(KafkaConsumer<byte[], byte[]> consumer, long position, RecordEmitter emitter) {
      long now = System.nanoTime();
      if (now < lookAt) {
        return;
      }
      lookAt = now + PATIENCE_NANOS;
      try {
        List<PartitionInfo> known =
            problems.telling(() -> consumer.partitionsFor(partition.topic(), ANSWER));
        boolean missing =
            known == null || known.stream().noneMatch(p -> p.partition() == partition.partition());
        if (missing) {
          if (doubtfulForLong(now)) {
            throw problems.absentTopic();
          }
          return;
        }
        Map<TopicPartition, Long> begins =
            problems.telling(() -> consumer.beginningOffsets(Set.of(partition), ANSWER));
        Map<TopicPartition, Long> ends =
            problems.telling(() -> consumer.endOffsets(Set.of(partition), ANSWER));
        answered(position, begins.get(partition), ends.get(partition), emitter);
      } catch (SourceException e) {
        if (!e.isRetryable()) {
          throw e;
        }
        if (!away && Throttling.isHeldBack(throttleMillis)) {
          // Told as throttling. When the broker is away as well, the next half minute tells.
          return;
        }
        boolean isTooLong = now - answeredAt >= settings.answersWithin().toNanos();
        if (isTooLong && patience == Patience.BOUNDED) {
          throw problems.gone(partition, position, Duration.ofNanos(now - answeredAt));
        }
        if (!away && ABSENCES.begins(settings)) {
          emitter.warning(
              "no answer from the broker at "
                  + settings.brokers()
                  + " since "
                  + seconds(now - movedAt)
                  + "; waiting at "
                  + partition
                  + "@"
                  + position
                  + ", and going on by itself when it is back; if it has moved, stop this run and start it"
                  + " with its new address");
        }
        away = true;
        silence.ends();
      }
    }

    /** A broker that has just started may not know its topics and their ends yet. */
    private boolean doubtfulForLong(long now) {
      doubtfulSince = doubtful ? doubtfulSince : now;
      doubtful = true;
      return now - doubtfulSince > QUIET_NANOS;
    }

    private void answered(long position, long beginning, long end, RecordEmitter emitter) {
      if (beginning > position) {
        throw problems.expired(partition.partition(), position, beginning);
      }
      if (end < to && end <= position) {
        if (doubtfulForLong(System.nanoTime())) {
          throw problems.recreated(partition.partition(), to, end);
        }
        return;
      }
      doubtful = false;
      answeredAt = System.nanoTime();
      Duration silent = silence.lasts(answeredAt);
      if (patience == Patience.BOUNDED
          && !Throttling.isHeldBack(throttleMillis)
          && silent.compareTo(settings.answersWithin()) >= 0) {
        throw problems.silent(partition, position, silent);
      }
      if (!quiet && !away && System.nanoTime() - movedAt > QUIET_NANOS) {
        emitter.warning(
            "the broker at "
                + settings.brokers()
                + " answers, but sends nothing from "
                + partition
                + "@"
                + position
                + " since "
                + seconds(System.nanoTime() - movedAt)
                + " (throttled?); waiting");
        quiet = true;
      }
    }

    private static String seconds(long nanos) {
      return Duration.ofNanos(nanos).toSeconds() + " s";
    }
  }
}
