package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.graph.EpochGraph;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A continuous update of many epochs, and of many graphs: it loses none, and nothing of it grows.
 * {@code benchmarks/run.sh --soak} is the same for thousands of epochs.
 */
class LongUpdateIT {
  /** Few, so that many graphs follow one another. */
  private static final int EPOCHS_OF_A_GRAPH = 10;

  private static final int EPOCHS_BETWEEN_LOOKS = 2 * EPOCHS_OF_A_GRAPH;

  /** The first comes when all that is loaded and kept once is there. */
  private static final int LOOKS = 3;

  /**
   * Some small objects stay of each epoch: a file that is read is remembered for good, and so does
   * Hadoop each thread that read or wrote one (IOStatisticsContextIntegration). And the JVM makes
   * the constant strings of a class when it first compiles what uses them: some 350 between two
   * looks. A graph that is kept, two between two looks, has more objects than this of many classes.
   */
  private static final int MOST_OF_A_CLASS = 50 * EPOCHS_BETWEEN_LOOKS;

  @TempDir Path dir;

  /**
   * What there is of everything that could leak.
   *
   * @param histogram live objects of each class after a full collection, as one text: maps of it
   *     would be what grows
   */
  private record Look(String histogram, long openFiles) {
    static Look now() throws JMException {
      return new Look(
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()})
              .toString(),
          ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
              .getOpenFileDescriptorCount());
    }

    /** How many objects there are, by class. */
    Map<String, Long> instances() {
      Map<String, Long> instances = new HashMap<>();
      for (String line : histogram.lines().toList()) {
        // 1:   12345   678901  java.lang.String (java.base@17)
        String[] words = line.strip().split("\\s+");
        if (words.length >= 4 && words[0].endsWith(":")) {
          instances.merge(words[3], Long.parseLong(words[1]), Long::sum);
        }
      }
      return instances;
    }
  }

  @Test
  void manyEpochsInManyGraphsLoseNothingAndKeepNothing() throws Exception {
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(
                """
                pipeline: p
                commit_every: 1ms
                sources:
                  orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, amount INT"}
                datasets:
                  silver:
                    streaming_table: {sql: "SELECT id, amount FROM orders"}
                    expect: {small: {expect: amount < 100, on_violation: quarantine}}
                  total:
                    materialized_view: {sql: "SELECT COUNT(*) AS n, SUM(amount) AS s FROM silver"}
                """);
    Map<String, Long> threadsBefore = threads();
    LinkedBlockingQueue<EpochResult> results = new LinkedBlockingQueue<>();
    Update update = update(project.compile(), results);
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(() -> update.run(Update.Mode.CONTINUOUS));
    Look[] looks = new Look[LOOKS];
    long epoch = 0;
    try {
      for (int i = 0; i < LOOKS; i++) {
        // In the midst of a graph each time, as old as the others'.
        long end = (i + 1) * EPOCHS_BETWEEN_LOOKS + EPOCHS_OF_A_GRAPH / 2;
        while (epoch < end) {
          epoch++;
          project.land(epoch + ".csv", "id,amount\n" + epoch + ",1\n");
          assertEquals(epoch, TestingUpdates.next(results, running).number());
        }
        looks[i] = Look.now();
      }
    } finally {
      update.stop();
    }
    running.get(10, TimeUnit.MINUTES);

    assertEquals(List.of(epoch + "|" + epoch), Tables.texts(project.table("total"), "n", "s"));
    assertEquals(Map.of(), growing(looks));
    long files = looks[LOOKS - 1].openFiles() - looks[0].openFiles();
    assertTrue(files < EPOCHS_BETWEEN_LOOKS, files + " more open files");
    // Beam's pool for metrics makes a thread for each count that waits, and keeps it for a minute.
    Instant end = Instant.now().plus(Duration.ofMinutes(2));
    while (more(threads(), threadsBefore) >= EPOCHS_BETWEEN_LOOKS) {
      assertTrue(
          Instant.now().isBefore(end), "threads before: " + threadsBefore + ", now: " + threads());
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** The threads that are alive, by their names without numbers. */
  private static Map<String, Long> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .collect(
            Collectors.groupingBy(
                thread -> thread.getName().replaceAll("\\d+", "#"),
                TreeMap::new,
                Collectors.counting()));
  }

  private static long more(Map<String, Long> now, Map<String, Long> before) {
    return now.entrySet().stream()
        .mapToLong(each -> Math.max(0, each.getValue() - before.getOrDefault(each.getKey(), 0L)))
        .sum();
  }

  /** Classes of which there are many more at each look than at the one before. */
  private static Map<String, List<Long>> growing(Look[] looks) {
    List<Map<String, Long>> instances = Stream.of(looks).map(Look::instances).toList();
    Map<String, List<Long>> growing = new TreeMap<>();
    for (String name : instances.get(LOOKS - 1).keySet()) {
      List<Long> counts = instances.stream().map(look -> look.getOrDefault(name, 0L)).toList();
      if (IntStream.range(1, LOOKS)
          .allMatch(i -> counts.get(i) > counts.get(i - 1) + MOST_OF_A_CLASS)) {
        growing.put(name, counts);
      }
    }
    return growing;
  }

  private static Update update(
      CompiledPipeline pipeline, LinkedBlockingQueue<EpochResult> results) {
    return new Update(
        pipeline,
        (now, patience) ->
            new DirectEngine(
                TestingUpdates.DIRECT, new EpochGraph(now, patience), EPOCHS_OF_A_GRAPH),
        source -> SourceDiscovery.of(Storage.PLAIN, source, Secrets::resolve),
        Ledger.Retention.DEFAULT,
        new UpdateListener() {
          @Override
          public void done(EpochResult result, long millis) {
            results.add(result);
          }
        },
        Clock.systemUTC());
  }
}
