package io.lakebeam.simulation;

import io.lakebeam.pipeline.AdditiveView;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledUpsert;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.pipeline.graph.TestingGraph;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A pipeline of simulations, in all the editions that its author makes of it. Compiled and planned
 * once, because that takes longer than a simulation.
 */
abstract class SimulatedPipeline {
  /** They tell every plan, and every disturbance; held, because the JDK forgets a level. */
  private static final List<Logger> LOUD =
      List.of(Logger.getLogger("org.apache.beam"), Logger.getLogger("io.lakebeam.delta"));

  private final Map<String, Edited> editions = new HashMap<>();

  /**
   * An edition as it is declared, and its graphs by the columns that were found.
   *
   * @param graphs with no columns found, and with those that runs have met
   */
  private record Edited(CompiledPipeline compiled, Map<List<List<String>>, TestingGraph> graphs) {
    TestingGraph graph(CompiledPipeline grown) {
      List<List<String>> found =
          grown.readSources().stream().map(source -> source.newFields().added()).toList();
      return graphs.computeIfAbsent(found, columns -> new TestingGraph(grown));
    }
  }

  /**
   * @param editions the YAML of each
   */
  SimulatedPipeline(Path folder, List<String> editions) {
    LOUD.forEach(logger -> logger.setLevel(Level.SEVERE));
    for (String yaml : editions) {
      CompiledPipeline compiled = new TestingPipeline(folder).yaml(yaml).compile();
      Edited edited = new Edited(compiled, new HashMap<>());
      edited.graph(compiled);
      this.editions.put(yaml, edited);
    }
  }

  /**
   * The edition that the next run goes by.
   *
   * @param before that of the run before; empty for the first
   * @param isLast true for the run that ends a simulation
   */
  abstract String edit(Random random, String before, boolean isLast);

  /** In a few words. */
  abstract String described(String edition);

  /** What a run is asked to compute anew, if anything. */
  Set<String> anew(Random random) {
    return Set.of();
  }

  /** True when files may change and go, and strangers delete rows. */
  boolean isMeddledWith() {
    return false;
  }

  /** True when the topic may lose records that were read. */
  boolean losesRecords() {
    return false;
  }

  /** True when rows are looked up in the reference file. */
  boolean looksUp() {
    return false;
  }

  /** How long runs are, in usual ones. */
  int length() {
    return 1;
  }

  /**
   * Holds a lake at rest against what the sources have.
   *
   * @return how much of what was looked at
   */
  abstract Map<String, Integer> check(String lake, LakeWatch watch, TestingSources sources);

  /**
   * @param grown an edition, with the columns that were found
   */
  TestingGraph graph(String edition, CompiledPipeline grown) {
    return editions.get(edition).graph(grown);
  }

  /** The pipeline by a name, on another lake, with reference files beside it. */
  CompiledPipeline in(String lake, String name, String edition) {
    CompiledPipeline compiled = editions.get(edition).compiled();
    PipelineSpec declared = compiled.spec();
    PipelineSpec spec =
        new PipelineSpec(
            name,
            declared.description(),
            declared.at(),
            lake,
            TestingFileSystem.STORAGE,
            declared.commitEvery(),
            declared.maxRowsPerEpoch(),
            declared.parameters(),
            declared.functions(),
            declared.sources().stream().map(source -> beside(lake, source)).toList(),
            declared.datasets(),
            declared.sinks(),
            declared.mirrors(),
            declared.notifications(),
            declared.lineage(),
            declared.freshness(),
            declared.trust(),
            declared.expansions());
    return new CompiledPipeline(
        spec,
        compiled.graph(),
        compiled.tables().stream().map(table -> in(spec, table)).toList(),
        compiled.windows().stream().map(windows -> in(spec, windows)).toList(),
        compiled.upserts().stream().map(upsert -> in(spec, upsert)).toList(),
        compiled.views().stream().map(view -> in(spec, view)).toList());
  }

  private static SourceSpec beside(String lake, SourceSpec source) {
    return source.reference()
        ? source.withConnection(new SourceSpec.Files(TestingReference.beside(lake)))
        : source;
  }

  private static CompiledTable in(PipelineSpec spec, CompiledTable table) {
    return new CompiledTable(
        table.name(),
        TablePaths.of(spec, table.name()),
        TablePaths.of(spec, table.name()),
        table.comment(),
        table.quarantineName(),
        table.columns(),
        table.storesRaw(),
        table.partitionBy(),
        table.rules(),
        table.verdicts(),
        table.duplicates(),
        table.flows(),
        table.mask());
  }

  private static CompiledWindows in(PipelineSpec spec, CompiledWindows windows) {
    return new CompiledWindows(
        in(spec, windows.table()),
        windows.upstream(),
        TablePaths.of(spec, windows.upstream()),
        windows.upstreamSchema(),
        windows.query());
  }

  private static CompiledUpsert in(PipelineSpec spec, CompiledUpsert upsert) {
    return new CompiledUpsert(
        upsert.name(),
        TablePaths.of(spec, upsert.name()),
        upsert.comment(),
        upsert.upstream(),
        TablePaths.of(spec, upsert.upstream()),
        upsert.upstreamSchema(),
        upsert.query(),
        upsert.partitionBy(),
        upsert.lineage());
  }

  private static CompiledView in(PipelineSpec spec, CompiledView of) {
    return of instanceof ComputedView view ? in(spec, view) : in(spec, (AdditiveView) of);
  }

  private static ComputedView in(PipelineSpec spec, ComputedView view) {
    TreeMap<String, ComputedView.Table> tables = new TreeMap<>();
    view.tables()
        .forEach(
            (name, table) ->
                tables.put(
                    name, new ComputedView.Table(TablePaths.of(spec, name), table.schema())));
    return new ComputedView(
        view.name(),
        TablePaths.of(spec, view.name()),
        view.comment(),
        tables,
        view.query(),
        view.partitionBy(),
        view.why(),
        view.rules(),
        view.verdicts());
  }

  private static AdditiveView in(PipelineSpec spec, AdditiveView view) {
    return new AdditiveView(
        view.name(),
        TablePaths.of(spec, view.name()),
        view.comment(),
        view.upstream(),
        TablePaths.of(spec, view.upstream()),
        view.upstreamSchema(),
        view.query(),
        view.partitionBy());
  }
}
