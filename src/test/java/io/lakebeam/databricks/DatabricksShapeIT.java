package io.lakebeam.databricks;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.deploy.ProjectJar;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.testing.AirlineWorld;
import io.lakebeam.testing.ProjectJars;
import io.lakebeam.testing.RunProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The airline pipeline as a Databricks job, as far as that can be had without a workspace: the
 * libraries of a runtime are loaded first, Lakebeam's jar and the project's come later and in a
 * class loader below, and the SparkContext is not ours. The tables are those of the direct runner.
 */
class DatabricksShapeIT {
  private static final Path JAR = Path.of("target/lakebeam-spark.jar").toAbsolutePath();
  private static final Path CLASSES = Path.of("target/test-classes").toAbsolutePath();
  private static final int EVENTS = 6_000;
  private static final int MAX_ROWS = 2_500;

  /** Where classes come from that both sides could have: the platform, or Lakebeam's own jar. */
  private static final Map<String, String> PLACES =
      new TreeMap<>(
          Map.of(
              "org.joda.time.Instant", "joda-time-2.12.1.jar",
              "org.codehaus.janino.ScriptEvaluator", "janino-3.0.16.jar",
              "org.apache.hadoop.fs.FileSystem", "hadoop-client-api-3.3.6.jar",
              "org.apache.beam.sdk.Pipeline", "lakebeam-spark.jar",
              "org.apache.kafka.clients.consumer.KafkaConsumer", "lakebeam-spark.jar",
              "io.lakebeam.shaded.parquet.hadoop.ParquetFileReader", "lakebeam-spark.jar",
              "org.apache.parquet.hadoop.ParquetFileReader", "nowhere",
              "net.bytebuddy.ByteBuddy", "nowhere",
              "io.opentelemetry.api.OpenTelemetry", "nowhere"));

  @TempDir static Path dir;
  private static AirlineWorld world;
  private static Map<String, List<Map<String, Object>>> expected;
  private static ProjectJar project;

  @BeforeAll
  static void start() throws Exception {
    world = AirlineWorld.of(dir, AirlineWorld.flights(500), EVENTS, MAX_ROWS);
    Path lake = dir.resolve("direct");
    RunProcess run =
        RunProcess.lakebeam(
            world.project(), world.environment(), "run", "airlines", "--lake", lake.toString());
    assertEquals(0, run.exitCode(), run.printed());
    expected = tables(lake);
    PipelineLocation location = PipelineLocation.find("airlines", world.project(), world.project());
    project =
        ProjectJars.write(location, world.environment()::get, dir.resolve("airlines-project.jar"));
    Files.move(world.project(), dir.resolve("gone"));
    expected.forEach(
        (table, rows) -> assertEquals(AirlineWorld.isEmpty(table), rows.isEmpty(), table));
  }

  @AfterAll
  static void stop() throws Exception {
    world.close();
  }

  @Test
  void runsWithAnExecutorInAnotherProcess() throws Exception {
    Path lake = dir.resolve("executor");
    String selfTest = task("self-test", lake);
    String run = task("run", lake);
    RunProcess driver =
        driver(
            DatabricksRuntime.V15_3,
            "local-cluster[1,2,1024]",
            List.of(selfTest, run, run),
            List.of());
    assertEquals(0, driver.exitCode(), withoutLog(driver.printed()));
    assertEquals(PLACES, places(driver));
    assertEquals(List.of("done", "done", "done"), ends(driver));
    assertTold(driver, "ok       class path, executors: 1 process with Lakebeam's classes, in UTC");
    assertTold(driver, "ok       races, put from executors: 8 racers of 1 process");
    assertTold(
        driver, "ok       tiny pipeline, files: 5 records of 2 files became 3 rows of silver");
    // The generator breaks some on purpose.
    assertTold(driver, "warning  flight_events, newest records: ");
    assertTold(driver, "ok       scratch, removed: nothing is left in the lake");
    assertEquals(expected, tables(lake), "the second task has added nothing");
  }

  @Test
  void runsOnOneMachineAndAnswersAsEverywhere() throws Exception {
    Path lake = dir.resolve("local");
    RunProcess driver =
        driver(DatabricksRuntime.V14_3, "local[2]", List.of(task("run", lake)), List.of());
    assertEquals(0, driver.exitCode(), withoutLog(driver.printed()));
    assertEquals(PLACES, places(driver));
    assertEquals(List.of("done"), ends(driver));
    assertEquals(expected, tables(lake));
  }

  private static String task(String command, Path lake) {
    return String.join(
        "\t",
        "io.lakebeam.cli.DatabricksJob",
        command,
        project.pipelineFile(),
        "--runner",
        "spark",
        "--lake",
        lake.toString());
  }

  private static void assertTold(RunProcess driver, String start) throws IOException {
    String printed = driver.printed();
    assertTrue(
        printed.lines().anyMatch(line -> line.startsWith(start)),
        () -> start + "\n" + withoutLog(printed));
  }

  private static String withoutLog(String printed) {
    return printed.lines().filter(line -> !line.matches("\\d\\d/\\d\\d/.*")).collect(joining("\n"));
  }

  private static RunProcess driver(
      DatabricksRuntime runtime, String master, List<String> tasks, List<Path> libraries)
      throws IOException {
    Path folder = Files.createDirectories(dir.resolve("driver-" + runtime));
    Path home = runtime.sparkHome(folder.resolve("spark"));
    // Not the tests' folder: its classes would be the platform's.
    Path own =
        copy(DatabricksDriver.class.getPackageName(), "DatabricksDriver.*", folder.resolve("own"));
    List<String> command = new ArrayList<>(List.of("-Xmx1g"));
    Map<String, String> conf = new HashMap<>();
    conf.put("spark.master", master);
    conf.put("spark.driver.host", "127.0.0.1");
    conf.put("spark.driver.bindAddress", "127.0.0.1");
    conf.put("spark.ui.enabled", "false");
    conf.put("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    conf.put("spark.executor.heartbeat.dropZeroAccumulatorUpdates", "false");
    conf.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(List.of("-cp", own + ":" + home + "/jars/*", DatabricksDriver.class.getName()));
    command.add(Files.write(folder.resolve("places"), PLACES.keySet()).toString());
    command.add(Files.write(folder.resolve("tasks"), tasks).toString());
    command.addAll(List.of(JAR.toString(), project.file().toString()));
    libraries.forEach(library -> command.add(library.toString()));
    Map<String, String> environment = new HashMap<>(world.environment());
    environment.put("SPARK_HOME", home.toString());
    environment.put("SPARK_SCALA_VERSION", "2.12");
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    return RunProcess.java(folder, environment, command);
  }

  private static Path copy(String packageName, String names, Path folder) throws IOException {
    Path from = CLASSES.resolve(packageName.replace('.', '/'));
    Path to = Files.createDirectories(folder.resolve(packageName.replace('.', '/')));
    try (Stream<Path> files = Files.list(from)) {
      for (Path file :
          files.filter(each -> each.getFileName().toString().matches(names)).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return folder;
  }

  private static Map<String, List<Map<String, Object>>> tables(Path lake) {
    Map<String, List<Map<String, Object>>> tables = new TreeMap<>();
    AirlineWorld.tables().forEach(table -> tables.put(table, AirlineWorld.rows(lake, table)));
    return tables;
  }

  private static Map<String, String> places(RunProcess driver) throws IOException {
    Map<String, String> places = new TreeMap<>();
    for (String line : after(driver, DatabricksDriver.FROM)) {
      places.put(line.split(" ")[0], line.split(" ")[1]);
    }
    return places;
  }

  private static List<String> ends(RunProcess driver) throws IOException {
    return after(driver, DatabricksDriver.TASK);
  }

  private static List<String> after(RunProcess driver, String word) throws IOException {
    return driver
        .printed()
        .lines()
        .filter(line -> line.startsWith(word))
        .map(line -> line.substring(word.length()))
        .toList();
  }
}
