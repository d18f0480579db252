package io.lakebeam.storage;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkEnv;

/** What the Spark that this JVM belongs to says of file systems, on drivers and executors alike. */
final class SparkSettings {
  private static final String PREFIX = "spark.hadoop.";

  private SparkSettings() {}

  /**
   * Hadoop's settings among Spark's, without their prefix: how a platform such as Databricks, or
   * spark-submit with {@code --conf}, gives file systems and their credentials to a job. None when
   * there is no Spark.
   */
  static Map<String, String> hadoop() {
    Map<String, String> settings = new LinkedHashMap<>();
    // Where spark-submit leaves them for a context that is not there yet.
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith(PREFIX)) {
        settings.put(name.substring(PREFIX.length()), System.getProperty(name));
      }
    }
    try {
      settings.putAll(Found.settings());
    } catch (NoClassDefFoundError e) {
      // No Spark, hence no settings of one.
    }
    return settings;
  }

  /** True in a JVM of a Databricks cluster, whose environment and Spark say so. */
  static boolean isDatabricks() {
    try {
      return System.getenv("DATABRICKS_RUNTIME_VERSION") != null || Found.isDatabricks();
    } catch (NoClassDefFoundError e) {
      return false;
    }
  }

  /** Loaded only where there is a Spark on the classpath. */
  private static final class Found {
    static boolean isDatabricks() {
      SparkEnv environment = SparkEnv.get();
      return environment != null
          && environment.conf().contains("spark.databricks.clusterUsageTags.clusterId");
    }

    static Map<String, String> settings() {
      SparkEnv environment = SparkEnv.get();
      return environment == null
          ? Map.of()
          : ScalaValues.map(environment.conf().getAllWithPrefix(PREFIX));
    }
  }
}
