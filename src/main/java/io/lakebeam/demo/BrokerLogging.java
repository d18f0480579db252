package io.lakebeam.demo;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps the broker's chatter off the console: its warnings speak of clusters to people who run
 * clusters. What stops it is still said.
 */
final class BrokerLogging {
  private static final List<String> SERVER =
      List.of(
          "kafka",
          "state.change.logger",
          "org.apache.kafka.controller",
          "org.apache.kafka.coordinator",
          "org.apache.kafka.image",
          "org.apache.kafka.metadata",
          "org.apache.kafka.raft",
          "org.apache.kafka.server",
          "org.apache.kafka.snapshot",
          "org.apache.kafka.storage",
          "org.apache.kafka.timeline");

  /** Held, because the JDK forgets the level of a logger that nobody holds. */
  private static final List<Logger> QUIET = SERVER.stream().map(Logger::getLogger).toList();

  private static final Logger CLIENTS = Logger.getLogger("org.apache.kafka");

  private BrokerLogging() {}

  static void quieten() {
    QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
    if (CLIENTS.getLevel() == null) {
      CLIENTS.setLevel(Level.WARNING);
    }
  }
}
