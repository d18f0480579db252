package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.deploy.ProjectJar;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.testing.AirlineWorld;
import io.lakebeam.testing.ProjectJars;
import io.lakebeam.testing.RunProcess;
import io.lakebeam.testing.TestingCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped pipeline on a Spark cluster of processes, the jar handed over by spark-submit as
 * users do: undisturbed, with the driver killed in an epoch and an executor in a later one.
 */
class SparkClusterIT {
  private static final Path JAR = Path.of("target/lakebeam-spark.jar");
  private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
  private static final int EVENTS = 6_000;
  private static final int MAX_ROWS = 2_000;

  @TempDir static Path dir;
  private static AirlineWorld world;
  private static TestingCluster cluster;
  private static final Map<String, List<Map<String, Object>>> EXPECTED = new LinkedHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    world = AirlineWorld.of(dir, AirlineWorld.flights(600), EVENTS, MAX_ROWS);
    cluster = new TestingCluster(dir.resolve("cluster"), 2, world.environment());
    Path expected = dir.resolve("direct");
    RunProcess run =
        RunProcess.lakebeam(
            world.project(), world.environment(), "run", "airlines", "--lake", expected.toString());
    assertEquals(0, run.exitCode(), run.printed());
    for (String table : AirlineWorld.tables()) {
      EXPECTED.put(table, AirlineWorld.rows(expected, table));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
    world.close();
  }

  private static RunProcess submit(Path lake) throws IOException {
    String pipeline = world.project().resolve("pipelines/airlines").toString();
    return submit(lake, "io.lakebeam.cli.Lakebeam", pipeline, Map.of());
  }

  private static RunProcess submit(
      Path lake, String main, String pipeline, Map<String, String> conf) throws IOException {
    Path events = Files.createDirectories(lake.resolveSibling(lake.getFileName() + "-events"));
    Map<String, String> settings = new TreeMap<>(conf);
    settings.put("spark.executor.memory", "768m");
    // Results do not depend on where workers think they are.
    settings.put(
        "spark.executor.extraJavaOptions", SHORT_LIVED + " -Duser.timezone=America/New_York");
    settings.put("spark.eventLog.enabled", "true");
    settings.put("spark.eventLog.dir", events.toUri().toString());
    return cluster.submit(
        settings,
        world.environment(),
        JAR,
        main,
        List.of("run", pipeline, "--runner", "spark", "--lake", lake.toString()));
  }

  private static void assertEndsWell(RunProcess run, Path lake) throws Exception {
    assertEquals(0, run.exitCode(), run.printed());
    for (String table : AirlineWorld.tables()) {
      assertEquals(EXPECTED.get(table), AirlineWorld.rows(lake, table), table);
    }
  }

  /**
   * How many tasks that read and write each executor has finished, of a run that has ended well.
   */
  private static Map<String, Integer> tasks(Path lake) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Map<String, Integer> tasks = new TreeMap<>();
    List<Integer> stages = new ArrayList<>();
    try (Stream<Path> logs = Files.list(lake.resolveSibling(lake.getFileName() + "-events"))) {
      for (Path log :
          logs.filter(file -> file.getFileName().toString().matches("[^.]+")).toList()) {
        for (String line : Files.readAllLines(log)) {
          JsonNode event = json.readTree(line);
          String kind = event.path("Event").asText();
          // The widest stages are those that take slices from the shuffle and write tables.
          if (kind.equals("SparkListenerStageSubmitted")
              && event.path("Stage Info").path("Number of Tasks").asInt() > 2) {
            stages.add(event.path("Stage Info").path("Stage ID").asInt());
          }
          if (kind.equals("SparkListenerTaskEnd")
              && stages.contains(event.path("Stage ID").asInt())) {
            tasks.merge(event.path("Task Info").path("Executor ID").asText(), 1, Integer::sum);
          }
        }
      }
    }
    return tasks;
  }

  /**
   * As a job of Databricks, whose project is a jar on the class path: no executor has a folder of
   * the pipeline, and flights are looked up in its reference data.
   */
  @Test
  void allExecutorsReadAndWrite() throws Exception {
    Path lake = dir.resolve("undisturbed");
    PipelineLocation location =
        PipelineLocation.of(world.project().resolve("pipelines/airlines/pipeline.yaml"), dir);
    ProjectJar project =
        ProjectJars.write(location, world.environment()::get, dir.resolve("airlines-project.jar"));
    assertEndsWell(
        submit(
            lake,
            "io.lakebeam.cli.DatabricksJob",
            project.pipelineFile(),
            Map.of(
                "spark.jars",
                project.file().toString(),
                // Some hundred times as many as usual: one meets a task that is being read.
                "spark.executor.heartbeatInterval",
                "25ms")),
        lake);
    Map<String, Integer> tasks = tasks(lake);
    assertEquals(2, tasks.size(), tasks.toString());
    assertFalse(tasks.containsKey("driver"), tasks.toString());
    assertTrue(tasks.values().stream().allMatch(count -> count >= 5), tasks.toString());
    assertEquals(List.of(), cluster.executorLogsWith("Uncaught exception in thread"));
  }

  @Test
  void aWorkerWithoutASecretIsToldInASentence() throws Exception {
    Map<String, String> without = new TreeMap<>(world.environment());
    without.remove("JAAS");
    try (TestingCluster poor = new TestingCluster(dir.resolve("poor"), 1, without)) {
      RunProcess run =
          poor.submit(
              Map.of("spark.executor.memory", "768m", "spark.task.maxFailures", "1"),
              world.environment(),
              JAR,
              "io.lakebeam.cli.Lakebeam",
              List.of(
                  "run",
                  world.project().resolve("pipelines/airlines").toString(),
                  "--runner",
                  "spark",
                  "--lake",
                  dir.resolve("poor-lake").toString()));
      assertEquals(1, run.exitCode(), run.printed());
      String said = run.printed();
      assertTrue(said.contains("error: a worker lacks a secret"), said);
      assertTrue(said.contains("fix: set JAAS in the environment of every machine"), said);
      assertFalse(said.contains("\tat "), said);
      assertFalse(said.contains("top-secret-key"), said);
    }
  }

  /**
   * The run that goes on has both to do again what the dead driver left, and to lose an executor.
   */
  @Test
  void theDriverDiesInAnEpochAndAnExecutorInALaterOne() throws Exception {
    Path lake = dir.resolve("killed");
    try (RunProcess run = submit(lake)) {
      assertTrue(run.awaitPlan(lake, "airlines", 2), run.printed());
    }
    RunProcess again = submit(lake);
    assertTrue(again.awaitPlan(lake, "airlines", 3), again.printed());
    List<ProcessHandle> executors = cluster.executors();
    assertEquals(2, executors.size());
    assertTrue(executors.get(0).destroyForcibly());
    assertEndsWell(again, lake);
    assertTrue(again.printed().contains("was not finished by the last run"), again.printed());
    Map<String, Integer> tasks = tasks(lake);
    assertFalse(tasks.containsKey("driver"), tasks.toString());
    // The two there were, and the one that was started for the dead one.
    assertEquals(3, tasks.size(), tasks.toString());
  }
}
