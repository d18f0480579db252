package io.lakebeam.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * The stacks of a recording, grouped by what they serve.
 *
 * @param parts most samples first
 * @param withoutStep samples of threads that were at no step of the graph
 */
record Profile(List<Part> parts, long samples, long withoutStep) {
  private static final int FRAMES = 6;
  private static final String SAMPLE = "jdk.ExecutionSample";
  private static final String STEP = "io.lakebeam.Step";

  /** The samples of one purpose, and the methods that were on top most often. */
  record Part(String name, long samples, List<TopFrame> topFrames) {}

  /**
   * A method.
   *
   * @param share of its part's samples
   */
  record TopFrame(String name, double share) {}

  /** Reads a recording. */
  static Profile of(Path recording) throws IOException {
    Map<Long, NavigableMap<Instant, String>> steps = steps(recording);
    Map<Purpose, Map<String, Long>> parts = new HashMap<>();
    long samples = 0;
    long withoutStep = 0;
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        RecordedStackTrace stack = event.getStackTrace();
        if (!event.getEventType().getName().equals(SAMPLE) || stack == null) {
          continue;
        }
        String step = step(steps, event);
        List<RecordedFrame> frames = stack.getFrames();
        samples++;
        withoutStep += step.isEmpty() ? 1 : 0;
        parts
            .computeIfAbsent(Purpose.of(step, frames), unused -> new HashMap<>())
            .merge(name(frames.get(0)), 1L, Long::sum);
      }
    }
    return new Profile(ordered(parts), samples, withoutStep);
  }

  /** By thread, the step at each moment that one was seen. */
  private static Map<Long, NavigableMap<Instant, String>> steps(Path recording) throws IOException {
    Map<Long, NavigableMap<Instant, String>> steps = new HashMap<>();
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        if (event.getEventType().getName().equals(STEP)) {
          steps
              .computeIfAbsent(event.getLong("worker"), unused -> new TreeMap<>())
              .put(event.getStartTime(), event.getString("step"));
        }
      }
    }
    return steps;
  }

  /** The step seen nearest to a sample; steps last much longer than the time between two looks. */
  private static String step(Map<Long, NavigableMap<Instant, String>> steps, RecordedEvent sample) {
    long thread = sample.getThread("sampledThread").getJavaThreadId();
    NavigableMap<Instant, String> seen = steps.getOrDefault(thread, new TreeMap<>());
    Map.Entry<Instant, String> before = seen.floorEntry(sample.getStartTime());
    Map.Entry<Instant, String> after = seen.ceilingEntry(sample.getStartTime());
    return List.of(distance(before, sample), distance(after, sample)).stream()
        .filter(look -> look.nanos() < 30_000_000)
        .min(Comparator.comparingLong(Look::nanos))
        .map(Look::step)
        .orElse("");
  }

  private record Look(long nanos, String step) {}

  private static Look distance(Map.Entry<Instant, String> seen, RecordedEvent sample) {
    if (seen == null) {
      return new Look(Long.MAX_VALUE, "");
    }
    long nanos = java.time.Duration.between(seen.getKey(), sample.getStartTime()).abs().toNanos();
    return new Look(nanos, seen.getValue());
  }

  private static List<Part> ordered(Map<Purpose, Map<String, Long>> parts) {
    List<Part> ordered = new ArrayList<>();
    parts.forEach(
        (purpose, frames) -> {
          long samples = frames.values().stream().mapToLong(Long::longValue).sum();
          List<TopFrame> top =
              frames.entrySet().stream()
                  .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                  .limit(FRAMES)
                  .map(frame -> new TopFrame(frame.getKey(), frame.getValue() * 1.0 / samples))
                  .toList();
          ordered.add(new Part(purpose.words(), samples, top));
        });
    ordered.sort(Comparator.comparingLong(Part::samples).reversed());
    return ordered;
  }

  private static String name(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethod().getName();
  }
}
