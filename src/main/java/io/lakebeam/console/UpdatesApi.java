package io.lakebeam.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The pages of updates. */
final class UpdatesApi {
  private static final int SHOWN = 50;
  private static final int MOST_SHOWN = 1_000;

  private final ConsolePipeline pipeline;

  UpdatesApi(ConsolePipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** What is known of an update. */
  private static final class Known {
    private final String id;
    private final TreeMap<Long, List<EventHistory.Told>> epochs = new TreeMap<>();
    private @Nullable Instant begun;
    private @Nullable Instant ended;
    private String mode = "";
    private String by = "";
    private String state = "RUNNING";
    private String problem = "";

    Known(String id) {
      this.id = id;
    }

    void add(EventHistory.Told event) {
      begun = begun == null ? event.at() : begun;
      switch (event.type()) {
        case "create_update" -> {
          mode = event.details().path("mode").asText();
          by = event.details().path("user_name").asText();
        }
        case "update_progress" -> {
          String told = event.details().path("state").asText();
          if (!told.equals("RUNNING")) {
            state = told;
            ended = event.at();
            problem = event.problem();
          }
        }
        case "flow_progress" ->
            epochs.computeIfAbsent(event.epoch(), number -> new ArrayList<>()).add(event);
        default -> {}
      }
    }

    ObjectNode json(boolean isUnderWay) {
      String told = state.equals("RUNNING") && !isUnderWay ? "UNKNOWN" : state;
      ObjectNode node =
          ConsoleApi.MAPPER
              .createObjectNode()
              .put("id", id)
              .put("mode", mode.toLowerCase(Locale.ROOT))
              .put("by", by)
              .put("state", told.toLowerCase(Locale.ROOT))
              .put("begun", begun == null ? null : begun.toString())
              .put("ended", ended == null ? null : ended.toString())
              .put("epochs", epochs.size())
              .put("problem", problem);
      long records = 0;
      long rows = 0;
      long quarantined = 0;
      for (List<EventHistory.Told> flows : epochs.values()) {
        for (EventHistory.Told flow : flows) {
          records += flow.details().path("metrics").path("num_input_rows").asLong();
          rows += flow.details().path("metrics").path("num_output_rows").asLong();
          quarantined += flow.details().path("data_quality").path("quarantined_records").asLong();
        }
      }
      return node.put("input_rows", records)
          .put("output_rows", rows)
          .put("quarantined_rows", quarantined);
    }
  }

  /** Updates, the newest first. */
  JsonNode updates(Request request) {
    int limit = request.number("limit", SHOWN, MOST_SHOWN);
    List<Known> known = new ArrayList<>(known().values());
    ObjectNode root = ConsoleApi.MAPPER.createObjectNode();
    ArrayNode updates = root.putArray("updates");
    boolean isUnderWay = isUnderWay();
    for (int i = known.size() - 1; i >= Math.max(0, known.size() - limit); i--) {
      // Of two that say that they run, one has ended without a word.
      updates.add(known.get(i).json(isUnderWay && i == known.size() - 1));
    }
    return root.put("found", known.size());
  }

  /** One of them, with its epochs. */
  JsonNode update(String id) {
    Map<String, Known> all = known();
    Known known =
        Optional.ofNullable(all.get(id))
            .orElseThrow(() -> RefusedRequestException.notFound("update " + id));
    boolean isLast = new ArrayList<>(all.keySet()).indexOf(id) == all.size() - 1;
    ObjectNode root = known.json(isLast && isUnderWay());
    ArrayNode epochs = root.putArray("epoch_list");
    known.epochs.forEach(
        (number, flows) -> {
          ObjectNode epoch = epochs.addObject().put("number", number);
          epoch.put("at", flows.get(0).at().toString());
          ArrayNode datasets = epoch.putArray("datasets");
          for (EventHistory.Told flow : flows) {
            JsonNode metrics = flow.details().path("metrics");
            JsonNode quality = flow.details().path("data_quality");
            datasets
                .addObject()
                .put("name", flow.dataset())
                .put("status", flow.details().path("status").asText().toLowerCase(Locale.ROOT))
                .put("input_rows", metrics.path("num_input_rows").asLong())
                .put("output_rows", metrics.path("num_output_rows").asLong())
                .put("dropped_rows", quality.path("dropped_records").asLong())
                .put("quarantined_rows", quality.path("quarantined_records").asLong());
          }
        });
    return root;
  }

  private boolean isUnderWay() {
    return pipeline.status().filter(seen -> seen.status().holder().isPresent()).isPresent();
  }

  /** In the order in which they began. */
  private Map<String, Known> known() {
    Map<String, Known> known = new LinkedHashMap<>();
    for (EventHistory.Told event : pipeline.events().all()) {
      if (!event.update().isEmpty()) {
        known.computeIfAbsent(event.update(), Known::new).add(event);
      }
    }
    return known;
  }
}
