package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.expectation.RowCounts;
import org.apache.beam.sdk.metrics.Metrics;

/**
 * Rows of datasets in the runner's own metrics, for whoever looks at its pages: as the event log
 * counts them, but of every attempt, as runners do. Counted once a bundle, not once a row.
 */
public final class RowMetrics {
  /** What all of them are in. */
  static final String NAMESPACE = "lakebeam";

  private RowMetrics() {}

  /** Counts rows that came to a dataset, and where they went. */
  public static void count(String dataset, RowCounts counts) {
    add(dataset, "num_input_rows", counts.in());
    add(dataset, "num_output_rows", counts.accepted());
    add(dataset, "num_duplicate_rows", counts.duplicates());
    add(dataset, "dropped_records", counts.dropped());
    add(dataset, "quarantined_records", counts.quarantined());
  }

  /** Counts rows, among the dropped, that came when their window was closed. */
  public static void late(String dataset, long rows) {
    add(dataset, "late_records", rows);
  }

  private static void add(String dataset, String name, long rows) {
    if (rows != 0) {
      Metrics.counter(NAMESPACE, dataset + "." + name).inc(rows);
    }
  }
}
