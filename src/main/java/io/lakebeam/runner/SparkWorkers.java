package io.lakebeam.runner;

import io.lakebeam.spec.profile.RunnerProfile;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.beam.runners.core.metrics.MetricsContainerStepMap;
import org.apache.beam.runners.spark.metrics.MetricsContainerStepMapAccumulator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

/**
 * Executors of Spark. Each job carries one of Beam's accumulators to the executors and back, as a
 * graph of Beam does: whoever cannot load its class fails here.
 */
final class SparkWorkers implements Workers {
  private static final String INTERRUPT = "spark.job.interruptOnCancel";

  private final SharedSpark shared;
  private final JavaSparkContext spark;

  private SparkWorkers(SharedSpark shared) {
    this.shared = shared;
    this.spark = shared.context();
  }

  /**
   * Starts Spark, or finds it started.
   *
   * @throws UpdateFailedException when there is none
   */
  static SparkWorkers start(RunnerProfile profile, String pipeline) {
    return new SparkWorkers(SharedSpark.start(profile, pipeline));
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
    String tag = "lakebeam self-test " + UUID.randomUUID();
    List<Integer> numbers = IntStream.range(0, times).boxed().toList();
    // Not a job group: a thread has one at most, and here it may be the platform's.
    String before = spark.getLocalProperty(INTERRUPT);
    spark.addJobTag(tag);
    spark.setInterruptOnCancel(true);
    try {
      return spark.parallelize(numbers, times).map(new Call<>(task, counted)).collect();
    } catch (Exception e) {
      // Also when this thread is interrupted: nothing is left running.
      spark.cancelJobsWithTag(tag);
      throw e;
    } finally {
      spark.removeJobTag(tag);
      spark.setLocalProperty(INTERRUPT, before);
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
    shared.close();
  }
}
