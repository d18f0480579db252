package io.lakebeam.benchmark;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * Measures this JVM from its start on: one meter a process, made first thing. Batches are told by
 * one thread at a time.
 */
final class Meter {
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final long NANOS = 1_000_000;

  /** The JVM's start on the clock of {@link System#nanoTime}. */
  private final long jvmStart =
      System.nanoTime()
          - (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime())
              * NANOS;

  private final Set<String> heapPools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toSet());
  private final AtomicLong peakHeap = new AtomicLong();
  private final AtomicLong peakKept = new AtomicLong();
  private final List<Figures.Batch> ends = new ArrayList<>();
  private final Map<Long, Long> rows = new HashMap<>();
  private long compileNanos;
  private long readyAt;
  private long lastEnd;
  private long lastCpu;

  Meter() {
    // The heap is fullest right before a collection, and each collection tells how full that was.
    // Peaks of the single pools do not add up: they are of different moments.
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector)
          .addNotificationListener(
              (notification, handback) -> {
                GarbageCollectionNotificationInfo info =
                    GarbageCollectionNotificationInfo.from(
                        (CompositeData) notification.getUserData());
                raise(peakHeap, used(info.getGcInfo().getMemoryUsageBeforeGc()));
                raise(peakKept, used(info.getGcInfo().getMemoryUsageAfterGc()));
              },
              notification ->
                  GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(
                      notification.getType()),
              null);
    }
  }

  /** Tells how long compiling took, and that batches begin now. */
  void ready(long nanosOfCompiling) {
    compileNanos = nanosOfCompiling;
    readyAt = System.nanoTime();
    lastEnd = readyAt;
    lastCpu = PROCESS.getProcessCpuTime();
  }

  /** Tells that a batch has ended; its rows may be told later. */
  void end(long number) {
    long now = System.nanoTime();
    long cpu = PROCESS.getProcessCpuTime();
    ends.add(new Figures.Batch(number, 0, now - lastEnd, cpu - lastCpu));
    lastEnd = now;
    lastCpu = cpu;
  }

  /** Tells how many rows a batch had. */
  void rows(long number, long count) {
    rows.put(number, count);
  }

  /** Everything up to now. */
  Figures figures(String engine) {
    long end = System.nanoTime();
    raise(peakHeap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    long gcMillis =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
            .sum();
    return new Figures(
        engine,
        compileNanos,
        readyAt - jvmStart,
        end - jvmStart,
        PROCESS.getProcessCpuTime(),
        gcMillis * NANOS,
        NativeThreads.cpuNanos("C1 Compiler", "C2 Compiler"),
        NativeThreads.cpuNanos("GC Thread", "VM Thread"),
        peakHeap.get(),
        peakKept.get(),
        ends.stream()
            .map(
                batch ->
                    new Figures.Batch(
                        batch.number(), rows.get(batch.number()), batch.nanos(), batch.cpuNanos()))
            .toList());
  }

  private long used(Map<String, MemoryUsage> pools) {
    return pools.entrySet().stream()
        .filter(pool -> heapPools.contains(pool.getKey()))
        .mapToLong(pool -> pool.getValue().getUsed())
        .sum();
  }

  private static void raise(AtomicLong peak, long value) {
    peak.accumulateAndGet(value, Math::max);
  }
}
