package io.lakebeam.source.kafka;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brokers that this process has said to be away: said once, and once that they are back, however
 * many ranges wait for them. Thread-safe.
 */
final class Absences {
  private static final Absences OF_THIS_PROCESS = new Absences();

  private final Set<String> told = ConcurrentHashMap.newKeySet();

  static Absences ofThisProcess() {
    return OF_THIS_PROCESS;
  }

  /** True for the first to notice, who says it. */
  boolean begins(KafkaSettings settings) {
    return told.add(settings.toString());
  }

  /** True for the first to notice that it is over. */
  boolean ends(KafkaSettings settings) {
    return told.remove(settings.toString());
  }
}
