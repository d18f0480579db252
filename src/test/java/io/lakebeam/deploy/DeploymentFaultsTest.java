package io.lakebeam.deploy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.spec.profile.DatabricksProfile.ServicePrincipal;
import io.lakebeam.spec.secret.SecretText;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What keeps a deployment from its end, and what does not. */
class DeploymentFaultsTest extends TestingDeployment {
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
    assertEquals(2, databricks.files().size());
    assertArrayEquals(
        new byte[300_000],
        databricks.files().values().stream()
            .filter(b -> b.length > 100_000)
            .findAny()
            .orElseThrow());
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
    databricks.fault("fs/files", 403, "");
    DeployException refused = refused();
    assertTrue(refused.fix().contains("READ VOLUME"), refused.fix());
    databricks
        .fault("fs/files", 404, "")
        .fault(
            "fs/files",
            403,
            "{\"error_code\":\"PERMISSION_DENIED\",\"message\":\"no WRITE VOLUME\"}");
    refused = refused();
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
}
