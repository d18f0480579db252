package io.lakebeam.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.epoch.FullRefresh;
import java.time.Instant;
import java.util.Locale;

/** What the event log says of what people ask for. */
final class UserEvents {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private UserEvents() {}

  /**
   * That somebody has asked to compute tables anew.
   *
   * @param by who; empty when nobody knows
   */
  static Event of(FullRefresh refresh, Instant at, String by) {
    ObjectNode details = MAPPER.createObjectNode();
    ObjectNode told =
        details.putObject("user_action").put("action", "FULL_REFRESH").put("user_name", by);
    refresh.asked().forEach(told.putArray("datasets")::add);
    refresh.tables().forEach(told.putArray("computed_anew")::add);
    return new Event(
        String.join("/", "user_action", refresh.id()),
        at,
        "user_action",
        "INFO",
        null,
        refresh.number(),
        String.format(
            Locale.ROOT,
            "%s asks to compute %s anew: from epoch %d on that is done with %s, beside what their"
                + " readers see",
            by.isEmpty() ? "somebody" : by,
            String.join(", ", refresh.asked()),
            refresh.number(),
            String.join(", ", refresh.tables())),
        details.toString());
  }

  /** What somebody has asked for of refused rows. */
  static Event of(EventLog.UserAction action) {
    ObjectNode details = MAPPER.createObjectNode();
    ObjectNode told =
        details
            .putObject("user_action")
            .put("action", action.action().toUpperCase(Locale.ROOT))
            .put("user_name", action.by())
            .put("request", action.number())
            .put("reason", action.reason().isEmpty() ? null : action.reason());
    ObjectNode rows = told.putObject("num_rows");
    action.rows().forEach(rows::put);
    long all = action.rows().values().stream().mapToLong(Long::longValue).sum();
    return new Event(
        String.join("/", "user_action", Long.toString(action.number())),
        action.at(),
        "user_action",
        "INFO",
        null,
        null,
        String.format(
            Locale.ROOT,
            "%s asks to %s %d refused row%s of %s (request %d)%s",
            action.by().isEmpty() ? "somebody" : action.by(),
            action.action(),
            all,
            all == 1 ? "" : "s",
            String.join(", ", action.rows().keySet()),
            action.number(),
            action.reason().isEmpty() ? "" : ": " + action.reason()),
        details.toString());
  }
}
