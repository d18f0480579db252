package io.lakebeam.spec;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long sources may bring nothing, and how old datasets may be, before somebody is told.
 *
 * @param silentAfter by source, of those that declare it
 * @param freshWithin by dataset, of those that declare it
 */
public record FreshnessSpec(Map<String, Duration> silentAfter, Map<String, Duration> freshWithin) {
  /** Nobody wants to know. */
  public static final FreshnessSpec NONE = new FreshnessSpec(Map.of(), Map.of());

  public FreshnessSpec {
    silentAfter = Collections.unmodifiableMap(new TreeMap<>(silentAfter));
    freshWithin = Collections.unmodifiableMap(new TreeMap<>(freshWithin));
  }

  public boolean isEmpty() {
    return silentAfter.isEmpty() && freshWithin.isEmpty();
  }
}
