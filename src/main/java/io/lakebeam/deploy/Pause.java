package io.lakebeam.deploy;

import java.time.Duration;

/** Lets time pass, between a request and its repetition or between two looks at a run. */
@FunctionalInterface
public interface Pause {
  /** Returns after that time. */
  void pause(Duration time) throws InterruptedException;

  /** By this thread's sleep. */
  static Pause real() {
    return time -> Thread.sleep(time.toMillis());
  }
}
