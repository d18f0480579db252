package io.lakebeam.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.event.Freshness;
import io.lakebeam.graph.DataflowGraph;
import io.lakebeam.graph.DataflowGraph.Dataset;
import io.lakebeam.lake.StoredDatasets;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.runner.PipelineStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The page of a pipeline: what there is, how it flows, and how it stands. */
final class OverviewApi {
  /** Rates are of so long, up to the last epoch. */
  private static final Duration LATELY = Duration.ofMinutes(5);

  private final ConsolePipeline pipeline;

  OverviewApi(ConsolePipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** What came to a dataset lately. */
  private static final class Lately {
    private long in;
    private long out;
    private long quarantined;
    private boolean hasFailed;
  }

  /** Nodes, edges, and how the pipeline stands. */
  JsonNode overview() {
    CompiledPipeline of = pipeline.compiled();
    Optional<ConsolePipeline.Seen> seen = pipeline.status();
    Optional<PipelineStatus> status = seen.map(ConsolePipeline.Seen::status);
    ObjectNode root = ConsoleApi.MAPPER.createObjectNode().put("pipeline", of.name());
    root.put("seen_at", seen.map(each -> each.at().toString()).orElse(null));
    root.put("running", status.filter(each -> each.holder().isPresent()).isPresent());
    root.put(
        "run",
        status
            .flatMap(PipelineStatus::holder)
            .map(run -> run.run() + " on " + run.host() + " (process " + run.process() + ")")
            .orElse(null));
    root.put(
        "problem",
        status
            .flatMap(PipelineStatus::failure)
            .map(failure -> failure.told().problem())
            .orElse(null));
    status
        .flatMap(PipelineStatus::last)
        .ifPresent(
            plan -> {
              ObjectNode epoch = root.putObject("epoch").put("number", plan.number());
              epoch.put("planned_at", plan.plannedAt().toString());
              epoch.put(
                  "finished_at",
                  status.get().result().map(each -> each.finishedAt().toString()).orElse(null));
            });
    Map<String, Lately> lately = new HashMap<>();
    double seconds = lately(pipeline.events().all(), lately);
    ArrayNode nodes = root.putArray("nodes");
    DataflowGraph graph = of.graph();
    for (DataflowGraph.Source source : graph.sources()) {
      nodes.add(source(source, status));
    }
    Map<String, StoredDatasets.Stored> stored = new HashMap<>();
    StoredDatasets.of(of).forEach(each -> stored.put(each.name(), each));
    ArrayNode edges = root.putArray("edges");
    for (Dataset dataset : graph.datasets()) {
      Optional<StoredDatasets.Stored> table = Optional.ofNullable(stored.get(dataset.name()));
      Lately came = lately.getOrDefault(dataset.name(), new Lately());
      nodes.add(dataset(dataset, table, came, seconds, status));
      for (String input : dataset.inputs()) {
        edges
            .addObject()
            .put("from", input)
            .put("to", dataset.name())
            .put(
                "lookup",
                graph.source(input).filter(each -> each.kind().equals("reference")).isPresent());
      }
    }
    ArrayNode sinks = root.putArray("sinks");
    status.stream()
        .flatMap(each -> each.sinks().stream())
        .forEach(
            sink ->
                sinks
                    .addObject()
                    .put("name", sink.sink())
                    .put("dataset", sink.dataset())
                    .put("waiting", sink.rows())
                    .put("problem", sink.problem()));
    return root;
  }

  /** Adds up, and says of how many seconds. */
  private static double lately(List<EventHistory.Told> events, Map<String, Lately> into) {
    Instant last =
        events.stream()
            .filter(event -> event.type().equals("flow_progress"))
            .map(EventHistory.Told::at)
            .reduce((first, second) -> second)
            .orElse(Instant.EPOCH);
    Instant from = last.minus(LATELY);
    List<EventHistory.Told> flows =
        events.stream()
            .filter(event -> event.type().equals("flow_progress") && !event.at().isBefore(from))
            .toList();
    Instant first = flows.isEmpty() ? last : flows.get(0).at();
    for (EventHistory.Told event : flows) {
      Lately of = into.computeIfAbsent(event.dataset(), name -> new Lately());
      if (event.at().isAfter(first)) {
        // How long the first epoch has taken is not known: its rows are of no rate.
        JsonNode metrics = event.details().path("metrics");
        of.in += metrics.path("num_input_rows").asLong();
        of.out += metrics.path("num_output_rows").asLong();
      }
      of.quarantined += event.details().path("data_quality").path("quarantined_records").asLong();
      of.hasFailed = event.details().path("status").asText().equals("FAILED");
    }
    return Math.max(1, Duration.between(first, last).toMillis() / 1000.0);
  }

  private static ObjectNode source(DataflowGraph.Source source, Optional<PipelineStatus> status) {
    ObjectNode node =
        ConsoleApi.MAPPER
            .createObjectNode()
            .put("name", source.name())
            .put("kind", source.kind())
            .put("layer", "source")
            .put("reads", source.reads());
    String state = "unknown";
    Optional<PipelineStatus.Backlog> backlog =
        status.stream()
            .flatMap(each -> each.backlogs().stream())
            .filter(each -> each.source().equals(source.name()))
            .findFirst();
    if (backlog.isPresent()) {
      PipelineStatus.Backlog waits = backlog.get();
      // It may answer those who have its secrets: nothing is known of it here.
      state = waits.problem().isEmpty() ? "ok" : "unknown";
      node.put("waiting_records", waits.rows())
          .put("waiting_files", waits.files())
          .put("waiting_bytes", waits.bytes())
          .put("waiting_since", waits.oldest().map(Instant::toString).orElse(null))
          .put("problem", waits.problem());
    }
    Optional<Freshness> freshness =
        status.map(each -> each.freshness().get(source.name())).filter(Freshness::isLate);
    if (freshness.isPresent() && state.equals("ok")) {
      state = "late";
      node.put("problem", freshness.get().problem() + ": " + freshness.get().cause());
    }
    boolean isReference = source.kind().equals("reference");
    return node.put("state", isReference && state.equals("unknown") ? "ok" : state);
  }

  private static ObjectNode dataset(
      Dataset dataset,
      Optional<StoredDatasets.Stored> table,
      Lately came,
      double seconds,
      Optional<PipelineStatus> status) {
    Optional<Snapshot> snapshot = table.flatMap(StoredDatasets.Stored::snapshot);
    ObjectNode node =
        ConsoleApi.MAPPER
            .createObjectNode()
            .put("name", dataset.name())
            .put("kind", dataset.kind().words())
            .put("layer", dataset.layer())
            .put("rows", snapshot.flatMap(Snapshot::rows).orElse(null))
            .put("version", snapshot.map(Snapshot::version).orElse(null))
            .put("bytes", snapshot.map(Snapshot::bytes).orElse(null))
            .put("input_rate", came.in / seconds)
            .put("output_rate", came.out / seconds)
            .put("quarantined", came.quarantined)
            .put("lately_seconds", seconds);
    node.put(
        "changed_at",
        snapshot
            .flatMap(each -> PipelineStatus.lastChange(table.get().place()))
            .map(Instant::toString)
            .orElse(null));
    Optional<String> behind =
        status
            .filter(each -> each.behind().containsKey(dataset.name()))
            .map(each -> each.behind().get(dataset.name()));
    Optional<Freshness> late =
        status.map(each -> each.freshness().get(dataset.name())).filter(Freshness::isLate);
    String state = snapshot.isEmpty() ? "empty" : "ok";
    if (came.hasFailed || behind.isPresent()) {
      state = "failed";
      node.put("problem", behind.filter(told -> !told.isEmpty()).orElse("it is behind"));
    } else if (late.isPresent()) {
      state = "late";
      node.put("problem", late.get().problem() + ": " + late.get().cause());
    } else if (came.quarantined > 0) {
      state = "refusing";
    }
    return node.put("state", state);
  }
}
