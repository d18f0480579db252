package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.cli.DatabricksJob.FailedException;
import io.lakebeam.deploy.ProjectJar;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.testing.ProjectJars;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.TestingPipeline;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As on a driver of Databricks: a JVM that has a SparkContext before the task and after it. */
class DatabricksJobIT {
  private final SparkContext spark = SparkReader.session().sparkContext();

  private static final int FILES = 3;

  private final Set<Integer> before =
      Set.copyOf(JavaSparkContext.fromSparkContext(spark).getPersistentRDDs().keySet());

  @TempDir Path dir;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private void run(String... more) {
    run(dir, out, more);
  }

  private static void run(Path dir, ByteArrayOutputStream out, String... more) {
    String file = dir.resolve("pipelines/p/pipeline.yaml").toString();
    String[] arguments = new String[more.length + 4];
    System.arraycopy(new String[] {"run", file, "--runner", "spark"}, 0, arguments, 0, 4);
    System.arraycopy(more, 0, arguments, 4, more.length);
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    DatabricksJob.run(
        arguments, stream, stream, Map.of("LAKE", dir.resolve("lake").toString())::get);
  }

  @Test
  void runsOnTheSparkThatIsThereAndLeavesItRunning() {
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(CommandLineTest.ORDERS.replace("pipeline: p\n", "pipeline: p\nlake: ${LAKE}\n"));
    project.land("one.csv", "id,city,amount\n1,rome,3.00\n2,oslo,-1\n");
    run("--mode", "triggered");
    assertFalse(spark.isStopped(), "the context is the platform's");
    assertTrue(Files.isDirectory(project.lake().resolve("by_city/_delta_log")));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("quarantined      1"), out::toString);

    project.land("two.csv", "id,city,amount\n3,rome,3.00\n");
    run();
    assertFalse(spark.isStopped(), "nor does a second task end it");

    // What fails on Spark is an exception too, and the context survives it.
    project.yaml(
        CommandLineTest.ORDERS
            .replace("pipeline: p\n", "pipeline: p\nlake: ${LAKE}\n")
            .replace("on_violation: quarantine", "on_violation: fail"));
    project.land("three.csv", "id,city,amount\n4,rome,-3.00\n");
    FailedException failed = assertThrows(FailedException.class, this::run);
    assertEquals(
        "error: expectation positive of silver stops the update",
        failed.getMessage().lines().findFirst().orElseThrow());
    assertFalse(spark.isStopped(), "nor does a failure");
  }

  /** Its jar comes to a context that exists, as a library of the job does. */
  @Test
  void theProjectIsReadFromTheJobsLibraries() throws Exception {
    Path root = dir.resolve("project");
    new TestingPipeline(root)
        .yaml(
            """
            pipeline: p
            lake: ${LAKE}
            sources:
              orders: {files: "${LANDING}/*.csv", format: csv, schema: "id BIGINT, shop STRING"}
              shops: {reference: shops, format: csv, schema: "shop STRING, city STRING"}
            datasets:
              bronze: {streaming_table: {from: orders}}
              known: {streaming_table: transforms/known.sql}
            """)
        .file(
            "transforms/known.sql",
            "SELECT o.id, s.city FROM bronze o JOIN shops s ON o.shop = s.shop")
        .file("shops/one.csv", "shop,city\na,rome\n");
    Path landing = Files.createDirectories(dir.resolve("landing"));
    Files.writeString(landing.resolve("one.csv"), "id,shop\n1,a\n");
    Map<String, String> stores =
        Map.of("LAKE", dir.resolve("jars-lake").toString(), "LANDING", landing.toString());
    ProjectJar jar =
        ProjectJars.write(
            PipelineLocation.find("p", root, root), stores::get, dir.resolve("p-project.jar"));
    Files.move(root, dir.resolve("gone"));
    spark.addJar(jar.file().toString());
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader library =
        new URLClassLoader(new URL[] {jar.file().toUri().toURL()}, before)) {
      Thread.currentThread().setContextClassLoader(library);
      PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
      DatabricksJob.run(
          new String[] {"run", jar.pipelineFile(), "--runner", "spark"},
          stream,
          stream,
          stores::get);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
    assertEquals(
        List.of("rome"),
        SparkReader.read(dir.resolve("jars-lake/known").toString()).stream()
            .map(row -> row.get("city"))
            .toList());
  }

  /**
   * A pipeline of one name in two lakes, as a test and production are, each with reference data of
   * its own, at once and beside somebody else's job that keeps RDDs meanwhile.
   */
  @Test
  void twoJobsAtOnceGetTheirOwnTablesAndHarmNobodyElse() throws Exception {
    List<Handler> handlers = List.of(Logger.getLogger("").getHandlers());
    TimeZone zone = TimeZone.getDefault();
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    AtomicBoolean isOver = new AtomicBoolean();
    CompletableFuture<List<JavaRDD<Integer>>> others =
        CompletableFuture.supplyAsync(() -> keepUntil(isOver), task -> new Thread(task).start());
    List<CompletableFuture<Void>> jobs = new ArrayList<>();
    for (String name : List.of("test", "production")) {
      project(dir.resolve(name), name);
      jobs.add(
          CompletableFuture.runAsync(
              () -> {
                run(dir.resolve(name), new ByteArrayOutputStream());
              },
              task -> new Thread(task).start()));
    }
    for (CompletableFuture<Void> job : jobs) {
      job.get(5, TimeUnit.MINUTES);
    }
    isOver.set(true);
    List<JavaRDD<Integer>> kept = others.get(1, TimeUnit.MINUTES);

    // Before tables are looked at: delta-spark keeps RDDs of its own.
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark);
    assertTrue(kept.size() > 2, "they have worked meanwhile");
    Set<Integer> left = new TreeSet<>(context.getPersistentRDDs().keySet());
    kept.forEach(rdd -> assertTrue(left.remove(rdd.id()), "one of theirs is gone: " + rdd));
    left.removeAll(before);
    assertEquals(Set.of(), left, "nothing of ours is left behind");
    kept.forEach(JavaRDD::unpersist);
    for (String name : List.of("test", "production")) {
      String lake = dir.resolve(name).resolve("lake").toString();
      assertEquals(FILES, SparkReader.count(lake + "/named"));
      assertEquals(
          FILES, SparkReader.read(lake + "/named", "name = 'Rome of " + name + "'").size(), name);
      assertEquals(
          List.of(Map.of("name", "Rome of " + name, "orders", (long) FILES)),
          SparkReader.sql("SELECT name, orders FROM delta.`" + lake + "/by_city`"));
    }

    assertFalse(spark.isStopped());
    assertEquals(handlers, List.of(Logger.getLogger("").getHandlers()));
    assertEquals(zone, TimeZone.getDefault());
    assertSame(loader, Thread.currentThread().getContextClassLoader());
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("lease-")),
        "no thread keeps a lease any more");
  }

  private List<JavaRDD<Integer>> keepUntil(AtomicBoolean isOver) {
    List<JavaRDD<Integer>> kept = new ArrayList<>();
    while (!isOver.get()) {
      JavaRDD<Integer> rdd =
          JavaSparkContext.fromSparkContext(spark).parallelize(List.of(1, 2), 1).cache();
      assertEquals(2, rdd.count());
      kept.add(rdd);
    }
    return kept;
  }

  private static void project(Path folder, String name) {
    TestingPipeline project =
        new TestingPipeline(folder)
            .yaml(
                """
                pipeline: p
                lake: ${LAKE}
                max_rows_per_epoch: 1
                sources:
                  orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, city STRING"}
                  cities: {reference: cities.csv, format: csv, schema: "city STRING, name STRING"}
                datasets:
                  named:
                    streaming_table:
                      sql: "SELECT o.id, c.name FROM orders o LEFT JOIN cities c ON c.city = o.city"
                  by_city:
                    materialized_view:
                      sql: "SELECT name, COUNT(*) AS orders FROM named GROUP BY name"
                """)
            .file("cities.csv", "city,name\nrome,Rome of " + name + "\n");
    for (int i = 0; i < FILES; i++) {
      project.land(i + ".csv", "id,city\n" + i + ",rome\n");
    }
  }
}
