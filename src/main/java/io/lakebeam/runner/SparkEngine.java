package io.lakebeam.runner;

import io.lakebeam.pipeline.graph.EpochGraph;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.storage.PrivateFolder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.beam.runners.spark.SparkContextOptions;
import org.apache.beam.runners.spark.SparkRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.spark.SparkConf;

/**
 * Beam's Spark runner for bounded graphs, on one SparkContext for the whole update: the one this
 * JVM already has (spark-submit with a session, Databricks), or one of its own. Beam's streaming
 * path on Spark is never used: it loses rows (docs/decisions/0002-not-kafkaio-read.md).
 */
final class SparkEngine extends BeamEngine {
  /** What a run needs of Spark, unless the profile or spark-submit says otherwise. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "spark.ui.showConsoleProgress",
          "false",
          // Plans come from one small task; its place says nothing about where to read.
          "spark.shuffle.reduceLocality.enabled",
          "false",
          "spark.locality.wait",
          "0s",
          // Else an executor's heartbeats may end for good.
          HeartbeatSetting.NAME,
          "false",
          // Dates and times mean the same on every worker.
          "spark.executor.extraJavaOptions",
          "-Duser.timezone=UTC");

  private final SharedSpark shared;
  private final SparkMark mark;

  private SparkEngine(SharedSpark shared, String pipeline, EpochGraph graph) {
    super(graph);
    this.shared = shared;
    this.mark = new SparkMark(shared.context(), pipeline);
  }

  /**
   * Starts Spark, or finds it started.
   *
   * @param warnings told what of Spark's configuration may harm the run
   * @throws UpdateFailedException when there is none
   */
  static SparkEngine start(
      RunnerProfile profile, String pipeline, EpochGraph graph, Consumer<String> warnings) {
    SharedSpark shared = SharedSpark.start(profile, pipeline);
    HeartbeatSetting.missing(shared.context().getConf()).ifPresent(warnings);
    return new SparkEngine(shared, pipeline, graph);
  }

  static SparkConf conf(RunnerProfile profile, String pipeline) {
    SparkConf conf = new SparkConf();
    conf.setIfMissing("spark.master", profile.option("master").orElse("local[*]"));
    conf.setIfMissing("spark.app.name", "lakebeam " + pipeline);
    profile.sparkConf().forEach(conf::setIfMissing);
    DEFAULTS.forEach(conf::setIfMissing);
    String master = conf.get("spark.master");
    if (master.matches("local(\\[.*])?")) {
      // Other users of this machine reach its ports and its temporary files. Spark makes the
      // secret.
      conf.setIfMissing("spark.authenticate", "true");
      conf.setIfMissing("spark.local.dir", PrivateFolder.make().toString());
    }
    if (master.startsWith("local")) {
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.driver.host", "localhost");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    } else if (!conf.contains("spark.jars")) {
      conf.set("spark.jars", String.join(",", jars()));
    }
    return conf;
  }

  /** What executors need: Lakebeam's own jar and the user's. */
  private static List<String> jars() {
    List<String> jars = new ArrayList<>();
    try {
      Path own =
          Path.of(SparkEngine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isRegularFile(own)) {
        jars.add(own.toString());
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the place of a jar is a URI", e);
    }
    String users = System.getenv().getOrDefault("LAKEBEAM_CLASSPATH", "");
    for (String entry : users.split(java.io.File.pathSeparator)) {
      if (entry.toLowerCase(Locale.ROOT).endsWith(".jar")) {
        jars.add(entry);
      }
    }
    return jars;
  }

  @Override
  PipelineOptions options() {
    SparkContextOptions options = PipelineOptionsFactory.create().as(SparkContextOptions.class);
    options.setRunner(SparkRunner.class);
    options.setUsesProvidedSparkContext(true);
    options.setProvidedSparkContext(shared.context());
    // Not where it runs, which the context says: it keeps Beam from packing up the classpath.
    options.setSparkMaster("local");
    // Unlike MEMORY_ONLY, goes through coders: other executors can fetch it.
    options.setStorageLevel("MEMORY_AND_DISK");
    options.setEnableSparkMetricSinks(false);
    return options;
  }

  @Override
  int workers() {
    return Math.max(2, shared.context().defaultParallelism());
  }

  @Override
  void prepare() {
    mark.set();
  }

  @Override
  void abandon() {
    mark.cancel();
  }

  @Override
  void clean() {
    mark.clear();
  }

  @Override
  public void close() {
    shared.close();
  }
}
