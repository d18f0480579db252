package io.lakebeam.storage;

import io.lakebeam.spec.project.ProjectAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * What holds for every store, whatever a pipeline says: {@code core-site.xml} of the class path,
 * where this JVM belongs to a Spark its {@code spark.hadoop.*}, and what Lakebeam needs.
 */
final class BaseSettings {
  static final String LOCAL = "file";
  private static final String LOCAL_LOG_STORE = "io.lakebeam.delta.HardLinkLogStore";
  private static final String S3_LOG_STORE = "io.lakebeam.delta.ConditionalPutLogStore";

  /** Held, because the JDK forgets the level of a logger that nobody refers to. */
  private static final List<Logger> QUIET = quiet();

  private BaseSettings() {}

  static Configuration newConfiguration() {
    Configuration configuration = new StorageSettings();
    SparkSettings.hadoop().forEach(configuration::set);
    if (!isGiven(configuration, "hadoop.tmp.dir")) {
      // Hadoop's own is named after the user, and another one can make it first.
      configuration.set("hadoop.tmp.dir", PrivateFolder.path().toString());
    }
    ours(configuration, LOCAL, LocalFiles.class);
    ours(configuration, ProjectAddress.SCHEME, ClassPathFiles.class);
    // By name: storage does not import delta, which builds on it.
    configuration.set("delta.logStore.file.impl", LOCAL_LOG_STORE);
    configuration.set("delta.logStore.s3a.impl", S3_LOG_STORE);
    return configuration;
  }

  /**
   * A file system of Lakebeam's own. Hadoop keeps open ones for the whole JVM, by scheme and user
   * and not by settings: others of the JVM would get ours, or we theirs.
   */
  static void ours(Configuration configuration, String scheme, Class<? extends FileSystem> type) {
    configuration.set("fs." + scheme + ".impl", type.getName());
    configuration.setBoolean("fs." + scheme + ".impl.disable.cache", true);
  }

  /** True when somebody has said it, on the class path or to Spark. */
  private static boolean isGiven(Configuration configuration, String name) {
    String[] sources = configuration.getPropertySources(name);
    return sources != null && !List.of(sources).equals(List.of("core-default.xml"));
  }

  private static List<Logger> quiet() {
    List<Logger> quiet = new ArrayList<>();
    // What a user cannot act on: that Java code is used where C could be, that folders of an
    // account
    // without hierarchical namespace have no dates, and pages about each put that met a file.
    Map.of(
            "org.apache.hadoop.util.NativeCodeLoader", Level.SEVERE,
            "org.apache.hadoop.fs.azurebfs.utils.DateTimeUtils", Level.OFF,
            "org.apache.hadoop.fs.s3a.S3AInstrumentation", Level.SEVERE,
            "org.apache.hadoop.fs.s3a.S3ABlockOutputStream", Level.SEVERE)
        .forEach(
            (name, level) -> {
              Logger logger = Logger.getLogger(name);
              logger.setLevel(level);
              quiet.add(logger);
            });
    for (String library :
        List.of("org.apache.hadoop", "org.apache.parquet", "io.delta.standalone", "shadedelta")) {
      Logger logger = Logger.getLogger(library);
      logger.setLevel(Level.WARNING);
      quiet.add(logger);
    }
    return quiet;
  }
}
