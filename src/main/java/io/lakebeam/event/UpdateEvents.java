package io.lakebeam.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What the event log says of updates: that they begin, and how they end. */
final class UpdateEvents {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private UpdateEvents() {}

  /**
   * That an update begins.
   *
   * @param update its id
   */
  static List<Event> begun(String update, EventLog.UpdateBegun begun) {
    ObjectNode details = MAPPER.createObjectNode();
    ObjectNode told =
        details
            .putObject("create_update")
            .put("mode", begun.mode())
            .put("user_name", begun.by())
            .put("full_refresh", !begun.anew().isEmpty());
    begun.refreshed().forEach(told.putArray("refresh_selection")::add);
    begun.anew().forEach(told.putArray("full_refresh_selection")::add);
    Event created =
        new Event(
            String.join("/", "update", update, "create_update"),
            begun.at(),
            "create_update",
            "INFO",
            null,
            null,
            String.format(
                Locale.ROOT,
                "update %s begins, %s%s%s",
                update,
                begun.mode().toLowerCase(Locale.ROOT),
                begun.refreshed().isEmpty() ? "" : ", only " + String.join(", ", begun.refreshed()),
                begun.by().isEmpty() ? "" : ", started by " + begun.by()),
            details.toString());
    return List.of(created, progress(update, "RUNNING", begun.at(), "is running", null));
  }

  /**
   * How it ends.
   *
   * @param why it has failed; null otherwise
   */
  static Event ended(String update, EventLog.UpdateState state, Instant at, @Nullable Problem why) {
    String told =
        why == null
            ? state == EventLog.UpdateState.COMPLETED ? "is completed" : "was stopped"
            : "has failed: " + why.sentence();
    return progress(update, state.name(), at, told, why);
  }

  /** That events of lineage have not reached their receiver. */
  static Event lost(String update, EventLog.LostLineage lost) {
    ObjectNode details = MAPPER.createObjectNode();
    details
        .putObject("lineage_not_delivered")
        .put("num_events", lost.events())
        .put("reason", lost.why());
    return new Event(
        String.join("/", "update", update, "lineage_not_delivered"),
        lost.at(),
        "lineage_not_delivered",
        "WARN",
        null,
        null,
        String.format(
            Locale.ROOT, "%d events of lineage are not delivered: %s", lost.events(), lost.why()),
        details.toString());
  }

  private static Event progress(
      String update, String state, Instant at, String told, @Nullable Problem why) {
    ObjectNode details = MAPPER.createObjectNode();
    details.putObject("update_progress").put("state", state);
    return new Event(
        String.join("/", "update", update, "progress", state),
        at,
        "update_progress",
        why == null ? "INFO" : "ERROR",
        null,
        null,
        "update " + update + " " + told,
        details.toString(),
        null,
        why);
  }
}
