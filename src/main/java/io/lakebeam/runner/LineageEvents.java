package io.lakebeam.runner;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.graph.ColumnGraph;
import io.lakebeam.graph.ColumnGraph.Edge;
import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.graph.DataflowGraph;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Influence;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.spec.OpenLineageSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.KnownSecrets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Events of OpenLineage, specification 2-0-2, for one update: a run of the job that the pipeline
 * is. Used by one thread at a time.
 */
final class LineageEvents {
  private static final String PRODUCER = "urn:lakebeam";
  private static final String SPEC = "https://openlineage.io/spec/";

  private final CompiledPipeline pipeline;
  private final OpenLineageSpec spec;
  private final String run;
  private final boolean isStreaming;
  private final Clock clock;
  private final ColumnGraph columns;
  private final Map<String, DatasetIdentity> identities = new TreeMap<>();
  private final Map<String, Written> written = new TreeMap<>();

  /** How an update stands. */
  enum State {
    START,
    RUNNING,
    COMPLETE,
    ABORT,
    FAIL
  }

  /** What an update has done to a dataset so far. */
  private static final class Written {
    private long rows;
    private long bytes;
    private long version = -1;
    private final Map<String, Long> failed = new TreeMap<>();
  }

  /**
   * @param run the update's id, a UUID
   */
  LineageEvents(
      CompiledPipeline pipeline, OpenLineageSpec spec, String run, Update.Mode mode, Clock clock) {
    this.pipeline = pipeline;
    this.spec = spec;
    this.run = run;
    this.isStreaming = mode == Update.Mode.CONTINUOUS;
    this.clock = clock;
    this.columns = new ColumnGraph(pipeline.graph());
    for (SourceSpec source : pipeline.spec().sources()) {
      identities.put(source.name(), DatasetIdentity.of(source));
    }
    for (DataflowGraph.Dataset dataset : pipeline.graph().datasets()) {
      identities.put(dataset.name(), DatasetIdentity.ofPath(pipeline.pathOf(dataset.name()).uri()));
    }
  }

  /** Adds what an epoch has done. */
  void add(EpochResult result) {
    for (EpochResult.DatasetResult dataset : result.datasets()) {
      Written all = written.computeIfAbsent(dataset.dataset(), each -> new Written());
      all.rows += dataset.accepted();
      all.bytes += dataset.bytes();
      all.version = Math.max(all.version, dataset.version());
      dataset.rules().forEach((rule, counts) -> all.failed.merge(rule, counts.failed(), Long::sum));
    }
  }

  /**
   * An event.
   *
   * @param problem why the update has failed; null otherwise
   */
  ObjectNode event(State state, Problem problem) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("eventType", state.name()).put("eventTime", clock.instant().toString());
    ObjectNode facets = event.putObject("run").put("runId", run).putObject("facets");
    if (problem != null) {
      facet(facets, "errorMessage", "1-0-0", "ErrorMessageRunFacet")
          .put("message", KnownSecrets.masked(problem.sentence()))
          .put("programmingLanguage", "JAVA");
    }
    ObjectNode job =
        event.putObject("job").put("namespace", spec.namespace()).put("name", spec.job());
    facet(job.putObject("facets"), "jobType", "2-0-2", "JobTypeJobFacet")
        .put("processingType", isStreaming ? "STREAMING" : "BATCH")
        .put("integration", "LAKEBEAM")
        .put("jobType", "PIPELINE");
    inputs(event.putArray("inputs"));
    ArrayNode outputs = event.putArray("outputs");
    pipeline.graph().datasets().forEach(dataset -> output(outputs.addObject(), dataset));
    return event
        .put("producer", PRODUCER)
        .put("schemaURL", SPEC + "2-0-2/OpenLineage.json#/$defs/RunEvent");
  }

  private void inputs(ArrayNode inputs) {
    Set<DatasetIdentity> told = new HashSet<>();
    for (DataflowGraph.Source source : pipeline.graph().sources()) {
      boolean isRead = !pipeline.graph().readersOf(source.name()).isEmpty();
      if (isRead && told.add(identities.get(source.name()))) {
        ObjectNode facets = identified(inputs.addObject(), source.name()).putObject("facets");
        schema(facets, source.schema());
      }
    }
  }

  private ObjectNode identified(ObjectNode object, String dataset) {
    DatasetIdentity identity = identities.get(dataset);
    return object.put("namespace", identity.namespace()).put("name", identity.name());
  }

  private void output(ObjectNode output, DataflowGraph.Dataset dataset) {
    ObjectNode facets = identified(output, dataset.name()).putObject("facets");
    schema(facets, dataset.schema());
    columnLineage(facets, dataset);
    Written done = written.get(dataset.name());
    if (done == null) {
      return;
    }
    if (done.version >= 0) {
      facet(facets, "version", "1-0-0", "DatasetVersionDatasetFacet")
          .put("datasetVersion", Long.toString(done.version));
    }
    if (!done.failed.isEmpty()) {
      ArrayNode assertions =
          facet(facets, "dataQualityAssertions", "1-0-0", "DataQualityAssertionsDatasetFacet")
              .putArray("assertions");
      done.failed.forEach(
          (rule, failed) ->
              assertions.addObject().put("assertion", rule).put("success", failed == 0));
    }
    facet(
            output.putObject("outputFacets"),
            "outputStatistics",
            "1-0-0",
            "OutputStatisticsOutputDatasetFacet")
        .put("rowCount", done.rows)
        .put("size", done.bytes);
  }

  private static ObjectNode facet(
      ObjectNode facets, String name, String version, String definition) {
    return facets
        .putObject(name)
        .put("_producer", PRODUCER)
        .put(
            "_schemaURL",
            SPEC + "facets/" + version + "/" + definition + ".json#/$defs/" + definition);
  }

  private static void schema(ObjectNode facets, TableSchema schema) {
    ArrayNode fields = facet(facets, "schema", "1-0-0", "SchemaDatasetFacet").putArray("fields");
    schema
        .columns()
        .forEach(
            column -> {
              ObjectNode field =
                  fields.addObject().put("name", column.name()).put("type", column.type().sql());
              if (!column.comment().isEmpty()) {
                field.put("description", column.comment());
              }
            });
  }

  private void columnLineage(ObjectNode facets, DataflowGraph.Dataset dataset) {
    ObjectNode facet = facet(facets, "columnLineage", "1-2-0", "ColumnLineageDatasetFacet");
    ObjectNode fields = facet.putObject("fields");
    for (String column : dataset.schema().names()) {
      List<Edge> into = columns.into(new ColumnOrigin(dataset.name(), column));
      if (!into.isEmpty() || !HiddenColumns.isReserved(column)) {
        inputFields(fields.putObject(column).putArray("inputFields"), into);
      }
    }
    inputFields(facet.putArray("dataset"), throughOwn(dataset.name()));
  }

  /** What decides about rows, with a column of the dataset itself told by what it comes from. */
  private List<Edge> throughOwn(String dataset) {
    List<Edge> all = new ArrayList<>();
    for (Edge edge : columns.intoRows(dataset)) {
      if (edge.influence() == Influence.CHECK) {
        continue;
      }
      if (!edge.from().relation().equals(dataset)) {
        all.add(edge);
        continue;
      }
      for (Edge up : columns.into(edge.from())) {
        all.add(new Edge(up.from(), dataset, "", edge.influence(), "", edge.by()));
      }
    }
    return all;
  }

  private void inputFields(ArrayNode array, List<Edge> edges) {
    Map<ColumnOrigin, Set<List<String>>> uses = new LinkedHashMap<>();
    for (Edge edge : edges) {
      uses.computeIfAbsent(edge.from(), each -> new LinkedHashSet<>())
          .add(
              List.of(
                  edge.influence().isDirect() ? "DIRECT" : "INDIRECT",
                  edge.influence().name(),
                  edge.by()));
    }
    uses.forEach(
        (column, ways) -> {
          ObjectNode field = identified(array.addObject(), column.relation());
          ArrayNode transformations =
              field.put("field", column.column()).putArray("transformations");
          for (List<String> way : ways) {
            transformations
                .addObject()
                .put("type", way.get(0))
                .put("subtype", way.get(1))
                .put("description", way.get(2))
                .put("masking", false);
          }
        });
  }
}
