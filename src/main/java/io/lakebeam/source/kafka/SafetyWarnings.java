package io.lakebeam.source.kafka;

import io.lakebeam.spec.KafkaConsent;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Warnings of connections that their pipeline calls insecure: once for each source and broker,
 * however often it is looked at. Thread-safe.
 */
final class SafetyWarnings {
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  List<String> news(KafkaSettings settings, KafkaConsent consent) {
    boolean isNews =
        consent.insecure() && !settings.weaknesses().isEmpty() && told.add(settings.toString());
    return isNews
        ? List.of(
            "the source "
                + settings.source()
                + " is insecure, as the pipeline says: "
                + String.join("; ", settings.weaknesses()))
        : List.of();
  }
}
