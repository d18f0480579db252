package io.lakebeam.pipeline.graph.plan;

import io.lakebeam.epoch.EpochPlan;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an unbounded root takes its plans from. Lives in the JVM that plans; the root finds it by
 * its key, because a source travels and a planner does not.
 */
public interface PlanFeed {
  /**
   * The next plan, once there is one.
   *
   * @return empty when there is none after a short wait; the caller asks again
   */
  Optional<EpochPlan> next() throws InterruptedException;

  /** True when no further plan comes. */
  boolean hasEnded();

  /** Waits a little while nothing is under way, so that idle workers do not burn a core. */
  void napWhileIdle() throws InterruptedException;

  /** Makes a feed known under a key. */
  static void open(String key, PlanFeed feed) {
    Feeds.OPEN.put(key, feed);
  }

  static void close(String key) {
    Feeds.OPEN.remove(key);
  }

  /** The feed of that key; empty once it is closed. */
  static Optional<PlanFeed> of(String key) {
    return Optional.ofNullable(Feeds.OPEN.get(key));
  }

  /** Feeds of this JVM. */
  final class Feeds {
    private static final Map<String, PlanFeed> OPEN = new ConcurrentHashMap<>();

    private Feeds() {}
  }
}
