package io.lakebeam.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.spec.DatabricksProfile;
import io.lakebeam.spec.PipelineLocation;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The bundle of the shipped pipeline by the shipped profile, read back. */
class BundleTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "DATABRICKS_HOST", "https://adb-1.2.azuredatabricks.net",
          "DATABRICKS_VOLUME", "/Volumes/main/ops/lakebeam",
          "DATABRICKS_TOKEN", "dapi-very-secret",
          "EVENTHUBS_CONNECTION_STRING", "Endpoint=sb://n/;SharedAccessKey=very-secret",
          "LAKE", "abfss://lake@a.dfs.core.windows.net/airlines",
          "LANDING", "abfss://landing@a.dfs.core.windows.net",
          "EVENTHUBS_NAMESPACE", "n");

  @TempDir Path dir;
  private Path bundle;
  private DeploymentPlan plan;

  @BeforeEach
  void plan() throws IOException {
    bundle = dir.resolve("bundle");
    Path jar = Files.write(dir.resolve("lakebeam-spark.jar"), new byte[] {1, 2, 3});
    DatabricksProfile profile =
        DatabricksProfile.read(
            Path.of("runners/databricks.yaml"), Path.of("").toAbsolutePath(), ENVIRONMENT::get);
    PipelineLocation location = PipelineLocation.find("airlines", Path.of(""), Path.of(""));
    PipelineSpec spec = new PipelineReader().read(location, Map.of(), ENVIRONMENT::get);
    Readiness.check(spec, profile);
    plan =
        new DeploymentPlan(
            profile,
            spec.name(),
            ProjectFolder.of(location, spec),
            List.of(jar),
            Map.of("report_year", "2025"),
            spec.trust());
  }

  private JsonNode yaml(String file) throws IOException {
    Object content = new Yaml().load(Files.readString(bundle.resolve(file)));
    return new ObjectMapper().valueToTree(content);
  }

  private Set<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(bundle)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> bundle.relativize(file).toString())
          .collect(Collectors.toSet());
    }
  }

  @Test
  void itHoldsThePipelineAndNothingElse() throws IOException {
    new Bundle(plan).write(bundle);
    assertEquals(
        Set.of(
            "databricks.yml",
            "resources/airlines.job.yml",
            "jars/lakebeam-spark.jar",
            "project/pipelines/airlines/pipeline.yaml",
            "project/pipelines/airlines/reference/airlines.csv",
            "project/pipelines/airlines/reference/airports.csv",
            "project/transforms/airlines/airport_delays.sql",
            "project/transforms/airlines/carrier_performance.sql",
            "project/transforms/airlines/delay_causes.sql",
            "project/transforms/airlines/flights_from_events.sql",
            "project/transforms/airlines/flights_from_reports.sql",
            "project/transforms/airlines/network_by_minute.sql",
            "project/expectations/airlines/flights.yaml"),
        files());
  }

  @Test
  void nobodyElseCanReadIt() throws IOException {
    for (int time = 0; time < 2; time++) {
      new Bundle(plan).write(bundle);
      assertEquals("rwx------", permissions(bundle));
      assertEquals("rw-------", permissions(bundle.resolve("databricks.yml")));
      assertEquals("rw-------", permissions(bundle.resolve("resources/airlines.job.yml")));
      Files.setPosixFilePermissions(bundle, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void thePipelineCanBeReadFromIt() throws IOException {
    new Bundle(plan).write(bundle);
    PipelineLocation there =
        PipelineLocation.of(bundle.resolve("project/pipelines/airlines/pipeline.yaml"), bundle);
    PipelineSpec spec = new PipelineReader().read(there, Map.of(), ENVIRONMENT::get);
    assertEquals(plan.project().files(), ProjectFolder.of(there, spec).files());
  }

  @Test
  void theBundleHasTargetsAndVariables() throws IOException {
    new Bundle(plan).write(bundle);
    JsonNode yaml = yaml("databricks.yml");
    DocumentedJob.keys(
        yaml, List.of("bundle", "include", "sync", "variables", "workspace", "targets"));
    assertEquals("{\"name\":\"lakebeam_airlines\"}", yaml.path("bundle").toString());
    assertEquals("[\"resources/*.yml\"]", yaml.path("include").toString());
    assertEquals(
        "{\"include\":[\"project/**\"],\"exclude\":[\"jars/**\"]}", yaml.path("sync").toString());
    assertEquals(
        "{\"host\":\"https://adb-1.2.azuredatabricks.net\",\"artifact_path\":"
            + "\"/Volumes/main/ops/lakebeam/airlines/bundle/${bundle.target}\"}",
        yaml.path("workspace").toString());
    assertEquals(
        "abfss://lake@a.dfs.core.windows.net/airlines",
        yaml.at("/variables/LAKE/default").asText());
    assertEquals("{\"mode\":\"development\",\"default\":true}", yaml.at("/targets/dev").toString());
    assertEquals("production", yaml.at("/targets/prod/mode").asText());
    assertTrue(
        yaml.at("/targets/prod/workspace/root_path").asText().startsWith("/Workspace/Users/"),
        "one copy of it");
  }

  @Test
  void theJobIsOneThatTheApiTakes() throws IOException {
    new Bundle(plan).write(bundle);
    JsonNode job = yaml("resources/airlines.job.yml").at("/resources/jobs/airlines");
    String pipeline = "${workspace.file_path}/project/pipelines/airlines/pipeline.yaml";
    DocumentedJob.check(job, List.of(pipeline, "../jars/lakebeam-spark.jar"));
    JsonNode cluster = job.at("/job_clusters/0/new_cluster");
    assertEquals("16.4.x-scala2.12", cluster.path("spark_version").asText());
    assertEquals("SINGLE_USER", cluster.path("data_security_mode").asText());
    assertEquals(
        "{\"EVENTHUBS_CONNECTION_STRING\":\"{{secrets/lakebeam/eventhubs}}\","
            + "\"EVENTHUBS_NAMESPACE\":\"${var.EVENTHUBS_NAMESPACE}\","
            + "\"LAKE\":\"${var.LAKE}\",\"LANDING\":\"${var.LANDING}\"}",
        cluster.path("spark_env_vars").toString());
    assertEquals(
        "{\"deployed_by\":\"lakebeam\",\"lakebeam_pipeline\":\"airlines\"}",
        job.path("tags").toString());
  }

  @Test
  void noSecretIsInIt() throws IOException {
    new Bundle(plan).write(bundle);
    for (String file : files()) {
      String text = Files.readString(bundle.resolve(file));
      assertFalse(text.contains("very-secret"), file);
    }
  }

  @Test
  void itReplacesItselfAndNothingElse() throws IOException {
    new Bundle(plan).write(bundle);
    Set<String> before = files();
    Files.writeString(bundle.resolve("project/gone.sql"), "SELECT 1");
    new Bundle(plan).write(bundle);
    assertEquals(before, files());

    Path others = Files.createDirectories(dir.resolve("others"));
    Files.writeString(others.resolve("databricks.yml"), "bundle: {name: theirs}");
    DeployException refused =
        assertThrows(DeployException.class, () -> new Bundle(plan).write(others));
    assertTrue(
        refused.problem().endsWith("no bundle that Lakebeam has written"), refused.problem());
    assertEquals("bundle: {name: theirs}", Files.readString(others.resolve("databricks.yml")));
  }
}
