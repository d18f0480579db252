package io.lakebeam.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.expectation.Expectation;
import io.lakebeam.pipeline.CompiledTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The page of expectations. */
final class QualityApi {
  /** Points of a curve: more epochs are added up. */
  private static final int MOST_POINTS = 120;

  private final ConsolePipeline pipeline;

  QualityApi(ConsolePipeline pipeline) {
    this.pipeline = pipeline;
  }

  private record Key(String dataset, String rule) {}

  private record Count(Instant at, long passed, long failed) {}

  /** Every expectation that is declared, or has judged rows; the one that fails most first. */
  JsonNode rules() {
    Map<Key, List<Count>> counts = counts();
    Map<Key, Expectation> declared = declared();
    declared.keySet().forEach(key -> counts.computeIfAbsent(key, each -> new ArrayList<>()));
    ObjectNode root = ConsoleApi.MAPPER.createObjectNode();
    ArrayNode rules = root.putArray("rules");
    counts.entrySet().stream()
        .sorted(
            Comparator.comparingDouble(
                    (Map.Entry<Key, List<Count>> each) -> -share(each.getValue()))
                .thenComparing(each -> each.getKey().dataset())
                .thenComparing(each -> each.getKey().rule()))
        .forEach(
            each ->
                rules.add(
                    json(
                        each.getKey(),
                        each.getValue(),
                        Optional.ofNullable(declared.get(each.getKey())))));
    return root;
  }

  /** What each has said of the rows of each epoch. */
  private Map<Key, List<Count>> counts() {
    Map<Key, List<Count>> counts =
        new TreeMap<>(Comparator.comparing(Key::dataset).thenComparing(Key::rule));
    for (EventHistory.Told event : pipeline.events().all()) {
      if (event.type().equals("flow_progress")) {
        for (JsonNode rule : event.details().path("data_quality").path("expectations")) {
          counts
              .computeIfAbsent(
                  new Key(event.dataset(), rule.path("name").asText()), key -> new ArrayList<>())
              .add(
                  new Count(
                      event.at(),
                      rule.path("passed_records").asLong(),
                      rule.path("failed_records").asLong()));
        }
      }
    }
    return counts;
  }

  private Map<Key, Expectation> declared() {
    Map<Key, Expectation> declared =
        new TreeMap<>(Comparator.comparing(Key::dataset).thenComparing(Key::rule));
    for (CompiledTable table : pipeline.compiled().streamingTables()) {
      String name =
          pipeline.compiled().upsert(table.name()).map(each -> each.name()).orElse(table.name());
      table.rules().forEach(rule -> declared.put(new Key(name, rule.name()), rule));
    }
    return declared;
  }

  private static double share(List<Count> counts) {
    long passed = counts.stream().mapToLong(Count::passed).sum();
    long failed = counts.stream().mapToLong(Count::failed).sum();
    return failed == 0 ? 0 : failed / (double) (failed + passed);
  }

  private static ObjectNode json(Key key, List<Count> counts, Optional<Expectation> rule) {
    ObjectNode node =
        ConsoleApi.MAPPER
            .createObjectNode()
            .put("dataset", key.dataset())
            .put("rule", key.rule())
            .put("passed", counts.stream().mapToLong(Count::passed).sum())
            .put("failed", counts.stream().mapToLong(Count::failed).sum());
    node.put("is_declared", rule.isPresent());
    rule.ifPresent(
        each ->
            node.put("condition", each.condition().strip().replaceAll("\\s+", " "))
                .put("action", each.onViolation().name().toLowerCase(Locale.ROOT)));
    ArrayNode points = node.putArray("points");
    int step = Math.max(1, (counts.size() + MOST_POINTS - 1) / MOST_POINTS);
    for (int i = 0; i < counts.size(); i += step) {
      List<Count> part = counts.subList(i, Math.min(counts.size(), i + step));
      points
          .addArray()
          .add(part.get(part.size() - 1).at().toString())
          .add(part.stream().mapToLong(Count::passed).sum())
          .add(part.stream().mapToLong(Count::failed).sum());
    }
    return node;
  }
}
