package io.lakebeam.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.row.RowJson;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** An event as a JSON object, with its details as they are, and not as a text. */
public final class EventJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private EventJson() {}

  /**
   * Of an event.
   *
   * @param event by the columns of the event log
   */
  public static ObjectNode of(Map<String, @Nullable Object> event) {
    ObjectNode object = (ObjectNode) RowJson.value(event);
    if (object.path("details").isTextual()) {
      try {
        object.set("details", MAPPER.readTree(object.path("details").asText()));
      } catch (JsonProcessingException e) {
        return object; // somebody else has written it
      }
    }
    return object;
  }
}
