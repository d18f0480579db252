package io.lakebeam.runner;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.NotificationSpec.Occasion;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a notification says, in the form that its receiver takes.
 *
 * @param told without secrets
 * @param more what JSON says beside the problem
 * @param at when it is told
 */
record NotificationMessage(
    String pipeline, Occasion occasion, Problem told, Map<String, String> more, Instant at) {
  /** For programs. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("type", "lakebeam." + occasion).put("timestamp", at.toString());
    ObjectNode data = json.putObject("data");
    data.put("pipeline", pipeline);
    new TreeMap<>(more).forEach(data::put);
    data.put("problem", told.problem());
    if (occasion == Occasion.FAILED) {
      data.put("code", told.code().name());
    }
    data.put("cause", told.cause()).put("fix", told.fix());
    return json;
  }

  /** An adaptive card, as "Post to a channel when a webhook request is received" takes it. */
  ObjectNode teams() {
    ObjectNode message = JsonNodeFactory.instance.objectNode().put("type", "message");
    ObjectNode attachment =
        message
            .putArray("attachments")
            .addObject()
            .put("contentType", "application/vnd.microsoft.card.adaptive");
    ObjectNode card =
        attachment
            .putObject("content")
            .put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
            .put("type", "AdaptiveCard")
            .put("version", "1.4");
    card.putArray("body")
        .add(
            JsonNodeFactory.instance
                .objectNode()
                .put("type", "TextBlock")
                .put("weight", "Bolder")
                .put("size", "Medium")
                .put("text", title()))
        .add(
            JsonNodeFactory.instance
                .objectNode()
                .put("type", "TextBlock")
                .put("wrap", true)
                .put("text", text()));
    return message;
  }

  ObjectNode slack() {
    // Slack's own escapes: nothing that a record says becomes a link or a mention.
    String text =
        (title() + "\n" + text()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return JsonNodeFactory.instance.objectNode().put("text", text);
  }

  private String title() {
    return switch (occasion) {
      case FAILED -> pipeline + " has failed";
      case HEALED -> pipeline + " is well again";
      case BUDGET_EXCEEDED -> pipeline + ": over a budget";
      case NOT_FRESH, SOURCE_SILENT -> pipeline + ": " + told.problem();
    };
  }

  private String text() {
    if (occasion == Occasion.HEALED) {
      return "It had failed: " + told.cause();
    }
    return told.sentence() + (told.fix().isEmpty() ? "" : ". " + told.fix());
  }
}
