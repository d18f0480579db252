package io.lakebeam.deploy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.spec.DatabricksProfile;
import io.lakebeam.spec.DatabricksProfile.Cluster;
import io.lakebeam.spec.DatabricksProfile.Continuous;
import io.lakebeam.spec.DatabricksProfile.Scheduled;
import io.lakebeam.spec.DatabricksProfile.SecretKey;
import io.lakebeam.spec.DatabricksProfile.ServicePrincipal;
import io.lakebeam.spec.DatabricksProfile.SignIn;
import io.lakebeam.spec.DatabricksProfile.Token;
import io.lakebeam.spec.DatabricksProfile.Trigger;
import io.lakebeam.spec.SecretText;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deployments into a workspace on this machine that refuses what Databricks would refuse. */
class DeploymentTest {
  private static final String FOLDER = TestingDatabricks.VOLUME + "/flights";
  private static final String CREATED = "created the job 'lakebeam flights', 1000";
  private static final String DONE =
      "{\"state\":\"TERMINATED\",\"termination_details\":{\"code\":\"SUCCESS\",\"type\":\"SUCCESS\","
          + "\"message\":\"\"}}";
  private static final String FAILED =
      "{\"state\":\"TERMINATED\",\"termination_details\":{\"code\":\"RUN_EXECUTION_ERROR\","
          + "\"type\":\"CLIENT_ERROR\",\"message\":\"Task lakebeam failed\"}}";

  @TempDir Path dir;
  private final TestingDatabricks databricks = TestingDatabricks.start();
  private final TestingPause pause = new TestingPause();
  private final List<String> steps = new ArrayList<>();
  private final Map<String, String> environment =
      new HashMap<>(Map.of("T", TestingDatabricks.TOKEN, "S", TestingDatabricks.CLIENT_SECRET));
  private URI host = databricks.host();
  private SignIn signIn = new Token(new SecretText("${T}"));
  private Trigger trigger = new Scheduled("0 0 4 * * ?", "UTC", false);

  @BeforeEach
  void project() throws IOException {
    Files.createDirectories(dir.resolve("pipelines/flights"));
    Files.writeString(dir.resolve("pipelines/flights/pipeline.yaml"), "pipeline: flights\n");
    Files.createDirectories(dir.resolve("transforms"));
    Files.writeString(dir.resolve("transforms/ä b.sql"), "SELECT 1");
    Files.write(dir.resolve("lakebeam-spark.jar"), new byte[300_000]);
  }

  @AfterEach
  void stop() {
    databricks.close();
  }

  private Deployment deployment() {
    DatabricksProfile profile =
        new DatabricksProfile(
            host,
            signIn,
            TestingDatabricks.VOLUME,
            new Cluster(
                "15.4.x-scala2.12",
                "Standard_D4ds_v5",
                2,
                2,
                Optional.empty(),
                Map.of("spark.driver.extraJavaOptions", "-Dx=y")),
            Map.of("LAKE", "abfss://lake@a.dfs.core.windows.net/f"),
            Map.of("HUB", new SecretKey("scope", "hub")),
            trigger,
            Map.of("team", "network"),
            Optional.empty());
    DeploymentPlan plan =
        new DeploymentPlan(
            profile,
            "flights",
            new ProjectFolder(
                dir,
                "pipelines/flights/pipeline.yaml",
                List.of("pipelines/flights/pipeline.yaml", "transforms/ä b.sql")),
            List.of(dir.resolve("lakebeam-spark.jar")),
            Map.of("year", "2026"));
    return new Deployment(plan, environment::get, pause, steps::add);
  }

  private DeployException refused() {
    DeployException refused = assertThrows(DeployException.class, () -> deployment().submit());
    String all = refused.getMessage() + refused.fix() + refused.problem() + refused.reason();
    assertFalse(all.contains(TestingDatabricks.TOKEN), all);
    assertFalse(all.contains(TestingDatabricks.CLIENT_SECRET), all);
    return refused;
  }

  @Test
  void filesJarAndJobArePutThere() throws IOException {
    assertEquals(1000, deployment().submit());
    String jar =
        databricks.files().keySet().stream()
            .filter(file -> file.endsWith(".jar"))
            .findFirst()
            .orElseThrow();
    assertTrue(jar.matches(FOLDER + "/jars/lakebeam-spark-[0-9a-f]{12}\\.jar"), jar);
    assertArrayEquals(new byte[300_000], databricks.files().get(jar));
    assertArrayEquals(
        Files.readAllBytes(dir.resolve("transforms/ä b.sql")),
        databricks.files().get(FOLDER + "/project/transforms/ä b.sql"));
    assertEquals(3, databricks.files().size());
    assertEquals(
        List.of(
            "uploaded 2 files of the pipeline to " + FOLDER + "/project",
            "uploaded " + jar,
            CREATED),
        steps);
    assertEquals(List.of(), pause.seconds());

    JsonNode job = databricks.jobs().get(1000L);
    assertEquals("lakebeam flights", job.path("name").asText());
    assertEquals("0 0 4 * * ?", job.at("/schedule/quartz_cron_expression").asText());
    assertEquals("UNPAUSED", job.at("/schedule/pause_status").asText());
    assertEquals(
        "io.lakebeam.cli.DatabricksJob",
        job.at("/tasks/0/spark_jar_task/main_class_name").asText());
    assertEquals(
        "[\"run\",\""
            + FOLDER
            + "/project/pipelines/flights/pipeline.yaml\",\"--runner\",\"spark\",\"--mode\","
            + "\"triggered\",\"--set\",\"year=2026\"]",
        job.at("/tasks/0/spark_jar_task/parameters").toString());
    assertEquals(
        "{\"HUB\":\"{{secrets/scope/hub}}\",\"JNAME\":\"zulu17-ca-amd64\","
            + "\"LAKE\":\"abfss://lake@a.dfs.core.windows.net/f\"}",
        job.at("/job_clusters/0/new_cluster/spark_env_vars").toString());
    assertEquals(
        "{\"spark.driver.extraJavaOptions\":\"-Duser.timezone=UTC -Dx=y\","
            + "\"spark.executor.extraJavaOptions\":\"-Duser.timezone=UTC\","
            + "\"spark.locality.wait\":\"0s\",\"spark.shuffle.reduceLocality.enabled\":\"false\"}",
        job.at("/job_clusters/0/new_cluster/spark_conf").toString());
    assertFalse(job.toString().contains(TestingDatabricks.TOKEN), job.toString());
  }

  @Test
  void aSecondDeploymentChangesTheJobAndKeepsTheJar() {
    deployment().submit();
    steps.clear();
    trigger = new Continuous(true);
    assertEquals(1000, deployment().submit());
    assertEquals(1, databricks.jobs().size());
    JsonNode job = databricks.jobs().get(1000L);
    assertEquals("{\"pause_status\":\"PAUSED\"}", job.path("continuous").toString());
    assertFalse(job.has("schedule"), "the settings are replaced, not merged");
    assertEquals("continuous", job.at("/tasks/0/spark_jar_task/parameters/5").asText());
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
  void busyAnswersAreWaitedFor() {
    databricks
        .fault("jobs/list", 429, Map.of("Retry-After", "7"), "")
        .fault("jobs/list", 503, "")
        .fault("jobs/list", 429, Map.of("Retry-After", "86400"), "")
        .fault("fs/files", 503, Map.of("Retry-After", "soon"), "")
        .fault("jobs/create", 429, Map.of("Retry-After", "1"), "");
    assertEquals(1000, deployment().submit());
    assertEquals(List.of(7L, 2L, 120L, 1L, 1L), pause.seconds());
    assertEquals(3, databricks.files().size());
    assertArrayEquals(
        new byte[300_000],
        databricks.files().values().stream().filter(b -> b.length > 1000).findAny().orElseThrow());
  }

  @Test
  void busyForTooLongIsTold() {
    for (int i = 0; i < RestClient.ATTEMPTS; i++) {
      databricks.fault("jobs/list", 503, "{\"error_code\":\"TEMPORARILY_UNAVAILABLE\"}");
    }
    DeployException refused = refused();
    assertEquals("cannot list jobs", refused.problem());
    assertEquals("Databricks answers 503: TEMPORARILY_UNAVAILABLE", refused.reason());
    assertEquals(List.of(1L, 2L, 4L, 8L, 16L), pause.seconds());
  }

  @Test
  void aJobIsNotCreatedTwiceWhenNobodyKnows() {
    databricks.fault("jobs/create", 502, "");
    assertEquals("Databricks answers 502", refused().reason());
    assertEquals(1, databricks.requests("jobs/create"));
  }

  @Test
  void aHostThatDoesNotListenIsTriedAgain() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      host = URI.create("http://127.0.0.1:" + free.getLocalPort());
    }
    DeployException refused = refused();
    assertTrue(refused.reason().startsWith(host + " cannot be reached"), refused.reason());
    assertEquals(List.of(1L, 2L, 4L, 8L, 16L), pause.seconds());
  }

  @Test
  void aHostThatDoesNotExistIsNot() {
    host = URI.create("http://no-such-host.invalid");
    assertEquals("there is no host no-such-host.invalid", refused().reason());
    assertEquals(List.of(), pause.seconds());
  }

  @Test
  void aRefusedTokenIsToldWithoutIt() {
    environment.put("T", "dapi-of-another-workspace");
    DeployException refused = refused();
    assertTrue(refused.reason().startsWith("Databricks answers 401: Credential"), refused.reason());
    assertTrue(refused.fix().startsWith("make a new token in the workspace"), refused.fix());
    databricks.fault("jobs/list", 403, "{\"message\":\"no: dapi-of-another-workspace\"}");
    assertEquals("Databricks answers 403: no: ****", refused().reason());
  }

  @Test
  void tokensThatCannotBeOneAreRefusedHere() {
    environment.put("T", "dapi 1\ndapi 2");
    assertEquals("${T} is no token", refused().problem());
    environment.remove("T");
    assertEquals("${T} is not set", refused().problem());
    assertEquals(List.of(), databricks.requests());
  }

  @Test
  void rightsThatAreMissingAreNamed() {
    databricks.fault(
        "fs/files", 403, "{\"error_code\":\"PERMISSION_DENIED\",\"message\":\"no WRITE VOLUME\"}");
    DeployException refused = refused();
    assertEquals("Databricks answers 403: PERMISSION_DENIED, no WRITE VOLUME", refused.reason());
    assertTrue(refused.fix().contains("WRITE VOLUME"), refused.fix());
    databricks.fault("fs/directories", 404, "{\"error_code\":\"NOT_FOUND\"}");
    assertEquals("there is no such volume, or it may not be seen", refused().reason());
    databricks.fault(
        "jobs/create",
        400,
        "{\"error_code\":\"INVALID_PARAMETER_VALUE\","
            + "\"message\":\"Node type x is not supported\"}");
    assertTrue(refused().reason().contains("Node type x is not supported"), steps::toString);
  }

  @Test
  void whatIsNoWorkspaceIsToldAsSuch() {
    databricks.fault("jobs/list", 200, "<html>sign in</html>");
    assertTrue(refused().reason().endsWith("not Databricks' JSON"), "HTML");
    databricks.fault("jobs/list", 200, "{\"jobs\": [");
    assertTrue(refused().reason().endsWith("not Databricks' JSON"), "cut off");
    databricks.fault("jobs/list", 302, Map.of("Location", "/login"), "");
    assertTrue(refused().fix().contains("address of a workspace"), "a redirect");
    databricks.fault("jobs/create", 200, "{}");
    assertEquals("the answer holds no job_id", refused().reason());
  }

  @Test
  void aServicePrincipalSignsInAndAgainWhenItsTokenExpires() {
    signIn = new ServicePrincipal(TestingDatabricks.CLIENT_ID, new SecretText("${S}"));
    databricks.run("{\"state\":\"RUNNING\"}", DONE);
    Deployment deployment = deployment();
    long job = deployment.submit();
    assertEquals(1, databricks.requests("oidc"));
    databricks.expire();
    deployment.run(job);
    assertEquals(2, databricks.requests("oidc"));
    assertEquals("the run has succeeded", steps.get(steps.size() - 1));
  }

  @Test
  void aServicePrincipalThatMayNotIsTold() {
    signIn = new ServicePrincipal("app-2", new SecretText("${S}"));
    assertEquals("the service principal app-2 cannot sign in", refused().problem());
    signIn = new ServicePrincipal(TestingDatabricks.CLIENT_ID, new SecretText("${S}"));
    databricks.fault("oidc", 200, "<html>");
    assertEquals("the workspace's answer holds no access_token", refused().reason());
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
