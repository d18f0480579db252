package io.lakebeam.source.file;

import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.source.SourceReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * Tells files that are whole from those that somebody may still be writing. A file is taken for
 * whole when nothing was written to it for some time: by its time, or, where the clocks of the
 * store and of this machine differ, because it looked the same for so long. Used by one thread.
 */
final class Settling {
  private final Duration time;
  private final Clock clock;
  private final Wait wait;
  private Map<FileIdentity, Instant> young = new HashMap<>();
  private Map<FileIdentity, Instant> stillYoung = new HashMap<>();

  /** Lets time pass. */
  @FunctionalInterface
  interface Wait {
    void wait(Duration time) throws InterruptedException;
  }

  /**
   * @param time zero where a file appears with all of its bytes
   */
  Settling(Duration time, Clock clock, Wait wait) {
    this.time = time;
    this.clock = clock;
    this.wait = wait;
  }

  /** By this machine's clock. */
  static Settling of(Duration time) {
    return new Settling(time, Clock.systemUTC(), each -> Thread.sleep(each.toMillis()));
  }

  Instant now() {
    return clock.instant();
  }

  /** A new listing begins: what it does not show again is forgotten. */
  void begin() {
    young = stillYoung;
    stillYoung = new HashMap<>();
  }

  boolean isWhole(FileIdentity file) {
    if (time.isZero()) {
      return true;
    }
    Instant now = clock.instant();
    Instant written = Instant.ofEpochMilli(file.modifiedAt());
    if (!written.plus(time).isAfter(now)) {
      return true;
    }
    Instant first = young.getOrDefault(file, now);
    stillYoung.put(file, first);
    return !first.plus(time).isAfter(now);
  }

  /**
   * Waits until what the last listing showed as young has had its time.
   *
   * @throws CancellationException when the thread is interrupted
   */
  void await(String source) {
    try {
      wait.wait(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SourceReader.stopped(source);
    }
  }
}
