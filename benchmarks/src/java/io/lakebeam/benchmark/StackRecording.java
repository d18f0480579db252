package io.lakebeam.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import jdk.jfr.Recording;

/** A flight recording with a stack every ten milliseconds. */
final class StackRecording implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(10);

  private final Recording recording;

  private StackRecording(Recording recording) {
    this.recording = recording;
  }

  /** Starts recording; what was recorded is in the file once this is closed. */
  static StackRecording start(Path file) throws IOException {
    Recording recording = new Recording();
    recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
    recording.enable("jdk.NativeMethodSample").withPeriod(PERIOD);
    recording.enable("jdk.ObjectAllocationSample").withoutThreshold();
    recording.enable("jdk.GarbageCollection");
    recording.enable("jdk.Compilation").withoutThreshold();
    recording.setDestination(file);
    recording.start();
    return new StackRecording(recording);
  }

  @Override
  public void close() {
    recording.stop();
    recording.close();
  }
}
