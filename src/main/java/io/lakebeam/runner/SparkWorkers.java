package io.lakebeam.runner;

import io.lakebeam.spec.RunnerProfile;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.beam.runners.core.metrics.MetricsContainerStepMap;
import org.apache.beam.runners.spark.metrics.MetricsContainerStepMapAccumulator;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

/**
 * Executors of Spark. Each job carries one of Beam's accumulators to the executors and back, as a
 * graph of Beam does: whoever cannot load its class fails here.
 */
final class SparkWorkers implements Workers {
  private final JavaSparkContext spark;
  private final boolean isOurs;

  private SparkWorkers(JavaSparkContext spark, boolean isOurs) {
    this.spark = spark;
    this.isOurs = isOurs;
  }

  static SparkWorkers start(RunnerProfile profile, String pipeline) {
    try {
      boolean isOurs = SparkEnv.get() == null;
      SparkContext context =
          isOurs
              ? new SparkContext(SparkEngine.conf(profile, pipeline))
              : SparkContext.getOrCreate();
      return new SparkWorkers(JavaSparkContext.fromSparkContext(context), isOurs);
    } catch (NoClassDefFoundError e) {
      throw new UpdateFailedException(
          "there is no Spark on the class path",
          e.getMessage() + " is missing",
          "start with ./lakebeam or spark-submit",
          List.of(),
          e);
    } catch (RuntimeException e) {
      throw new UpdateFailedException(
          "Spark does not start",
          String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          "check master and spark_conf of the profile, and that the cluster can reach this machine",
          List.of(),
          e);
    }
  }

  /** One call of a task. */
  private static final class Call<T extends Serializable> implements Function<Integer, T> {
    private final Task<T> task;
    private final MetricsContainerStepMapAccumulator counted;

    Call(Task<T> task, MetricsContainerStepMapAccumulator counted) {
      this.task = task;
      this.counted = counted;
    }

    @Override
    public T call(Integer number) throws Exception {
      counted.value();
      return task.call(number);
    }
  }

  @Override
  public <T extends Serializable> List<T> call(int times, Task<T> task) throws Exception {
    MetricsContainerStepMapAccumulator counted =
        new MetricsContainerStepMapAccumulator(new MetricsContainerStepMap());
    spark.sc().register(counted, "lakebeam.self-test");
    String group = "lakebeam-" + UUID.randomUUID();
    List<Integer> numbers = IntStream.range(0, times).boxed().toList();
    spark.setJobGroup(group, "lakebeam self-test", true);
    try {
      return spark.parallelize(numbers, times).map(new Call<>(task, counted)).collect();
    } catch (Exception e) {
      // Also when this thread is interrupted: nothing is left running.
      spark.cancelJobGroup(group);
      throw e;
    } finally {
      spark.clearJobGroup();
    }
  }

  @Override
  public int atOnce() {
    return Math.max(1, spark.defaultParallelism());
  }

  @Override
  public Optional<String> sparkVersion() {
    return Optional.of(spark.version());
  }

  @Override
  public Optional<String> sparkSetting(String name) {
    return spark.getConf().contains(name)
        ? Optional.of(spark.getConf().get(name))
        : Optional.empty();
  }

  @Override
  public void close() {
    if (isOurs) {
      spark.stop();
    }
  }
}
