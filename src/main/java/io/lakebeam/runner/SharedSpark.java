package io.lakebeam.runner;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.profile.RunnerProfile;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The one SparkContext that a JVM can have, for as long as an update uses it. One that was there
 * before belongs to others, and is never stopped; one that Lakebeam has made ends with the last
 * update that uses it. Thread-safe.
 */
final class SharedSpark implements AutoCloseable {
  /** Made here, and used by so many updates. */
  private static @Nullable SparkContext ours;

  private static int users;

  private final JavaSparkContext context;

  private SharedSpark(SparkContext context) {
    this.context = JavaSparkContext.fromSparkContext(context);
  }

  /**
   * Finds the context of this JVM, or makes it as a profile says.
   *
   * @throws UpdateFailedException when there is no Spark, or it does not start
   */
  static SharedSpark start(RunnerProfile profile, String pipeline) {
    try {
      return open(() -> SparkEngine.conf(profile, pipeline));
    } catch (NoClassDefFoundError e) {
      throw new UpdateFailedException(
          Problem.of(
              ErrorCode.RUNNER_UNAVAILABLE,
              "runner spark: there is no Spark on the classpath",
              e.getMessage() + " is missing",
              "start with ./lakebeam or spark-submit"),
          List.of(),
          e);
    } catch (RuntimeException e) {
      throw new UpdateFailedException(
          Problem.of(
              ErrorCode.RUNNER_UNAVAILABLE,
              "runner spark: Spark does not start",
              String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
              "check master and spark_conf of the profile, and that the cluster can reach this machine"),
          List.of(),
          e);
    }
  }

  /**
   * Finds the context of this JVM, or makes it.
   *
   * @param conf of one that has to be made
   */
  static SharedSpark open(Supplier<SparkConf> conf) {
    synchronized (SharedSpark.class) {
      if (SparkEnv.get() == null) {
        ours = new SparkContext(conf.get());
        users = 0;
      }
      SparkContext context = SparkContext.getOrCreate();
      users += context == ours ? 1 : 0;
      return new SharedSpark(context);
    }
  }

  JavaSparkContext context() {
    return context;
  }

  @Override
  public void close() {
    synchronized (SharedSpark.class) {
      if (context.sc() == ours && --users == 0) {
        ours = null;
        context.stop();
      }
    }
  }
}
