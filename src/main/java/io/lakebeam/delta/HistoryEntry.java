package io.lakebeam.delta;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * One version in a table's history.
 *
 * @param operation Delta's name for it, like {@code STREAMING UPDATE}
 * @param parameters what the operation was given, JSON values by name
 * @param metrics Delta's counts by name, like {@code numOutputRows}
 * @param engine who wrote it
 */
public record HistoryEntry(
    long version,
    Instant timestamp,
    String operation,
    Map<String, String> parameters,
    Map<String, String> metrics,
    String engine) {
  public HistoryEntry {
    Objects.requireNonNull(timestamp, "timestamp");
    Objects.requireNonNull(operation, "operation");
    Objects.requireNonNull(engine, "engine");
    parameters = Map.copyOf(parameters);
    metrics = Map.copyOf(metrics);
  }
}
