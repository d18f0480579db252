package io.lakebeam.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.lake.EventFilter;
import io.lakebeam.lake.EventJson;
import io.lakebeam.lake.UsageException;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** The page of events. */
final class EventsApi {
  private static final int SHOWN = 200;
  private static final int MOST_SHOWN = 10_000;

  private final ConsolePipeline pipeline;

  EventsApi(ConsolePipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Events, the newest first. */
  JsonNode events(Request request) {
    EventFilter filter =
        new EventFilter(
            pipeline.compiled().name(),
            level(request.text("level")),
            request.words("type"),
            request.words("dataset"),
            request.whole("epoch"),
            request.time("since"));
    String update = request.text("update");
    int limit = request.number("limit", SHOWN, MOST_SHOWN);
    List<EventHistory.Told> all = pipeline.events().all();
    ObjectNode root = ConsoleApi.MAPPER.createObjectNode();
    ArrayNode events = root.putArray("events");
    TreeSet<String> types = new TreeSet<>();
    long found = 0;
    for (int i = all.size() - 1; i >= 0; i--) {
      EventHistory.Told event = all.get(i);
      types.add(event.type());
      boolean isOfUpdate = update.isEmpty() || update.equals(event.update());
      if (isOfUpdate && filter.isOf(event.columns()) && found++ < limit) {
        events.add(EventJson.of(event.columns()));
      }
    }
    types.forEach(root.putArray("types")::add);
    return root.put("found", found);
  }

  private static EventFilter.Level level(String word) {
    if (word.isEmpty()) {
      return EventFilter.Level.METRICS;
    }
    try {
      return EventFilter.Level.valueOf(word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "there is no level " + word + ": there are metrics, info, warn, error");
    }
  }
}
