package io.lakebeam.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * The stacks of a recording, grouped by what they serve.
 *
 * @param parts most samples first
 */
record Profile(List<Part> parts, long samples) {
  private static final int FRAMES = 6;
  private static final String SAMPLE = "jdk.ExecutionSample";

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
    Map<Purpose, Map<String, Long>> parts = new HashMap<>();
    long samples = 0;
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        RecordedStackTrace stack = event.getStackTrace();
        if (!event.getEventType().getName().equals(SAMPLE) || stack == null) {
          continue;
        }
        List<RecordedFrame> frames = stack.getFrames();
        samples++;
        parts
            .computeIfAbsent(Purpose.of(frames), unused -> new HashMap<>())
            .merge(name(frames.get(0)), 1L, Long::sum);
      }
    }
    return new Profile(ordered(parts), samples);
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
