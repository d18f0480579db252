package io.lakebeam.simulation;

import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.pipeline.graph.TestingGraph;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The pipeline of every simulation: a stream and files, a table over both with rules that drop and
 * quarantine, a table that follows it and is joined with one as it stands, its windows, a view. It
 * is edited between runs: a rule changes and changes back, and one day a table is declared that
 * follows another. Compiled and planned once, because that takes longer than a simulation.
 */
final class SimulatedPipeline {
  static final String NAME = "p";

  private static final String STEADY =
      """
      pipeline: p
      lake: "${LAKE:-./lake}"
      max_rows_per_epoch: 8
      sources:
        events:
          kafka: {bootstrap_servers: "localhost:9", topic: t}
          format: json
          schema: "id BIGINT, amount INT"
        reports: {files: "in/*.csv", format: csv, schema: "id BIGINT, amount INT"}
      datasets:
        bronze: {streaming_table: {from: events}}
        silver:
          streaming_table:
            flows:
              - {sql: "SELECT id, amount, TIMESTAMP_SECONDS(id) AS at FROM bronze"}
              - {sql: "SELECT id, amount, TIMESTAMP_SECONDS(id) AS at FROM reports"}
          expect:
            positive: {expect: amount > 0, on_violation: quarantine}
            small: {expect: amount < LIMIT, on_violation: drop}
        matched:
          streaming_table:
            sql: "SELECT s.id, s.amount FROM silver s LEFT SEMI JOIN bronze b
              ON b.amount = s.amount"
        closed:
          streaming_table:
            sql: "SELECT window.start AS at, MOD(amount, 2) AS k, COUNT(*) AS n, SUM(id) AS s
              FROM STREAM silver WATERMARK at DELAY OF INTERVAL 3 SECONDS
              GROUP BY window(at, '4 seconds', '2 seconds'), MOD(amount, 2)"
          expect:
            few: {expect: n < 2, on_violation: quarantine}
        totals:
          materialized_view:
            sql: "SELECT MOD(amount, 4) AS k, COUNT(*) AS n, SUM(id) AS s FROM silver
              GROUP BY MOD(amount, 4)"
      """;

  /** Of which runs compute tables anew. */
  private static final String REFRESHED =
      """
      pipeline: p
      lake: "${LAKE:-./lake}"
      max_rows_per_epoch: 8
      sources:
        events:
          kafka: {bootstrap_servers: "localhost:9", topic: t}
          format: json
          schema: "id BIGINT, amount INT"
        reports: {files: "in/*.csv", format: csv, schema: "id BIGINT, amount INT"}
      datasets:
        bronze: {streaming_table: {from: events}}
        silver:
          streaming_table:
            flows:
              - {sql: "SELECT id, amount FROM bronze"}
              - {sql: "SELECT id, amount FROM reports"}
          expect:
            positive: {expect: amount > 0, on_violation: quarantine}
            small: {expect: amount < LIMIT, on_violation: drop}
        all: {streaming_table: {sql: "SELECT id FROM silver"}}
        totals:
          materialized_view:
            sql: "SELECT MOD(amount, 4) AS k, COUNT(*) AS n, SUM(id) AS s FROM silver
              GROUP BY MOD(amount, 4)"
      """;

  /** What is declared one day. */
  private static final String LATE =
      """
        late: {streaming_table: {sql: "SELECT id, amount FROM bronze WHERE amount > 0"}}
      """;

  /** What the rule {@code small} has said, and says. */
  static final List<Integer> LIMITS = List.of(100, 30);

  /** They tell every plan, and every disturbance; held, because the JDK forgets a level. */
  private static final List<Logger> LOUD =
      List.of(Logger.getLogger("org.apache.beam"), Logger.getLogger("io.lakebeam.delta"));

  private final Map<Edition, Edited> editions = new HashMap<>();

  private final boolean isRefreshed;

  /**
   * @param isRefreshed true for the pipeline of which runs compute tables anew
   */
  SimulatedPipeline(Path folder, boolean isRefreshed) {
    this.isRefreshed = isRefreshed;
    LOUD.forEach(logger -> logger.setLevel(Level.SEVERE));
    for (int limit : LIMITS) {
      for (boolean hasLate : isRefreshed ? List.of(false) : List.of(false, true)) {
        String yaml =
            (isRefreshed ? REFRESHED : STEADY).replace("LIMIT", Integer.toString(limit))
                + (hasLate ? LATE : "");
        CompiledPipeline compiled = new TestingPipeline(folder).yaml(yaml).compile();
        editions.put(new Edition(limit, hasLate), new Edited(compiled, new TestingGraph(compiled)));
      }
    }
  }

  /** True for the pipeline of which runs compute tables anew. */
  boolean isRefreshed() {
    return isRefreshed;
  }

  /** What a run is asked to compute anew, if anything. */
  Set<String> anew(Random random) {
    Set<String> anew = new TreeSet<>();
    if (isRefreshed && random.nextInt(3) > 0) {
      for (String name : List.of("bronze", "silver", "all", "totals")) {
        if (random.nextInt(3) == 0) {
          anew.add(name);
        }
      }
    }
    return anew;
  }

  /** Holds a lake at rest against what the sources have. */
  LakeCheck.Compared check(String lake, LakeWatch watch, TestingSources sources) {
    return isRefreshed
        ? new RefreshCheck(lake, watch, sources).check()
        : new LakeCheck(lake, watch, sources).check();
  }

  /**
   * The pipeline as its author has left it.
   *
   * @param limit of the rule {@code small}
   * @param hasLate true once the table {@code late} is declared
   */
  record Edition(int limit, boolean hasLate) {}

  private record Edited(CompiledPipeline compiled, TestingGraph graph) {}

  TestingGraph graph(Edition edition) {
    return editions.get(edition).graph();
  }

  /** The pipeline on another lake. */
  CompiledPipeline in(String lake, Edition edition) {
    CompiledPipeline compiled = editions.get(edition).compiled();
    PipelineSpec declared = compiled.spec();
    PipelineSpec spec =
        new PipelineSpec(
            declared.name(),
            declared.description(),
            declared.at(),
            lake,
            TestingFileSystem.STORAGE,
            declared.commitEvery(),
            declared.maxRowsPerEpoch(),
            declared.parameters(),
            declared.functions(),
            declared.sources(),
            declared.datasets(),
            declared.trust(),
            declared.expansions());
    return new CompiledPipeline(
        spec,
        compiled.graph(),
        compiled.tables().stream().map(table -> in(spec, table)).toList(),
        compiled.windows().stream().map(windows -> in(spec, windows)).toList(),
        compiled.views().stream().map(view -> in(spec, view)).toList());
  }

  private static CompiledTable in(PipelineSpec spec, CompiledTable table) {
    return new CompiledTable(
        table.name(),
        TablePaths.of(spec, table.name()),
        TablePaths.of(spec, table.name()),
        table.comment(),
        table.columns(),
        table.storesRaw(),
        table.partitionBy(),
        table.rules(),
        table.verdicts(),
        table.duplicates(),
        table.flows());
  }

  private static CompiledWindows in(PipelineSpec spec, CompiledWindows windows) {
    return new CompiledWindows(
        in(spec, windows.table()),
        windows.upstream(),
        TablePaths.of(spec, windows.upstream()),
        windows.upstreamSchema(),
        windows.query());
  }

  private static CompiledView in(PipelineSpec spec, CompiledView view) {
    return new CompiledView(
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
