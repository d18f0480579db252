package io.lakebeam.lake;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Which events are meant: those that meet all of it.
 *
 * @param pipeline by its name
 * @param level events that matter so much at least
 * @param types none for all
 * @param datasets or sources; none for all, and for events of none
 * @param epoch empty for any
 * @param since empty for any time
 */
public record EventFilter(
    String pipeline,
    Level level,
    Set<String> types,
    Set<String> datasets,
    Optional<Long> epoch,
    Optional<Instant> since) {
  public EventFilter {
    types = Set.copyOf(types);
    datasets = Set.copyOf(datasets);
  }

  /** How much an event matters, the least first. */
  public enum Level {
    METRICS,
    INFO,
    WARN,
    ERROR;

    /** Of an event, by the columns of the event log. */
    public static Level of(Map<String, @Nullable Object> event) {
      try {
        return valueOf(String.valueOf(event.get("level")).toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        return ERROR; // of a Lakebeam to come: rather shown than missed
      }
    }
  }

  /**
   * True when an event is meant.
   *
   * @param event by the columns of the event log
   */
  public boolean isOf(Map<String, @Nullable Object> event) {
    return pipeline.equals(event.get("pipeline_name"))
        && Level.of(event).compareTo(level) >= 0
        && (types.isEmpty() || types.contains(String.valueOf(event.get("event_type"))))
        && (datasets.isEmpty() || datasets.contains(String.valueOf(event.get("dataset_name"))))
        && (epoch.isEmpty() || epoch.get().equals(event.get("epoch")))
        && since.filter(at -> ((Instant) event.get("timestamp")).isBefore(at)).isEmpty();
  }
}
