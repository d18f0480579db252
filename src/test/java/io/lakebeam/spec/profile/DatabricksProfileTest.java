package io.lakebeam.spec.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.DatasetSpec.Layer;
import io.lakebeam.spec.InlineProject;
import io.lakebeam.spec.profile.DatabricksProfile.Cluster;
import io.lakebeam.spec.profile.DatabricksProfile.Continuous;
import io.lakebeam.spec.profile.DatabricksProfile.Manual;
import io.lakebeam.spec.profile.DatabricksProfile.Scheduled;
import io.lakebeam.spec.profile.DatabricksProfile.SecretKey;
import io.lakebeam.spec.profile.DatabricksProfile.ServicePrincipal;
import io.lakebeam.spec.profile.DatabricksProfile.Token;
import io.lakebeam.spec.secret.SecretText;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabricksProfileTest {
  private static final String LEAST =
      """
      runner: databricks
      databricks:
        host: https://adb-1.2.azuredatabricks.net/
        token: ${DATABRICKS_TOKEN}
        volume: /Volumes/main/ops/lakebeam/
        node_type_id: Standard_D4ds_v5
      """;

  private static final Map<String, String> SHIPPED =
      Map.of(
          "DATABRICKS_HOST", "https://adb-1.2.azuredatabricks.net",
          "DATABRICKS_VOLUME", "/Volumes/main/ops/lakebeam",
          "LAKE", "abfss://lake@a.dfs.core.windows.net/airlines",
          "LANDING", "abfss://landing@a.dfs.core.windows.net",
          "EVENTHUBS_NAMESPACE", "n",
          "DATABRICKS_TOKEN", "dapi-very-secret");

  @TempDir Path dir;
  private final Map<String, String> environment = new HashMap<>();

  private DatabricksProfile read(String yaml) {
    new InlineProject(dir).file("d.yaml", yaml);
    return DatabricksProfile.read(Path.of("d.yaml"), dir, environment::get);
  }

  private List<String> told(String yaml) {
    return assertThrows(PipelineException.class, () -> read(yaml)).problems().stream()
        .map(InlineProject::told)
        .toList();
  }

  @Test
  void littleIsNeeded() {
    assertEquals(
        new DatabricksProfile(
            URI.create("https://adb-1.2.azuredatabricks.net"),
            new Token(new SecretText("${DATABRICKS_TOKEN}")),
            "/Volumes/main/ops/lakebeam",
            new Cluster("16.4.x-scala2.12", "Standard_D4ds_v5", 2, 2, Optional.empty(), Map.of()),
            Map.of(),
            Map.of(),
            new Manual(),
            Map.of(),
            Optional.empty()),
        read(LEAST));
  }

  @Test
  void theShippedProfileNeedsTheEnvironmentItNames() {
    Path file = Path.of("runners/databricks.yaml");
    DatabricksProfile shipped = DatabricksProfile.read(file, Path.of(""), SHIPPED::get);
    assertEquals(
        Map.of("EVENTHUBS_CONNECTION_STRING", new SecretKey("lakebeam", "eventhubs")),
        shipped.secrets());
    assertEquals(new Scheduled("0 0/15 * * * ?", "UTC", false), shipped.trigger());
    assertEquals(SHIPPED.get("LAKE"), shipped.variables().get("LAKE"));
    assertEquals(Set.of(Layer.GOLD), shipped.tables().orElseThrow().layers());
    assertFalse(shipped.toString().contains("dapi-very-secret"), "the token is looked up later");

    List<String> unset =
        assertThrows(
                PipelineException.class,
                () -> DatabricksProfile.read(file, Path.of(""), name -> null))
            .problems()
            .stream()
            .map(problem -> problem.problem())
            .toList();
    assertEquals(
        List.of(
            "${DATABRICKS_HOST} is not set",
            "${DATABRICKS_VOLUME} is not set",
            "${LAKE} is not set",
            "${LANDING} is not set",
            "${EVENTHUBS_NAMESPACE} is not set"),
        unset);
  }

  @Test
  void everythingCanBeSaid() {
    DatabricksProfile profile =
        read(
            """
            runner: databricks
            spark_conf:
              spark.executor.memory: 8g
              fs.azure.account.oauth2.client.secret.a.dfs.core.windows.net: "{{secrets/s/k}}"
            databricks:
              host: http://127.0.0.1:8080
              client_id: app
              client_secret: ${S}
              volume: /Volumes/a/b/c/d
              spark_version: 15.4.x-photon-scala2.12
              node_type_id: m5.xlarge
              autoscale: {min_workers: 1, max_workers: 8}
              policy_id: P
              variables: {LAKE: "s3a://lake", YEAR: 2026}
              secrets: {HUB: scope-1/key.2}
              continuous: true
              paused: true
              tags: {team: network}
              tables: {catalog: c, schema: s, warehouse_id: w, layers: [silver, gold]}
            """);
    assertEquals(new ServicePrincipal("app", new SecretText("${S}")), profile.signIn());
    assertEquals(1, profile.cluster().minWorkers());
    assertEquals(8, profile.cluster().maxWorkers());
    assertEquals(
        "{{secrets/s/k}}",
        profile
            .cluster()
            .sparkConf()
            .get("fs.azure.account.oauth2.client.secret.a.dfs.core.windows.net"));
    assertEquals(Map.of("LAKE", "s3a://lake", "YEAR", "2026"), profile.variables());
    assertEquals("{{secrets/scope-1/key.2}}", profile.secrets().get("HUB").reference());
    assertEquals(new Continuous(true), profile.trigger());
    assertEquals(Set.of(Layer.SILVER, Layer.GOLD), profile.tables().orElseThrow().layers());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "token: dapi123                     | token is written out",
        "token: \"${T:-dapi123}\"           | token is written out",
        "token: \"${A}\\n  client_id: x\"   | token is written out",
        "tokn: x                            | there is no key tokn in databricks",
      })
  void whatSignsInIsReferred(String line, String problem) {
    List<String> told = told(LEAST.replace("  token: ${DATABRICKS_TOKEN}", "  " + line));
    assertTrue(told.stream().anyMatch(text -> text.contains(problem)), told::toString);
    assertFalse(told.toString().contains("dapi123"), told::toString);
  }

  @Test
  void thereIsOneWayToSignIn() {
    String problem = "databricks has not one way to sign in";
    for (String lines :
        List.of(
            "",
            "  client_id: x\n",
            "  client_secret: ${S}\n",
            "  token: ${T}\n  client_id: x\n  client_secret: ${S}\n",
            "  token: ${T}\n  client_id: x\n")) {
      List<String> told = told(LEAST.replace("  token: ${DATABRICKS_TOKEN}\n", lines));
      assertTrue(told.get(0).contains(problem), told::toString);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "host: https://evil.example                     | no workspace of Databricks by its name",
        "host: https://azuredatabricks.net.evil.example | no workspace of Databricks by its name",
        "host: ftp://x                                  | takes the workspace's https address",
        "host: http://adb-1.azuredatabricks.net         | takes the workspace's https address",
        "volume: /dbfs/lakebeam                         | takes a folder of a Unity Catalog volume",
        "spark_version: 16.4.x-scala2.13                | from 14.3 to 16.4 with Scala 2.12",
        "spark_version: 17.3.x-scala2.13                | does not run on the runtime 17.3",
        "spark_version: 18.0.x-photon-scala2.13         | does not run on the runtime 18.0",
        "num_workers: 0                                 | takes a whole number from 1 on",
        "autoscale: {min_workers: 3, max_workers: 2}    | max_workers is less than min_workers",
        "autoscale: {min_workers: 1}                    | the key max_workers is missing",
        "secrets: {HUB: hub}                            | takes a secret scope and a key in it",
        "schedule: {quartz_cron_expression: \"* *\"}    | seconds first",
        "tables: {catalog: c, schema: s, layers: [red]} | cannot be 'red'",
        "variables: {DB_PASSWORD: hunter2}              | DB_PASSWORD holds a secret",
        "variables: {GITHUB_TOKEN: hunter2}             | GITHUB_TOKEN holds a secret",
        "variables: {SK_KEY: hunter2}                   | SK_KEY holds a secret",
        "variables: {LANDING_SAS: hunter2}              | LANDING_SAS holds a secret",
        "variables: {GH: \"x ${SOME_TOKEN}\"}           | ${SOME_TOKEN} holds a secret",
        "tags: {owner: \"${SOME_TOKEN}\"}               | ${SOME_TOKEN} holds a secret",
        "volume: /Volumes/main/ops/${SOME_TOKEN}        | ${SOME_TOKEN} holds a secret",
        "variables: {C: \"Endpoint=sb://n/;SharedAccessKey=hunter2\"} | C holds a secret",
      })
  void mistakesAreTold(String line, String problem) {
    environment.put("SOME_TOKEN", "hunter2");
    String key = line.substring(0, line.indexOf(':'));
    List<String> told =
        told(LEAST.replaceFirst("(?m)^  " + key + ":.*\n", "") + "  " + line + "\n");
    assertEquals(1, told.size(), told::toString);
    assertTrue(told.get(0).contains(problem), told::toString);
    assertFalse(told.get(0).contains("hunter2"), told::toString);
  }

  @Test
  void theRefusalOfSpark4SaysWhyAndWhatToUseInstead() {
    PipelineException refused =
        assertThrows(
            PipelineException.class, () -> read(LEAST + "  spark_version: 17.3.x-scala2.13\n"));
    Problem problem = refused.problems().get(0);
    assertTrue(problem.cause().contains("Scala 2.13"), problem::cause);
    assertTrue(problem.cause().contains("experimental"), problem::cause);
    assertTrue(problem.fix().contains("2028-05-09"), problem::fix);
    String fixed = problem.fix().replaceAll("^write ([^,]+),.*", "$1");
    assertEquals(fixed, read(LEAST + "  spark_version: " + fixed + "\n").cluster().sparkVersion());
  }

  @Test
  void whatExcludesEachOtherIsTold() {
    String schedule = "  schedule: {quartz_cron_expression: \"0 0 4 * * ?\"}\n";
    assertTrue(
        told(LEAST + schedule + "  continuous: true\n").get(0).contains("exclude each other"));
    assertTrue(
        told(LEAST + "  num_workers: 3\n  autoscale: {min_workers: 1, max_workers: 2}\n")
            .get(0)
            .contains("exclude each other"));
    assertTrue(
        told(LEAST + "  variables: {HUB: x}\n  secrets: {HUB: a/b}\n")
            .get(0)
            .contains("HUB stands under variables and under secrets"));
    assertTrue(
        told(LEAST + schedule.replace("}", ", timezone_id: Mars/Olympus}"))
            .get(0)
            .contains("there is no time zone Mars/Olympus"));
  }

  @Test
  void aSecretOfTheEnvironmentDoesNotGetIntoSparksSettings() {
    environment.put("KEY", "hunter2");
    List<String> told =
        told(LEAST + "spark_conf: {\"fs.azure.account.key.a.dfs.core.windows.net\": \"${KEY}\"}\n");
    assertTrue(told.get(0).contains("holds a secret"), told::toString);
    assertFalse(told.get(0).contains("hunter2"), told::toString);
  }

  @Test
  void onlyDatabricksIsDeployed() {
    assertTrue(told("runner: direct\n").get(0).contains("only databricks has jobs to deploy"));
    assertTrue(told("runner: databricks\n").get(0).contains("the key databricks is missing"));
  }
}
