package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.graph.EpochGraph;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A runner's own counts of rows are those of the event log. */
class RowMetricsTest {
  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        events: {files: "in/*.csv", format: csv, schema: "id INT, ts TIMESTAMP, qty INT"}
      datasets:
        bronze: {streaming_table: {from: events}}
        silver:
          streaming_table: {sql: "SELECT id, ts, qty FROM bronze"}
          deduplicate: {by: [id], of: ts, within: 1h}
          expect:
            small: {expect: qty < 100, on_violation: quarantine}
            positive: {expect: qty > 0, on_violation: drop}
        counts:
          streaming_table:
            sql: "SELECT window.start AS t, COUNT(*) AS n FROM STREAM bronze WATERMARK ts DELAY OF INTERVAL 10 MINUTES GROUP BY window(ts, '5 minutes')"
        total: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM silver"}}
      """;

  @TempDir Path dir;

  private final Map<String, Long> counted = new TreeMap<>();
  private final Map<String, Long> logged = new TreeMap<>();

  @Test
  void theRunnerCountsAsTheEventLogDoes() {
    TestingPipeline project = new TestingPipeline(dir).yaml(PIPELINE);
    project.land(
        "1.csv",
        "id,ts,qty\n1,2026-01-01T10:00:00Z,1\n1,2026-01-01T10:01:00Z,1\n"
            + "2,2026-01-01T10:02:00Z,1000\n3,2026-01-01T10:30:00Z,0\nx,y,z\n");
    update(project.compile());
    project.land("2.csv", "id,ts,qty\n4,2026-01-01T10:01:00Z,7\n1,2026-01-01T10:03:00Z,8\n");
    update(project.compile());

    assertEquals(logged, counted);
    assertEquals(7, counted.get("bronze.num_input_rows"));
    assertEquals(1, counted.get("bronze.quarantined_records"));
    assertEquals(2, counted.get("silver.num_output_rows"));
    assertEquals(1, counted.get("silver.dropped_records"));
    assertEquals(2, counted.get("silver.num_duplicate_rows"));
    assertEquals(2, counted.get("counts.late_records"));
    assertTrue(counted.get("total.num_input_rows") > 0);
  }

  private void update(CompiledPipeline pipeline) {
    UpdateListener listener =
        new UpdateListener() {
          @Override
          public void done(EpochResult result, long millis) {
            result.datasets().forEach(RowMetricsTest.this::log);
          }
        };
    new Update(
            pipeline,
            (now, patience) -> new CountedEngine(new EpochGraph(now, patience)),
            source -> SourceDiscovery.of(Storage.PLAIN, source, Secrets::resolve),
            Ledger.Retention.DEFAULT,
            listener,
            Clock.systemUTC())
        .run(Update.Mode.TRIGGERED);
  }

  private void log(DatasetResult result) {
    add(logged, result.dataset() + ".num_input_rows", result.in());
    add(logged, result.dataset() + ".num_output_rows", result.accepted());
    add(logged, result.dataset() + ".num_duplicate_rows", result.duplicates());
    add(logged, result.dataset() + ".dropped_records", result.dropped());
    add(logged, result.dataset() + ".quarantined_records", result.quarantined());
    add(logged, result.dataset() + ".late_records", result.late());
  }

  private static void add(Map<String, Long> to, String name, long rows) {
    if (rows != 0) {
      to.merge(name, rows, Long::sum);
    }
  }

  /** The direct runner, whose metrics are looked at once an epoch is through. */
  private final class CountedEngine implements Engine {
    private final EpochGraph graph;

    CountedEngine(EpochGraph graph) {
      this.graph = graph;
    }

    @Override
    public void run(EpochPlan plan) {
      DirectEngine engine = new DirectEngine(TestingUpdates.DIRECT, graph, 1);
      PipelineResult result = engine.start(beam -> graph.build(beam, plan, 2));
      result.waitUntilFinish();
      MetricsFilter ours =
          MetricsFilter.builder().addNameFilter(MetricNameFilter.inNamespace("lakebeam")).build();
      for (MetricResult<Long> each : result.metrics().queryMetrics(ours).getCounters()) {
        add(counted, each.getName().getName(), each.getAttempted());
      }
    }
  }
}
