package io.lakebeam.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;

/**
 * How a view is kept up to date, and why not otherwise, as an event tells it.
 *
 * @param view its name
 * @param technique in the words of Delta Live Tables, such as {@code
 *     MAINTENANCE_TYPE_GROUP_AGGREGATE}
 * @param issue the code of what keeps it from following new rows alone; empty for nothing
 * @param text the same in words
 */
public record ViewPlanning(String view, String technique, String issue, String text)
    implements Serializable {
  /** New rows are added to their groups. */
  public static final String BY_GROUPS = "MAINTENANCE_TYPE_GROUP_AGGREGATE";

  /** Rows are computed again whose keys have changed. */
  public static final String BY_KEYS = "MAINTENANCE_TYPE_ROW_BASED";

  /** All of it is computed again. */
  public static final String WHOLE = "MAINTENANCE_TYPE_COMPLETE_RECOMPUTE";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  String message() {
    String how =
        switch (technique) {
          case BY_GROUPS -> " follows what comes to its table, group by group";
          case BY_KEYS -> " is computed again for the keys that have changed";
          default -> " is computed whole whenever a table that it reads has changed";
        };
    return "view " + view + how + (text.isEmpty() ? "" : ": " + text);
  }

  String details() {
    ObjectNode details = MAPPER.createObjectNode();
    ObjectNode told =
        details
            .putObject("planning_information")
            .putArray("technique_information")
            .addObject()
            .put("maintenance_type", technique)
            .put("is_chosen", true)
            .put("is_applicable", true);
    if (!issue.isEmpty()) {
      told.putArray("incrementalization_issues")
          .addObject()
          .put("issue_type", issue)
          .put("message", text);
    }
    return details.toString();
  }
}
