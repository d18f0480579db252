package io.lakebeam.storage;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkEnv;
import scala.Tuple2;

/** What the Spark that this JVM belongs to says of file systems, on drivers and executors alike. */
final class SparkSettings {
  private static final String PREFIX = "spark.hadoop.";

  private SparkSettings() {}

  /**
   * Hadoop's settings among Spark's, without their prefix: how a platform such as Databricks gives
   * its file systems and their credentials to a job. None when there is no Spark, or not yet.
   */
  static Map<String, String> hadoop() {
    try {
      return Found.settings();
    } catch (NoClassDefFoundError e) {
      return Map.of();
    }
  }

  /** Loaded only where there is a Spark on the classpath. */
  private static final class Found {
    static Map<String, String> settings() {
      SparkEnv environment = SparkEnv.get();
      Map<String, String> settings = new LinkedHashMap<>();
      if (environment != null) {
        for (Tuple2<String, String> setting : environment.conf().getAllWithPrefix(PREFIX)) {
          settings.put(setting._1(), setting._2());
        }
      }
      return settings;
    }
  }
}
