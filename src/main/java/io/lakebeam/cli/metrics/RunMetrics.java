package io.lakebeam.cli.metrics;

import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.runner.UpdateListener;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * What a run has done since it started, for Prometheus to ask for at {@code /metrics}. The metrics
 * are listed in {@code docs/guides/operating.md}.
 */
public final class RunMetrics implements UpdateListener, AutoCloseable {
  private static final String PIPELINE = "pipeline";
  private static final String DATASET = "dataset";
  private static final String RESULT = "result";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final String pipeline;
  private final HTTPServer server;

  private final Counter epochs =
      Counter.builder()
          .name("lakebeam_epochs_total")
          .help("Epochs that are done.")
          .labelNames(PIPELINE)
          .register(registry);
  private final Histogram seconds =
      Histogram.builder()
          .name("lakebeam_epoch_duration_seconds")
          .help("How long epochs took, from the moment they were handed to the runner.")
          .labelNames(PIPELINE)
          .classicOnly()
          .classicUpperBounds(0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
          .register(registry);
  private final Gauge lastEpoch =
      Gauge.builder()
          .name("lakebeam_last_epoch_timestamp_seconds")
          .help("When the last epoch was done, in seconds since 1970.")
          .labelNames(PIPELINE)
          .register(registry);
  private final Counter rows =
      Counter.builder()
          .name("lakebeam_rows_total")
          .help("Rows that came to a dataset, by what became of them.")
          .labelNames(PIPELINE, DATASET, RESULT)
          .register(registry);
  private final Counter expectations =
      Counter.builder()
          .name("lakebeam_expectation_rows_total")
          .help("Rows that an expectation was asked about, by whether they met it.")
          .labelNames(PIPELINE, DATASET, "expectation", RESULT)
          .register(registry);
  private final Counter files =
      Counter.builder()
          .name("lakebeam_files_set_aside_total")
          .help("Files that could not be read and are in quarantines as a whole.")
          .labelNames(PIPELINE)
          .register(registry);
  private final Counter warnings =
      Counter.builder()
          .name("lakebeam_warnings_total")
          .help("Warnings of the run.")
          .labelNames(PIPELINE)
          .register(registry);

  /**
   * Begins to answer.
   *
   * @param pipeline its name
   * @param address to listen at
   * @throws IOException when nobody can listen there
   */
  public RunMetrics(String pipeline, InetSocketAddress address) throws IOException {
    this.pipeline = pipeline;
    epochs.initLabelValues(pipeline);
    warnings.initLabelValues(pipeline);
    files.initLabelValues(pipeline);
    HTTPServer.Builder builder = HTTPServer.builder().registry(registry).port(address.getPort());
    this.server =
        (address.getAddress().isAnyLocalAddress()
                ? builder
                : builder.inetAddress(address.getAddress()))
            .buildAndStart();
  }

  /** Where it listens, also when any free port was asked for. */
  public int port() {
    return server.getPort();
  }

  @Override
  public void done(EpochResult result, long millis) {
    epochs.labelValues(pipeline).inc();
    seconds.labelValues(pipeline).observe(millis / 1000.0);
    lastEpoch.labelValues(pipeline).set(result.finishedAt().toEpochMilli() / 1000.0);
    files.labelValues(pipeline).inc(result.setAside().size());
    for (DatasetResult dataset : result.datasets()) {
      rows(dataset, "accepted", dataset.accepted());
      rows(dataset, "quarantined", dataset.quarantined());
      rows(dataset, "dropped", dataset.dropped());
      rows(dataset, "duplicate", dataset.duplicates());
      dataset
          .rules()
          .forEach(
              (rule, counts) -> {
                expectation(dataset, rule, "passed", counts.passed());
                expectation(dataset, rule, "failed", counts.failed());
              });
    }
  }

  private void rows(DatasetResult dataset, String result, long count) {
    rows.labelValues(pipeline, dataset.dataset(), result).inc(count);
  }

  private void expectation(DatasetResult dataset, String rule, String result, long count) {
    expectations.labelValues(pipeline, dataset.dataset(), rule, result).inc(count);
  }

  @Override
  public void warning(String text) {
    warnings.labelValues(pipeline).inc();
  }

  @Override
  public void close() {
    server.close();
  }
}
