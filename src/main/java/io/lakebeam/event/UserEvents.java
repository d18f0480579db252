package io.lakebeam.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.epoch.FullRefresh;
import io.lakebeam.epoch.PipelineNames;
import java.time.Instant;
import java.util.Locale;

/** What the event log says of what people ask for, and of refused rows that are deleted. */
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

  /** That a pipeline got another name. */
  static Event of(PipelineNames.Renaming renaming) {
    ObjectNode details = MAPPER.createObjectNode();
    details
        .putObject("user_action")
        .put("action", "ADOPT")
        .put("user_name", renaming.by())
        .put("from", renaming.from())
        .put("to", renaming.to());
    return new Event(
        "user_action/adopt-" + renaming.number(),
        renaming.at(),
        "user_action",
        "INFO",
        null,
        null,
        String.format(
            Locale.ROOT,
            "%s calls pipeline %s %s: it goes on with what it has",
            renaming.by().isEmpty() ? "somebody" : renaming.by(),
            renaming.from(),
            renaming.to()),
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

  /**
   * That refused rows are deleted.
   *
   * @param request its number
   */
  static Event of(long request, Instant at, EventLog.ExpiredRows expired) {
    ObjectNode details = MAPPER.createObjectNode();
    details
        .putObject("quarantine_expired")
        .put("request", request)
        .put("refused_before", expired.before().toString())
        .put("num_rows", expired.rows())
        .put("num_open_rows", expired.open());
    return new Event(
        String.join("/", "quarantine_expired", Long.toString(request), expired.table()),
        at,
        "quarantine_expired",
        "INFO",
        expired.table(),
        null,
        String.format(
            Locale.ROOT,
            "%d row%s that %s has had since before %s %s deleted, %s of them open",
            expired.rows(),
            expired.rows() == 1 ? "" : "s",
            expired.quarantine(),
            expired.before(),
            expired.rows() == 1 ? "is" : "are",
            expired.open() == 0 ? "none" : Long.toString(expired.open())),
        details.toString());
  }
}
