package io.lakebeam.pipeline.graph.computed;

import java.io.Serializable;
import java.util.TreeMap;

/**
 * One refresh of a view on its way through the workers.
 *
 * @param refresh its {@link io.lakebeam.delta.view.ComputedTable.Refresh#key}
 * @param plannedAt when its epoch was planned, in microseconds since 1970
 * @param buckets of each operator
 * @param lookedUp the states of reference files, by source, that all rows are looked up in
 */
record Computation(
    String view, String refresh, long plannedAt, int buckets, TreeMap<String, String> lookedUp)
    implements Serializable {
  private static final int MOST_BUCKETS = 256;

  /** The same with as many buckets as some bytes need. */
  Computation sized(long bytes, long bucketBytes) {
    return new Computation(view, refresh, plannedAt, buckets(bytes, bucketBytes), lookedUp);
  }

  /** How many buckets some bytes need. */
  static int buckets(long bytes, long bucketBytes) {
    return (int) Math.max(1, Math.min(MOST_BUCKETS, (bytes - 1) / bucketBytes + 1));
  }

  /** What a bucket of an operator is called, or of the result. */
  String bucket(int node, int bucket) {
    return String.join("\n", view, Integer.toString(node), Integer.toString(bucket), refresh);
  }

  /** The operator of a bucket's name. */
  static int node(String bucket) {
    return Integer.parseInt(bucket.split("\n", 4)[1]);
  }

  /** The number of a bucket's name. */
  static int number(String bucket) {
    return Integer.parseInt(bucket.split("\n", 4)[2]);
  }
}
