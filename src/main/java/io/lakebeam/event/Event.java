package io.lakebeam.event;

import io.lakebeam.graph.Problem;
import java.time.Instant;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a row of the event log says.
 *
 * @param id unique among the events of the pipeline
 * @param at when
 * @param type in the words of Delta Live Tables, where these have one
 * @param level {@code METRICS}, {@code INFO}, {@code WARN} or {@code ERROR}
 * @param dataset that it is of; null for none
 * @param epoch that it is of; null for none
 * @param message one sentence
 * @param details JSON, an object with one member named as the type
 * @param flow that it is of; null for none
 * @param error what an update has failed with; null for none
 */
record Event(
    String id,
    Instant at,
    String type,
    String level,
    @Nullable String dataset,
    @Nullable Long epoch,
    String message,
    String details,
    @Nullable String flow,
    @Nullable Problem error) {

  /** Of no flow, and of no failure. */
  Event(
      String id,
      Instant at,
      String type,
      String level,
      @Nullable String dataset,
      @Nullable Long epoch,
      String message,
      String details) {
    this(id, at, type, level, dataset, epoch, message, details, null, null);
  }
}
