package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.testing.SparkReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.beam.runners.core.metrics.MetricsContainerStepMap;
import org.apache.beam.runners.spark.metrics.MetricsContainerStepMapAccumulator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.AccumulatorV2;
import org.junit.jupiter.api.Test;
import scala.collection.Iterator;

/** A SparkContext that an update shares with others, and what of it is an update's. */
class SharedSparkIT {
  private static final CountDownLatch STARTED = new CountDownLatch(2);
  private static final CountDownLatch LET_GO = new CountDownLatch(1);

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SparkReader.session().sparkContext());

  private JavaRDD<Integer> kept() {
    JavaRDD<Integer> rdd = spark.parallelize(List.of(1, 2)).cache();
    rdd.count();
    return rdd;
  }

  private boolean isKept(JavaRDD<Integer> rdd) {
    return spark.getPersistentRDDs().containsKey(rdd.id());
  }

  @Test
  void onlyWhatAnUpdateHasMadeIsLetGoOf() {
    JavaRDD<Integer> before = kept();
    SparkMark one = new SparkMark(spark, "p");
    SparkMark other = new SparkMark(spark, "p");
    one.set();
    JavaRDD<Integer> ours = kept();
    // Beam runs a graph in a thread that it starts for it.
    JavaRDD<Integer> ofOurThread = inANewThread();
    other.set();
    JavaRDD<Integer> ofAnotherUpdate = kept();
    other.clear();
    assertFalse(isKept(ofAnotherUpdate));
    assertTrue(isKept(ours) && isKept(ofOurThread), "the other update keeps what it has");
    one.clear();
    assertFalse(isKept(ours) || isKept(ofOurThread));
    assertTrue(isKept(before));
    assertNull(spark.getLocalProperty("callSite.short"));
    before.unpersist();
  }

  private JavaRDD<Integer> inANewThread() {
    CompletableFuture<JavaRDD<Integer>> made = new CompletableFuture<>();
    new Thread(() -> made.complete(kept())).start();
    return made.join();
  }

  /** While an update is at work, so that its end is the moment that could harm. */
  @Test
  void whatOthersKeepMeanwhileStays() {
    CompletableFuture<JavaRDD<Integer>> others = new CompletableFuture<>();
    Thread other = new Thread(() -> others.complete(kept()));
    spark.setLocalProperty("callSite.short", "a cell of a notebook");
    SparkMark mark = new SparkMark(spark, "p");
    mark.set();
    other.start();
    JavaRDD<Integer> theirs = others.join();
    mark.clear();
    assertEquals("a cell of a notebook", spark.getLocalProperty("callSite.short"));
    spark.setLocalProperty("callSite.short", null);
    assertTrue(isKept(theirs));
    theirs.unpersist();
  }

  /** Such as one whose thread was interrupted, which leaves Beam's thread and its job behind. */
  @Test
  void noJobOfAnUpdateOutlivesIt() throws Exception {
    CompletableFuture<Long> theirs = new CompletableFuture<>();
    Thread other = job(theirs, () -> LET_GO.await(1, TimeUnit.MINUTES));
    SparkMark mark = new SparkMark(spark, "p");
    mark.set();
    CompletableFuture<Long> ours = new CompletableFuture<>();
    Thread beam = job(ours, SharedSparkIT::awaitKill);
    other.start();
    beam.start();
    STARTED.await();
    mark.cancel();
    mark.clear();
    ExecutionException killed =
        assertThrows(ExecutionException.class, () -> ours.get(1, TimeUnit.MINUTES));
    assertTrue(killed.getMessage().contains("cancelled"), killed::getMessage);
    assertFalse(theirs.isDone());
    LET_GO.countDown();
    assertEquals(1, theirs.get(1, TimeUnit.MINUTES));
  }

  private Thread job(CompletableFuture<Long> result, Task task) {
    return new Thread(
        () -> {
          try {
            result.complete(spark.parallelize(List.of(1), 1).map(each -> run(task)).count());
          } catch (Exception e) {
            // Spark throws checked ones that it does not declare.
            result.completeExceptionally(e);
          }
        });
  }

  private static int run(Task task) throws InterruptedException {
    STARTED.countDown();
    task.run();
    return 1;
  }

  private static void awaitKill() {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!TaskContext.get().isInterrupted() && System.nanoTime() < end) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private interface Task extends Serializable {
    void run() throws InterruptedException;
  }

  @Test
  void aContextThatWasThereIsNotStopped() {
    SharedSpark one = SharedSpark.open(() -> fail("there is a context"));
    SharedSpark two = SharedSpark.open(() -> fail("there is a context"));
    one.close();
    two.close();
    assertFalse(spark.sc().isStopped());
  }

  /** A platform ends what it has started by its job group. */
  @Test
  void theJobGroupOfAThreadStaysAsItWas() throws Exception {
    String group = "spark.jobGroup.id";
    String interrupt = "spark.job.interruptOnCancel";
    spark.setJobGroup("platform", "a task of it");
    try (Workers workers = SparkWorkers.start(RunnerProfile.SPARK, "p")) {
      workers.call(2, number -> number);
      assertThrows(
          Exception.class,
          () ->
              workers.<Integer>call(
                  1,
                  number -> {
                    throw new IllegalStateException("on purpose");
                  }));
      assertEquals("platform", spark.getLocalProperty(group));
      assertEquals("false", spark.getLocalProperty(interrupt));
    } finally {
      spark.clearJobGroup();
    }
    assertFalse(spark.sc().isStopped());
  }

  private static org.apache.spark.SparkConf fail(String why) {
    throw new AssertionError(why);
  }

  /**
   * Why the setting is needed: between the moment in which Spark makes an accumulator known to
   * heartbeats and the one in which Beam's field is read, isZero has no answer. Once this fails,
   * Beam has mended it, and the setting may go.
   */
  @Test
  void beamsAccumulatorHasNoAnswerWhileItIsBeingRead() throws IOException {
    MetricsContainerStepMapAccumulator metrics =
        new MetricsContainerStepMapAccumulator(new MetricsContainerStepMap());
    spark.sc().register(metrics);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(metrics);
    }
    byte[] sent = bytes.toByteArray();
    List<Throwable> errors =
        spark.parallelize(List.of(1), 1).map(each -> new Reading(sent).error()).collect();
    assertInstanceOf(NullPointerException.class, errors.get(0));
  }

  /** Asks, as a heartbeat does, each time that a class has been found and its value is next. */
  private static final class Reading extends ObjectInputStream {
    private Throwable error;

    Reading(byte[] sent) throws IOException {
      super(new ByteArrayInputStream(sent));
    }

    Throwable error() throws IOException, ClassNotFoundException {
      readObject();
      return error;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass type)
        throws IOException, ClassNotFoundException {
      Iterator<AccumulatorV2<?, ?>> known =
          TaskContext.get().taskMetrics().accumulators().iterator();
      while (known.hasNext()) {
        try {
          known.next().isZero();
        } catch (RuntimeException e) {
          error = Objects.requireNonNullElse(error, e);
        }
      }
      return super.resolveClass(type);
    }
  }
}
