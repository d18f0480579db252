package io.lakebeam.runner;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
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
import io.openlineage.client.OpenLineage;
import java.net.URI;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Events of OpenLineage, in the types of its Java client, for one update: a run of the job that the
 * pipeline is. Used by one thread at a time.
 */
final class LineageEvents {
  /** The client's dates and times are text in its events. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .addModule(
              new SimpleModule().addSerializer(ZonedDateTime.class, ToStringSerializer.instance))
          .build();

  private final OpenLineage openLineage = new OpenLineage(URI.create("urn:lakebeam"));
  private final CompiledPipeline pipeline;
  private final OpenLineageSpec spec;
  private final UUID runId;
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
    this.runId = UUID.fromString(run);
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
    OpenLineage.RunFacetsBuilder run = openLineage.newRunFacetsBuilder();
    if (problem != null) {
      run.errorMessage(
          openLineage.newErrorMessageRunFacet(
              KnownSecrets.masked(problem.sentence()), "JAVA", null));
    }
    OpenLineage.JobFacets job =
        openLineage
            .newJobFacetsBuilder()
            .jobType(
                openLineage.newJobTypeJobFacet(
                    isStreaming ? "STREAMING" : "BATCH", "LAKEBEAM", "PIPELINE"))
            .build();
    return JSON.valueToTree(
        openLineage
            .newRunEventBuilder()
            .eventType(OpenLineage.RunEvent.EventType.valueOf(state.name()))
            .eventTime(clock.instant().atZone(ZoneOffset.UTC))
            .run(openLineage.newRun(runId, run.build()))
            .job(openLineage.newJob(spec.namespace(), spec.job(), job))
            .inputs(inputs())
            .outputs(pipeline.graph().datasets().stream().map(this::output).toList())
            .build());
  }

  private List<OpenLineage.InputDataset> inputs() {
    List<OpenLineage.InputDataset> inputs = new ArrayList<>();
    Set<DatasetIdentity> told = new HashSet<>();
    for (DataflowGraph.Source source : pipeline.graph().sources()) {
      boolean isRead = !pipeline.graph().readersOf(source.name()).isEmpty();
      DatasetIdentity identity = identities.get(source.name());
      if (isRead && told.add(identity)) {
        inputs.add(
            openLineage
                .newInputDatasetBuilder()
                .namespace(identity.namespace())
                .name(identity.name())
                .facets(
                    openLineage.newDatasetFacetsBuilder().schema(schema(source.schema())).build())
                .build());
      }
    }
    written.forEach(
        (dataset, done) -> {
          if (!done.failed.isEmpty()) {
            inputs.add(judged(identities.get(dataset), done.failed));
          }
        });
    return inputs;
  }

  /** By the specification, what is judged is an input. */
  private OpenLineage.InputDataset judged(DatasetIdentity identity, Map<String, Long> failed) {
    List<OpenLineage.DataQualityAssertionsDatasetFacetAssertions> assertions = new ArrayList<>();
    failed.forEach(
        (rule, rows) ->
            assertions.add(
                openLineage
                    .newDataQualityAssertionsDatasetFacetAssertionsBuilder()
                    .assertion(rule)
                    .success(rows == 0)
                    .build()));
    return openLineage
        .newInputDatasetBuilder()
        .namespace(identity.namespace())
        .name(identity.name())
        .inputFacets(
            openLineage
                .newInputDatasetInputFacetsBuilder()
                .dataQualityAssertions(openLineage.newDataQualityAssertionsDatasetFacet(assertions))
                .build())
        .build();
  }

  private OpenLineage.OutputDataset output(DataflowGraph.Dataset dataset) {
    DatasetIdentity identity = identities.get(dataset.name());
    OpenLineage.DatasetFacetsBuilder facets =
        openLineage
            .newDatasetFacetsBuilder()
            .schema(schema(dataset.schema()))
            .columnLineage(columnLineage(dataset));
    OpenLineage.OutputDatasetBuilder output =
        openLineage.newOutputDatasetBuilder().namespace(identity.namespace()).name(identity.name());
    Written done = written.get(dataset.name());
    if (done != null) {
      if (done.version >= 0) {
        facets.version(openLineage.newDatasetVersionDatasetFacet(Long.toString(done.version)));
      }
      output.outputFacets(
          openLineage
              .newOutputDatasetOutputFacetsBuilder()
              .outputStatistics(
                  openLineage.newOutputStatisticsOutputDatasetFacet(done.rows, done.bytes, null))
              .build());
    }
    return output.facets(facets.build()).build();
  }

  private OpenLineage.SchemaDatasetFacet schema(TableSchema schema) {
    return openLineage.newSchemaDatasetFacet(
        schema.columns().stream()
            .map(
                column ->
                    openLineage
                        .newSchemaDatasetFacetFieldsBuilder()
                        .name(column.name())
                        .type(column.type().sql())
                        .description(column.comment().isEmpty() ? null : column.comment())
                        .build())
            .toList());
  }

  private OpenLineage.ColumnLineageDatasetFacet columnLineage(DataflowGraph.Dataset dataset) {
    OpenLineage.ColumnLineageDatasetFacetFieldsBuilder fields =
        openLineage.newColumnLineageDatasetFacetFieldsBuilder();
    for (String column : dataset.schema().names()) {
      List<Edge> into = columns.into(new ColumnOrigin(dataset.name(), column));
      if (!into.isEmpty() || !HiddenColumns.isReserved(column)) {
        fields.put(
            column,
            openLineage
                .newColumnLineageDatasetFacetFieldsAdditionalBuilder()
                .inputFields(inputFields(into))
                .build());
      }
    }
    return openLineage.newColumnLineageDatasetFacet(
        fields.build(), inputFields(throughOwn(dataset.name())));
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

  private List<OpenLineage.InputField> inputFields(List<Edge> edges) {
    Map<ColumnOrigin, Set<OpenLineage.InputFieldTransformations>> uses = new LinkedHashMap<>();
    for (Edge edge : edges) {
      uses.computeIfAbsent(edge.from(), each -> new LinkedHashSet<>())
          .add(
              openLineage
                  .newInputFieldTransformationsBuilder()
                  .type(edge.influence().isDirect() ? "DIRECT" : "INDIRECT")
                  .subtype(edge.influence().name())
                  .description(edge.by())
                  .masking(false)
                  .build());
    }
    List<OpenLineage.InputField> inputs = new ArrayList<>();
    uses.forEach(
        (column, ways) -> {
          DatasetIdentity identity = identities.get(column.relation());
          inputs.add(
              openLineage
                  .newInputFieldBuilder()
                  .namespace(identity.namespace())
                  .name(identity.name())
                  .field(column.column())
                  .transformations(List.copyOf(ways))
                  .build());
        });
    return inputs;
  }
}
