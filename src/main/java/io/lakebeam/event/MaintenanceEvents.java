package io.lakebeam.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Locale;

/** What the event log says of how tables are looked after. */
final class MaintenanceEvents {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private MaintenanceEvents() {}

  /**
   * That files of a table are deleted.
   *
   * @param number of what was done at once
   */
  static Event of(long number, Instant at, EventLog.Maintenance done) {
    ObjectNode details = MAPPER.createObjectNode();
    details
        .putObject("maintenance_progress")
        .put("operation", done.operation())
        .put("status", "COMPLETED")
        .put("num_deleted_files", done.files())
        .put("num_deleted_bytes", done.bytes());
    return new Event(
        String.join("/", "maintenance_progress", Long.toString(number), done.table()),
        at,
        "maintenance_progress",
        "INFO",
        done.table(),
        null,
        String.format(
            Locale.ROOT,
            "%d file%s of %s that nobody needs %s deleted, %d bytes",
            done.files(),
            done.files() == 1 ? "" : "s",
            done.table(),
            done.files() == 1 ? "is" : "are",
            done.bytes()),
        details.toString());
  }
}
