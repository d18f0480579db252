package io.lakebeam.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A self-test is a run of its own, with the cluster, jars and parameters that the job would get.
 */
class SelfTestRunTest extends TestingDeployment {
  private static final String RUNNING = "{\"state\":\"RUNNING\"}";

  @Test
  void itsLinesAreToldAsTheyComeAndItPasses() {
    databricks
        .run("{\"state\":\"PENDING\"}", RUNNING, RUNNING, DONE)
        .logs(
            "",
            "ok       a\nok       ",
            "ok       a\nok       b\n",
            "ok       a\nok       b\n2 ok");
    deployment().selfTest();
    int started = steps.indexOf("started the run 500: " + host + "/#job/run/500");
    assertEquals(
        List.of(
            "the run is pending",
            "the run is running",
            "ok       a",
            "ok       b",
            "2 ok",
            "the self-test has passed"),
        steps.subList(started + 1, steps.size()));
    assertEquals(0, databricks.jobs().size(), "no job is made");
  }

  @Test
  void theRunIsAsTheJobWouldBe() {
    databricks.run(DONE);
    deployment().submit();
    deployment().selfTest();
    JsonNode job = databricks.jobs().get(1000L);
    JsonNode run = databricks.submittedRuns().get(0);
    assertEquals(
        job.at("/job_clusters/0/new_cluster"), run.at("/tasks/0/new_cluster"), "the same cluster");
    assertEquals(job.at("/tasks/0/libraries"), run.at("/tasks/0/libraries"));
    String parameters = job.at("/tasks/0/spark_jar_task/parameters").toString();
    assertTrue(parameters.startsWith("[\"run\","), parameters);
    assertEquals(
        parameters.replace("[\"run\"", "[\"self-test\"").replace(",\"--mode\",\"triggered\"", ""),
        run.at("/tasks/0/spark_jar_task/parameters").toString());
    assertEquals("lakebeam flights self-test", run.path("run_name").asText());
    assertEquals(3600, run.path("timeout_seconds").asInt());
  }

  @Test
  void aCheckThatFailsIsAFailureBehindItsLines() {
    databricks
        .run(FAILED)
        .logs("failed   lake, write: denied\n")
        .taskError("ended with exit code 1; its output says why");
    DeployException failed = assertThrows(DeployException.class, () -> deployment().selfTest());
    assertEquals("the self-test has not passed", failed.problem());
    assertEquals("mend what its lines above say, and test again", failed.fix());
    assertEquals("failed   lake, write: denied", steps.get(steps.size() - 1));
  }

  @Test
  void aRunThatDoesNotGetSoFarIsToldByItsError() {
    databricks.run(FAILED).taskError("no such node type");
    DeployException failed = assertThrows(DeployException.class, () -> deployment().selfTest());
    assertEquals("the run 500 has ended as RUN_EXECUTION_ERROR", failed.problem());
    assertEquals("no such node type", failed.reason());
  }

  @Test
  void outputThatCannotBeHadYetIsAskedForAgain() {
    databricks
        .run(RUNNING, DONE)
        .fault(
            "/runs/get-output", 400, "{\"error_code\":\"INVALID_STATE\",\"message\":\"running\"}")
        .logs("ok       a\n");
    deployment().selfTest();
    assertTrue(steps.contains("ok       a"), steps::toString);
  }
}
