package io.lakebeam.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** What the event log says of sources that are silent and of datasets that are not fresh. */
final class FreshnessEvents {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private FreshnessEvents() {}

  /**
   * That it begins, or is over.
   *
   * @param number among the events of the same source or dataset
   */
  static Event of(long number, Freshness freshness) {
    boolean isLate = freshness.isLate();
    ObjectNode details = MAPPER.createObjectNode();
    boolean isSource = freshness.kind() == Freshness.Kind.SOURCE;
    details
        .putObject(freshness.kind().type())
        .put("status", isLate ? "BEGUN" : "OVER")
        .put(isSource ? "source" : "dataset", freshness.name())
        .put("last_at", freshness.last().map(Instant::toString).orElse(null))
        .put(
            isSource ? "silent_after_seconds" : "fresh_within_seconds",
            freshness.limit().toSeconds());
    return new Event(
        String.join("/", freshness.kind().type(), freshness.name(), Long.toString(number)),
        freshness.at(),
        freshness.kind().type(),
        isLate ? "WARN" : "INFO",
        freshness.name(),
        null,
        isLate ? freshness.problem() + ": " + freshness.cause() : freshness.over(),
        details.toString());
  }
}
