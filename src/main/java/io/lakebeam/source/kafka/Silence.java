package io.lakebeam.source.kafka;

import java.time.Duration;
import java.util.OptionalLong;

/** How long a broker has answered questions without sending a record. */
final class Silence {
  private OptionalLong since = OptionalLong.empty();

  /** It has sent something, or does not answer at all. */
  void ends() {
    since = OptionalLong.empty();
  }

  /**
   * It answers, and has sent nothing.
   *
   * @param nanos now, of a clock that only goes forward
   * @return since its first such answer
   */
  Duration lasts(long nanos) {
    if (since.isEmpty()) {
      since = OptionalLong.of(nanos);
    }
    return Duration.ofNanos(nanos - since.getAsLong());
  }
}
