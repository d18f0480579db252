package io.lakebeam.spec;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.secret.Expansions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A pipeline as declared, before its queries are read: what {@code pipeline.yaml} and the files it
 * names say, with parameters and environment substituted, except for secrets.
 *
 * @param lake URI or path under which every table of the pipeline lives
 * @param storage how to reach and sign in to the stores of the lake and of the sources
 * @param commitEvery the least time between two epochs of a continuous update
 * @param maxRowsPerEpoch bound on the rows that one epoch reads from streams
 * @param parameters names usable as {@code ${name}} in this pipeline's files, with their values
 * @param sinks where rows are delivered as they are committed
 * @param mirrors databases that show datasets as they are
 * @param notifications who is told when something happens
 * @param lineage where its lineage is told
 * @param freshness how long sources may be silent, and how old datasets may be
 * @param trust of whoever gave the command in whoever wrote the files
 * @param expansions hides what the environment has put into the files
 */
public record PipelineSpec(
    String name,
    String description,
    SourceLocation at,
    String lake,
    StorageSpec storage,
    Duration commitEvery,
    long maxRowsPerEpoch,
    Map<String, String> parameters,
    List<FunctionSpec> functions,
    List<SourceSpec> sources,
    List<DatasetSpec> datasets,
    List<SinkSpec> sinks,
    List<MirrorSpec> mirrors,
    List<NotificationSpec> notifications,
    Optional<OpenLineageSpec> lineage,
    FreshnessSpec freshness,
    Trust trust,
    Expansions expansions) {
  public PipelineSpec {
    parameters = Map.copyOf(parameters);
    functions = List.copyOf(functions);
    sources = List.copyOf(sources);
    datasets = List.copyOf(datasets);
    sinks = List.copyOf(sinks);
    mirrors = List.copyOf(mirrors);
    notifications = List.copyOf(notifications);
  }

  /**
   * This pipeline on another lake.
   *
   * @param otherLake URI, or absolute path
   */
  public PipelineSpec withLake(String otherLake) {
    return with(otherLake, storage, commitEvery, sources, datasets, sinks);
  }

  /** This pipeline with other stores, or another way to sign in to them. */
  public PipelineSpec withStorage(StorageSpec other) {
    return with(lake, other, commitEvery, sources, datasets, sinks);
  }

  /** This pipeline with other sources of the same names. */
  public PipelineSpec withSources(List<SourceSpec> others) {
    return with(lake, storage, commitEvery, others, datasets, sinks);
  }

  /** This pipeline with another dataset in the place of the one of its name. */
  public PipelineSpec withDataset(DatasetSpec other) {
    return with(
        lake,
        storage,
        commitEvery,
        sources,
        datasets.stream().map(each -> each.name().equals(other.name()) ? other : each).toList(),
        sinks);
  }

  /** This pipeline with other sinks, and no database that shows its datasets. */
  public PipelineSpec withSinks(List<SinkSpec> others) {
    return with(lake, storage, commitEvery, sources, datasets, others, List.of());
  }

  /** This pipeline, which delivers and tells nothing to anybody, of whatever age its tables are. */
  public PipelineSpec tellingNobody() {
    return new PipelineSpec(
        name,
        description,
        at,
        lake,
        storage,
        commitEvery,
        maxRowsPerEpoch,
        parameters,
        functions,
        sources,
        datasets,
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        FreshnessSpec.NONE,
        trust,
        expansions);
  }

  /** This pipeline with another least time between two epochs. */
  public PipelineSpec withCommitEvery(Duration other) {
    return with(lake, storage, other, sources, datasets, sinks);
  }

  private PipelineSpec with(
      String otherLake,
      StorageSpec otherStorage,
      Duration otherCommitEvery,
      List<SourceSpec> otherSources,
      List<DatasetSpec> otherDatasets,
      List<SinkSpec> otherSinks) {
    return with(
        otherLake,
        otherStorage,
        otherCommitEvery,
        otherSources,
        otherDatasets,
        otherSinks,
        mirrors);
  }

  private PipelineSpec with(
      String otherLake,
      StorageSpec otherStorage,
      Duration otherCommitEvery,
      List<SourceSpec> otherSources,
      List<DatasetSpec> otherDatasets,
      List<SinkSpec> otherSinks,
      List<MirrorSpec> otherMirrors) {
    return new PipelineSpec(
        name,
        description,
        at,
        otherLake,
        otherStorage,
        otherCommitEvery,
        maxRowsPerEpoch,
        parameters,
        functions,
        otherSources,
        otherDatasets,
        otherSinks,
        otherMirrors,
        notifications,
        lineage,
        freshness,
        trust,
        expansions);
  }

  /** How long tables keep refused rows, by table, of those that do not keep them for ever. */
  public Map<String, Duration> refusedRowsKept() {
    Map<String, Duration> kept = new TreeMap<>();
    datasets.forEach(
        dataset -> dataset.refused().keep().ifPresent(keep -> kept.put(dataset.name(), keep)));
    return kept;
  }

  /** What is kept as another kind than its author calls it; known once queries are read. */
  public List<Problem> notes() {
    return datasets.stream().flatMap(dataset -> dataset.note().stream()).toList();
  }

  /** A SQL function by the class that implements it (a {@code ScalarFunction}). */
  public record FunctionSpec(
      String name, String className, Optional<DataType> returns, SourceLocation at) {}
}
