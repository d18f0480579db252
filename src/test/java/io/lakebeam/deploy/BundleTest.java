package io.lakebeam.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.profile.DatabricksProfile;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.testing.ProjectJars;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
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

  /** With a jar that its user has named twice. */
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
            ProjectFolder.of(location, spec, ProjectJars::referenceFiles),
            List.of(jar, jar),
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

  /** The one jar of the bundle whose name starts so. */
  private Path jar(String start) throws IOException {
    try (Stream<Path> jars = Files.list(bundle.resolve("jars"))) {
      List<Path> found = jars.filter(j -> j.getFileName().toString().startsWith(start)).toList();
      assertEquals(1, found.size(), found.toString());
      return found.get(0);
    }
  }

  @Test
  void itHoldsTheJobAndItsJarsAndNothingElse() throws IOException {
    new Bundle(plan).write(bundle);
    Set<String> files = files();
    assertEquals(
        Set.of(
            "databricks.yml",
            "resources/airlines.job.yml",
            "jars/" + jar("lakebeam-spark-").getFileName(),
            "jars/" + jar("airlines-project-").getFileName()),
        files);
    for (String file : files) {
      assertTrue(!file.endsWith(".jar") || file.matches(".*-[0-9a-f]{12}\\.jar"), file);
    }
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
    Path there = dir.resolve("there");
    try (ZipFile jar = new ZipFile(jar("airlines-project-").toFile())) {
      for (ZipEntry entry : jar.stream().toList()) {
        Path file = there.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(jar.getInputStream(entry), file);
      }
    }
    String parameter =
        yaml("resources/airlines.job.yml")
            .at("/resources/jobs/airlines/tasks/0/spark_jar_task/parameters/1")
            .asText();
    assertTrue(
        parameter.endsWith("/pipelines/airlines/pipeline.yaml")
            && parameter.startsWith("classpath:/"),
        parameter);
    PipelineLocation location =
        PipelineLocation.of(there.resolve(parameter.substring("classpath:/".length())), there);
    PipelineSpec spec = new PipelineReader().read(location, Map.of(), ENVIRONMENT::get);
    assertEquals(
        plan.project().files(),
        ProjectFolder.of(location, spec, ProjectJars::referenceFiles).files());
    assertTrue(
        plan.project().files().contains("pipelines/airlines/reference/airports.csv"),
        "reference data go along");
  }

  @Test
  void theBundleHasTargetsAndVariables() throws IOException {
    new Bundle(plan).write(bundle);
    JsonNode yaml = yaml("databricks.yml");
    DocumentedJob.keys(
        yaml, List.of("bundle", "include", "sync", "variables", "workspace", "targets"));
    assertEquals("{\"name\":\"lakebeam_airlines\"}", yaml.path("bundle").toString());
    assertEquals("[\"resources/*.yml\"]", yaml.path("include").toString());
    assertEquals("{\"exclude\":[\"jars/**\"]}", yaml.path("sync").toString());
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
    DocumentedJob.check(
        job,
        List.of(
            "../jars/" + jar("lakebeam-spark-").getFileName(),
            "../jars/" + jar("airlines-project-").getFileName()));
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
      String text = Files.readString(bundle.resolve(file), StandardCharsets.ISO_8859_1);
      assertFalse(text.contains("very-secret"), file);
    }
  }

  @Test
  void itReplacesItselfAndNothingElse() throws IOException {
    new Bundle(plan).write(bundle);
    Set<String> before = files();
    Files.writeString(bundle.resolve("jars/gone.jar"), "an older one");
    Files.createDirectories(bundle.resolve("project"));
    Files.writeString(bundle.resolve("project/gone.sql"), "of an older bundle");
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
