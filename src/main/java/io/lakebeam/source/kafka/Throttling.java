package io.lakebeam.source.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Metric;

/**
 * Whether brokers hold fetches back ({@code throttle_time_ms}, KIP-219): Kafka does so by quota,
 * Event Hubs by throughput units. A throttled run is slow and right, so it is told and goes on;
 * once in ten minutes for each source of the process, however many threads and slices meet it.
 * Thread-safe.
 */
final class Throttling {
  private static final Throttling OF_THIS_PROCESS = new Throttling(System::nanoTime);
  private static final long TOLD_EVERY_NANOS = Duration.ofMinutes(10).toNanos();

  /** Less than this nobody notices. */
  private static final double NOTICEABLE_MILLIS = 100;

  private final LongSupplier nanoTime;
  private final Map<String, Long> toldAt = new HashMap<>();

  Throttling(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  static Throttling ofThisProcess() {
    return OF_THIS_PROCESS;
  }

  /** The consumer's longest throttle time of the last half minute or so, in milliseconds. */
  static Optional<Metric> metric(KafkaConsumer<byte[], byte[]> consumer) {
    return consumer.metrics().entrySet().stream()
        .filter(entry -> entry.getKey().name().equals("fetch-throttle-time-max"))
        .<Metric>map(Map.Entry::getValue)
        .findFirst();
  }

  /**
   * True when a consumer was held back lately. It is sent nothing then, not even answers to other
   * questions, and looks as if its broker were away.
   */
  static boolean isHeldBack(Optional<Metric> metric) {
    return metric.isPresent() && (Double) metric.get().metricValue() >= NOTICEABLE_MILLIS;
  }

  /** What to tell of a throttle time, if it is worth telling and was not told lately. */
  synchronized Optional<String> notice(String source, String brokers, double millis) {
    // A window without fetches has no maximum: not a number.
    if (!(millis >= NOTICEABLE_MILLIS)) {
      return Optional.empty();
    }
    long now = nanoTime.getAsLong();
    Long last = toldAt.get(source + " " + brokers);
    if (last != null && now - last < TOLD_EVERY_NANOS) {
      return Optional.empty();
    }
    toldAt.put(source + " " + brokers, now);
    return Optional.of(
        "the broker at "
            + brokers
            + " throttles this source: fetches wait for up to "
            + Math.round(millis)
            + " ms; nothing is lost, the run is slower (on Event Hubs: add throughput units; on"
            + " Kafka: raise the consumer's quota)");
  }
}
