package io.lakebeam.deploy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.spec.profile.DatabricksProfile.Continuous;
import io.lakebeam.spec.project.ProjectAddress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** What is put into a workspace, and what is told of it. */
class DeploymentTest extends TestingDeployment {
  @Test
  void filesJarAndJobArePutThere() throws IOException {
    assertEquals(1000, deployment().submit());
    String jar = uploaded("lakebeam-spark");
    String project = uploaded("flights-project");
    assertArrayEquals(new byte[300_000], databricks.files().get(jar));
    assertEquals(2, databricks.files().size());
    assertEquals(List.of("uploaded " + jar, "uploaded " + project, CREATED), steps);
    assertEquals(List.of(), pause.seconds());

    JsonNode job = databricks.jobs().get(1000L);
    assertEquals("lakebeam flights", job.path("name").asText());
    assertEquals("0 0 4 * * ?", job.at("/schedule/quartz_cron_expression").asText());
    assertEquals("UNPAUSED", job.at("/schedule/pause_status").asText());
    assertEquals(
        "io.lakebeam.cli.DatabricksJob",
        job.at("/tasks/0/spark_jar_task/main_class_name").asText());
    assertEquals(
        "[{\"jar\":\"" + jar + "\"},{\"jar\":\"" + project + "\"}]",
        job.at("/tasks/0/libraries").toString());
    String pipeline = job.at("/tasks/0/spark_jar_task/parameters/1").asText();
    assertEquals("pipelines/flights/pipeline.yaml", ProjectAddress.file(pipeline));
    assertArrayEquals(
        Files.readAllBytes(dir.resolve("pipelines/flights/pipeline.yaml")),
        entry(project, pipeline.substring("classpath:/".length())));
    assertEquals(
        "[\"run\",\""
            + pipeline
            + "\",\"--runner\",\"spark\",\"--mode\",\"triggered\",\"--set\",\"year=2026\"]",
        job.at("/tasks/0/spark_jar_task/parameters").toString());
    assertEquals(
        "{\"HUB\":\"{{secrets/scope/hub}}\",\"JNAME\":\"zulu17-ca-amd64\","
            + "\"LAKE\":\"abfss://lake@a.dfs.core.windows.net/f\"}",
        job.at("/job_clusters/0/new_cluster/spark_env_vars").toString());
    assertEquals(
        "{\"spark.driver.extraJavaOptions\":\"-Duser.timezone=UTC -Dx=y\","
            + "\"spark.executor.extraJavaOptions\":\"-Duser.timezone=UTC\","
            + "\"spark.executor.heartbeat.dropZeroAccumulatorUpdates\":\"false\","
            + "\"spark.locality.wait\":\"0s\",\"spark.shuffle.reduceLocality.enabled\":\"false\"}",
        job.at("/job_clusters/0/new_cluster/spark_conf").toString());
    assertFalse(job.toString().contains(TestingDatabricks.TOKEN), job.toString());
  }

  /** The path of the one jar of that name. */
  private String uploaded(String name) {
    List<String> found =
        databricks.files().keySet().stream()
            .filter(file -> file.matches(FOLDER + "/jars/" + name + "-[0-9a-f]{12}\\.jar"))
            .toList();
    assertEquals(1, found.size(), databricks.files().keySet().toString());
    return found.get(0);
  }

  private byte[] entry(String jar, String name) throws IOException {
    try (ZipInputStream zip =
        new ZipInputStream(new ByteArrayInputStream(databricks.files().get(jar)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().equals(name)) {
          return zip.readAllBytes();
        }
      }
    }
    throw new AssertionError(jar + " holds no " + name);
  }

  /** What a run is reading is never overwritten. */
  @Test
  void aChangedPipelineIsAnotherJar() throws IOException {
    deployment().submit();
    String before = uploaded("flights-project");
    Files.writeString(dir.resolve("transforms/ä b.sql"), "SELECT 2");
    deployment().submit();
    assertEquals(3, databricks.files().size());
    String library = databricks.jobs().get(1000L).at("/tasks/0/libraries/1/jar").asText();
    assertTrue(databricks.files().containsKey(library), library);
    assertFalse(library.equals(before), library);
  }

  @Test
  void aSecondDeploymentChangesTheJobAndKeepsTheJars() {
    deployment().submit();
    steps.clear();
    trigger = new Continuous(true);
    assertEquals(1000, deployment().submit());
    assertEquals(1, databricks.jobs().size());
    JsonNode job = databricks.jobs().get(1000L);
    assertEquals("{\"pause_status\":\"PAUSED\"}", job.path("continuous").toString());
    assertFalse(job.has("schedule"), "the settings are replaced, not merged");
    String parameters = job.at("/tasks/0/spark_jar_task/parameters").toString();
    assertTrue(parameters.contains("\"--mode\",\"continuous\""), parameters);
    assertTrue(parameters.contains("\"--stop-after\",\"7d\""), parameters);
    assertTrue(steps.get(0).endsWith(".jar is there already"), steps::toString);
    assertTrue(steps.get(1).endsWith(".jar is there already"), steps::toString);
    assertEquals("changed the job 'lakebeam flights', 1000", steps.get(2));
  }

  @Test
  void theJobIsFoundOnWhateverPageItStands() {
    databricks
        .jobsOnAPage(1)
        .job(1, "{\"name\":\"Lakebeam FLIGHTS\"}")
        .job(2, "{\"name\":\"lakebeam flights\",\"tags\":{\"lakebeam_pipeline\":\"flights\"}}");
    assertEquals(2, deployment().submit());
    assertEquals(2, databricks.requests("jobs/list"));
  }

  @Test
  void jobsOfOthersAreLeftAlone() {
    databricks.job(7, "{\"name\":\"lakebeam flights\"}");
    DeployException refused = refused();
    assertEquals("the job 'lakebeam flights' is not one that Lakebeam has made", refused.problem());
    databricks.job(8, "{\"name\":\"lakebeam flights\"}");
    assertEquals("there are 2 jobs named 'lakebeam flights'", refused().problem());
    assertEquals(Map.of(), databricks.files());
    assertEquals(2, databricks.jobs().size());
  }

  @Test
  void aRunIsWaitedForAndToldByItsStates() {
    databricks.run(
        "{\"state\":\"PENDING\"}", "{\"state\":\"PENDING\"}", "{\"state\":\"RUNNING\"}", DONE);
    Deployment deployment = deployment();
    long job = deployment.submit();
    steps.clear();
    deployment.run(job);
    assertEquals(
        List.of(
            "started the run 500: " + host + "/#job/run/500",
            "the run is pending",
            "the run is running",
            "the run has succeeded"),
        steps);
    assertEquals(List.of(10L, 10L, 10L), pause.seconds());
  }

  @Test
  void aRunThatFailsSaysWhatItsTaskSaid() {
    databricks.run("{\"state\":\"RUNNING\"}", FAILED).taskError("FailedException: error: no lake");
    Deployment deployment = deployment();
    long job = deployment.submit();
    DeployException failed = assertThrows(DeployException.class, () -> deployment.run(job));
    assertEquals("the run 500 has ended as RUN_EXECUTION_ERROR", failed.problem());
    assertEquals("FailedException: error: no lake", failed.reason());
    assertEquals("its output is at " + host + "/#job/run/500", failed.fix());
  }

  @Test
  void aRunWithoutATaskErrorSaysWhatTheRunSays() {
    databricks.run(FAILED);
    Deployment deployment = deployment();
    long job = deployment.submit();
    DeployException failed = assertThrows(DeployException.class, () -> deployment.run(job));
    assertEquals("Task lakebeam failed", failed.reason());
  }

  @Test
  void aRunIsStartedOnceThoughItsAnswerIsLost() {
    databricks.run(DONE);
    Deployment deployment = deployment();
    long job = deployment.submit();
    databricks.fault("run-now", 504, "gateway timeout");
    deployment.run(job);
    assertEquals(2, databricks.requests("run-now"));
    assertEquals("the run has succeeded", steps.get(steps.size() - 1));
  }

  @Test
  void statementsAreRunToTheirEnd() {
    databricks.statement(
        "{\"state\":\"PENDING\"}", "{\"state\":\"RUNNING\"}", "{\"state\":\"SUCCEEDED\"}");
    deployment().execute(List.of("CREATE TABLE a", "CREATE TABLE b"), "w1");
    assertEquals(List.of("CREATE TABLE a", "CREATE TABLE b"), databricks.statements());
    assertEquals(List.of("done: CREATE TABLE a", "done: CREATE TABLE b"), steps);
    assertEquals(List.of(10L, 10L), pause.seconds());
  }

  @Test
  void statementsThatFailSayWhy() {
    databricks.statement(
        "{\"state\":\"FAILED\",\"error\":{\"error_code\":\"BAD_REQUEST\",\"message\":\"no log\"}}");
    DeployException failed =
        assertThrows(
            DeployException.class, () -> deployment().execute(List.of("CREATE TABLE a"), "w1"));
    assertEquals("the statement has ended as FAILED: CREATE TABLE a", failed.problem());
    assertEquals("no log", failed.reason());
    failed =
        assertThrows(
            DeployException.class, () -> deployment().execute(List.of("CREATE TABLE a"), "w2"));
    assertTrue(failed.fix().contains("warehouse_id"), failed.fix());
  }
}
