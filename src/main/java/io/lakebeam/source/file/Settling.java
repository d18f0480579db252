package io.lakebeam.source.file;

import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.source.SourceReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * Tells files that are whole from those that somebody may still be writing. A file is taken for
 * whole when nothing was written to it for {@link #TIME}: by its time, or, where the clocks of the
 * store and of this machine differ, because it looked the same for so long. Used by one thread.
 */
final class Settling {
  static final Duration TIME = Duration.ofSeconds(2);

  /** Stores where a file appears with all of its bytes. */
  private static final Set<String> WHOLE_AT_ONCE = Set.of("s3a", "gs");

  private final boolean isWholeAtOnce;
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
   * @param pattern of the files
   */
  Settling(String pattern, Clock clock, Wait wait) {
    int colon = pattern.indexOf(":/");
    this.isWholeAtOnce = colon > 0 && WHOLE_AT_ONCE.contains(pattern.substring(0, colon));
    this.clock = clock;
    this.wait = wait;
  }

  /** By this machine's clock. */
  static Settling of(String pattern) {
    return new Settling(pattern, Clock.systemUTC(), time -> Thread.sleep(time.toMillis()));
  }

  /** A new listing begins: what it does not show again is forgotten. */
  void begin() {
    young = stillYoung;
    stillYoung = new HashMap<>();
  }

  boolean isWhole(FileIdentity file) {
    if (isWholeAtOnce) {
      return true;
    }
    Instant now = clock.instant();
    Instant written = Instant.ofEpochMilli(file.modifiedAt());
    if (!written.plus(TIME).isAfter(now)) {
      return true;
    }
    Instant first = young.getOrDefault(file, now);
    stillYoung.put(file, first);
    return !first.plus(TIME).isAfter(now);
  }

  /**
   * Waits until what the last listing showed as young has had its time.
   *
   * @throws CancellationException when the thread is interrupted
   */
  void await(String source) {
    try {
      wait.wait(TIME);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SourceReader.stopped(source);
    }
  }
}
