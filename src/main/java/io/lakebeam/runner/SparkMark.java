package io.lakebeam.runner;

import java.util.UUID;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Tells what the graphs of one update leave behind in a SparkContext from what others have there,
 * updates of other pipelines included. Spark writes the call site and the tags of a thread, and of
 * the threads that this one starts, on every RDD and every job; Beam sets none. Used by one thread.
 */
final class SparkMark {
  private static final String CALL_SITE = "callSite.short";

  private final JavaSparkContext spark;
  private final String mark;
  private @Nullable String before;

  SparkMark(JavaSparkContext spark, String pipeline) {
    this.spark = spark;
    this.mark = "lakebeam " + pipeline + " " + UUID.randomUUID().toString().substring(0, 8);
  }

  /** Marks what this thread makes from now on. Stages have the mark for a name. */
  void set() {
    before = spark.getLocalProperty(CALL_SITE);
    spark.setLocalProperty(CALL_SITE, mark);
    spark.addJobTag(mark);
  }

  /** Ends the jobs that have the mark: an interrupted thread leaves one that nobody waits for. */
  void cancel() {
    spark.cancelJobsWithTag(mark);
  }

  /** Ends that, and lets go of what has the mark and is still kept: Beam keeps it for good. */
  void clear() {
    spark.setLocalProperty(CALL_SITE, before);
    spark.removeJobTag(mark);
    for (JavaRDD<?> rdd : spark.getPersistentRDDs().values()) {
      // Its text ends with the call site, which has no accessor for everybody.
      if (rdd.toString().endsWith(" at " + mark)) {
        rdd.unpersist(false);
      }
    }
  }
}
