package io.lakebeam.benchmark;

import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.metrics.MetricsContainer;
import org.apache.beam.sdk.metrics.MetricsEnvironment;

/**
 * A flight recording with stacks every ten milliseconds and, just as often, the step of the graph
 * that every thread of the direct runner is at.
 *
 * <p>The direct runner tells the step to nobody but its metrics, in a thread-local variable, which
 * this reads from another thread: by reflection and without changing anything. A torn read costs
 * one sample.
 */
final class StepRecording implements AutoCloseable {
  private static final int PERIOD_MILLIS = 10;

  private final Recording recording;
  private final ScheduledExecutorService sampler =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "step-sampler");
            thread.setDaemon(true);
            return thread;
          });
  private final Field threadLocals;
  private final Field table;
  private final Field value;
  private final Object variable;
  private final Field container;
  private final Field stepName;
  private ScheduledFuture<?> sampling;

  private StepRecording(Recording recording) {
    this.recording = recording;
    try {
      threadLocals = open(Thread.class, "threadLocals");
      Class<?> map = Class.forName("java.lang.ThreadLocal$ThreadLocalMap");
      table = open(map, "table");
      value = open(Class.forName("java.lang.ThreadLocal$ThreadLocalMap$Entry"), "value");
      variable = open(MetricsEnvironment.class, "CONTAINER_FOR_THREAD").get(null);
      container = open(MetricsEnvironment.MetricsContainerHolder.class, "container");
      stepName = open(MetricsContainerImpl.class, "stepName");
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK or this Beam keeps its steps elsewhere", e);
    }
  }

  /** Starts recording; what was recorded is in the file once this is closed. */
  static StepRecording start(Path file) throws IOException {
    Recording recording = new Recording();
    recording.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(PERIOD_MILLIS));
    recording.enable("jdk.NativeMethodSample").withPeriod(Duration.ofMillis(PERIOD_MILLIS));
    recording.enable("jdk.ObjectAllocationSample").withoutThreshold();
    recording.enable("jdk.GarbageCollection");
    recording.enable(StepEvent.class).withoutThreshold();
    recording.setDestination(file);
    StepRecording steps = new StepRecording(recording);
    recording.start();
    steps.sampling =
        steps.sampler.scheduleAtFixedRate(
            steps::sample, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return steps;
  }

  private void sample() {
    for (Thread thread : threads()) {
      String step = step(thread);
      if (step != null) {
        StepEvent event = new StepEvent();
        event.worker = thread.getId();
        event.step = step;
        event.commit();
      }
    }
  }

  private static List<Thread> threads() {
    ThreadGroup top = Thread.currentThread().getThreadGroup();
    while (top.getParent() != null) {
      top = top.getParent();
    }
    Thread[] threads = new Thread[top.activeCount() + 16];
    int found = top.enumerate(threads);
    return Arrays.asList(threads).subList(0, found);
  }

  private String step(Thread thread) {
    try {
      Object map = threadLocals.get(thread);
      Object entries = map == null ? null : table.get(map);
      for (int i = 0; entries != null && i < Array.getLength(entries); i++) {
        Object entry = Array.get(entries, i);
        if (entry instanceof Reference<?> reference && reference.refersTo(cast(variable))) {
          Object holder = value.get(entry);
          MetricsContainer current =
              holder == null ? null : (MetricsContainer) container.get(holder);
          return current instanceof MetricsContainerImpl ? (String) stepName.get(current) : null;
        }
      }
      return null;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("what was made accessible is not", e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> T cast(Object object) {
    return (T) object;
  }

  private static Field open(Class<?> owner, String name) throws NoSuchFieldException {
    Field field = owner.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  @Override
  public void close() {
    boolean hasFailed = sampling.isDone();
    sampler.shutdownNow();
    recording.stop();
    recording.close();
    if (hasFailed) {
      throw new IllegalStateException("sampling steps has failed", failure());
    }
  }

  private Throwable failure() {
    try {
      sampling.get();
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e;
    }
  }
}
