package io.lakebeam.review;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.quarantine.QuarantinedRow;
import io.lakebeam.quarantine.RowStates;
import io.lakebeam.row.RowJson;

/** Refused rows as JSON objects: what is said of the row begins with an underscore. */
public final class RefusedRowJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private RefusedRowJson() {}

  /** With what became of it. */
  public static ObjectNode of(QuarantinedRow row, RowStates.State state) {
    return of(row).put("_status", state.word());
  }

  public static ObjectNode of(QuarantinedRow row) {
    ObjectNode object = MAPPER.createObjectNode();
    object.put("_id", row.id());
    object.put("_table", row.table());
    row.values().forEach((column, value) -> object.set(column, RowJson.value(value)));
    object.put("_source", row.source());
    object.put("_position", row.position());
    object.put("_ingested_at", row.plannedAt().map(Object::toString).orElse(null));
    object.put("_epoch", row.epoch().orElse(null));
    row.failedRules().forEach(object.putArray("_failed_expectations")::add);
    object.put("_error", row.error().isEmpty() ? null : row.error());
    object.put("_raw", row.raw().isEmpty() ? null : row.raw());
    object.put("_raw_bytes", row.rawBytes());
    return object;
  }
}
