package io.lakebeam.runner;

import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * What keeps the heartbeats of Spark's executors alive under Beam. A heartbeat asks each
 * accumulator of a running task whether it is zero, and Beam's has no answer while it is still
 * being read: the error ends the heartbeats of that executor for good, and Spark gives it up. With
 * this setting nobody asks (docs/decisions/0017-heartbeats.md).
 */
public final class HeartbeatSetting {
  /** Its name; {@code false} keeps them alive, and Spark's default is {@code true}. */
  public static final String NAME = "spark.executor.heartbeat.dropZeroAccumulatorUpdates";

  private HeartbeatSetting() {}

  /** What to tell whoever has made a context without it; empty when it is there. */
  static Optional<String> missing(SparkConf conf) {
    if (!conf.getBoolean(NAME, true)) {
      return Optional.empty();
    }
    return Optional.of(
        "this Spark was started without "
            + NAME
            + "=false: an executor may fall silent, and after spark.network.timeout ("
            + conf.get("spark.network.timeout", "120s")
            + ") Spark gives it up and does its tasks again. Nothing is lost, but it takes time. Set"
            + " it where the SparkContext is made: with --conf of spark-submit, in spark_conf of the"
            + " profile, or in the cluster's Spark configuration");
  }
}
