package io.lakebeam.source.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * The process's connections to brokers. A TLS and SASL handshake costs more than reading a slice,
 * so consumers outlive slices and epochs; those that nobody used for a while are closed, and all of
 * them when the process ends. Thread-safe; a borrowed consumer belongs to its borrower's thread.
 */
final class KafkaConsumers {
  private static final KafkaConsumers OF_THIS_PROCESS = new KafkaConsumers();
  private static final long KEPT_IDLE_NANOS = Duration.ofMinutes(10).toNanos();

  private final Map<Object, Deque<Idle>> idle = new HashMap<>();
  private final Set<KafkaConsumer<byte[], byte[]>> borrowed = new HashSet<>();
  private boolean ended;

  private record Idle(KafkaConsumer<byte[], byte[]> consumer, long since) {}

  private KafkaConsumers() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::end, "lakebeam-kafka-consumers"));
  }

  static KafkaConsumers ofThisProcess() {
    return OF_THIS_PROCESS;
  }

  /** A consumer for the borrower's thread until it is given back. */
  final class Borrowed implements AutoCloseable {
    private final Object key;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private boolean sound;

    private Borrowed(Object key, KafkaConsumer<byte[], byte[]> consumer) {
      this.key = key;
      this.consumer = consumer;
    }

    KafkaConsumer<byte[], byte[]> consumer() {
      return consumer;
    }

    /** The work is done without an error, so the next borrower may have this consumer. */
    void sound() {
      sound = true;
    }

    @Override
    public void close() {
      giveBack(this);
    }
  }

  Borrowed borrow(KafkaSettings settings) {
    List<KafkaConsumer<byte[], byte[]>> stale = new ArrayList<>();
    KafkaConsumer<byte[], byte[]> consumer = null;
    synchronized (this) {
      long now = System.nanoTime();
      for (Deque<Idle> each : idle.values()) {
        while (!each.isEmpty() && now - each.peekFirst().since() > KEPT_IDLE_NANOS) {
          stale.add(each.removeFirst().consumer());
        }
      }
      Deque<Idle> ready = idle.get(settings.key());
      if (ready != null && !ready.isEmpty()) {
        consumer = ready.removeLast().consumer();
        borrowed.add(consumer);
      }
    }
    stale.forEach(KafkaConsumers::close);
    if (consumer == null) {
      consumer = settings.newConsumer();
      synchronized (this) {
        borrowed.add(consumer);
      }
    }
    return new Borrowed(settings.key(), consumer);
  }

  private void giveBack(Borrowed back) {
    boolean keep;
    if (back.sound) {
      back.consumer.assign(List.of());
    }
    synchronized (this) {
      borrowed.remove(back.consumer);
      keep = back.sound && !ended;
      if (keep) {
        idle.computeIfAbsent(back.key, key -> new ArrayDeque<>())
            .addLast(new Idle(back.consumer, System.nanoTime()));
      }
    }
    if (!keep) {
      close(back.consumer);
    }
  }

  /** How many wait for a borrower with these settings. */
  synchronized int idle(KafkaSettings settings) {
    return idle.getOrDefault(settings.key(), new ArrayDeque<>()).size();
  }

  private void end() {
    List<KafkaConsumer<byte[], byte[]>> all = new ArrayList<>();
    synchronized (this) {
      ended = true;
      idle.values().forEach(each -> each.forEach(one -> all.add(one.consumer())));
      idle.clear();
      // A consumer in use is its thread's: it is only told to stop.
      borrowed.forEach(KafkaConsumer::wakeup);
    }
    all.forEach(KafkaConsumers::close);
  }

  private static void close(KafkaConsumer<byte[], byte[]> consumer) {
    consumer.close(Duration.ZERO);
  }
}
