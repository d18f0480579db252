package io.lakebeam.runner;

import io.lakebeam.graph.ExplainedException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.quarantine.Retention;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Deletes refused rows that are too old between the epochs of a run: before its first one, then
 * once an hour. Rows that cannot be deleted now stop no update; they are tried again.
 */
final class HourlyRetention {
  private final Retention retention;
  private final Clock clock;
  private final UpdateListener listener;
  private Instant done = Instant.MIN;

  HourlyRetention(CompiledPipeline pipeline, Clock clock, UpdateListener listener) {
    this.retention = new Retention(pipeline, clock);
    this.clock = clock;
    this.listener = listener;
  }

  void look() {
    Instant hour = clock.instant().truncatedTo(ChronoUnit.HOURS);
    if (!hour.isAfter(done)) {
      return;
    }
    try {
      if (retention.expire()) {
        done = hour;
      }
    } catch (ExplainedException e) {
      done = hour;
      listener.warning(
          "refused rows that are too old could not be deleted: "
              + e.told().sentence()
              + "; that is tried again with the next run, or in an hour");
    }
  }
}
