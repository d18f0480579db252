package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.cli.DatabricksJob.FailedException;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.TestingPipeline;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As on a driver of Databricks: a JVM that has a SparkContext before the task and after it. */
class DatabricksJobIT {
  private final SparkContext spark = SparkReader.session().sparkContext();

  @TempDir Path dir;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private void run(String... more) {
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
}
