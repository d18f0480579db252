package io.lakebeam.demo;

import java.util.List;
import java.util.Map;
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
  private static final Logger ZOOKEEPER = Logger.getLogger("org.apache.zookeeper");

  /** Loggers that say something at each close of a healthy broker, with how it begins. */
  private static final Map<Logger, String> FAREWELLS =
      Map.of(
          Logger.getLogger("org.apache.kafka.clients.NetworkClient"),
          "[NodeToControllerChannelManager ",
          Logger.getLogger("org.apache.kafka.controller.QuorumController"),
          "[QuorumController id=1] Cancelling deferred write event ");

  private BrokerLogging() {}

  static void quieten() {
    QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
    FAREWELLS.forEach(
        (logger, beginning) ->
            logger.setFilter(
                line -> line.getMessage() == null || !line.getMessage().startsWith(beginning)));
    for (Logger logger : List.of(CLIENTS, ZOOKEEPER)) {
      if (logger.getLevel() == null) {
        logger.setLevel(Level.WARNING);
      }
    }
  }
}
