package io.lakebeam.deploy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.spec.Trust;
import io.lakebeam.spec.profile.DatabricksProfile;
import io.lakebeam.spec.profile.DatabricksProfile.Cluster;
import io.lakebeam.spec.profile.DatabricksProfile.Scheduled;
import io.lakebeam.spec.profile.DatabricksProfile.SecretKey;
import io.lakebeam.spec.profile.DatabricksProfile.SignIn;
import io.lakebeam.spec.profile.DatabricksProfile.Token;
import io.lakebeam.spec.profile.DatabricksProfile.Trigger;
import io.lakebeam.spec.secret.SecretText;
import java.io.IOException;
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
import org.junit.jupiter.api.io.TempDir;

/** A pipeline, and a workspace on this machine that refuses what Databricks would refuse. */
abstract class TestingDeployment {
  static final String FOLDER = TestingDatabricks.VOLUME + "/flights";
  static final String CREATED = "created the job 'lakebeam flights', 1000";
  static final String DONE =
      "{\"state\":\"TERMINATED\",\"termination_details\":{\"code\":\"SUCCESS\",\"type\":\"SUCCESS\","
          + "\"message\":\"\"}}";
  static final String FAILED =
      "{\"state\":\"TERMINATED\",\"termination_details\":{\"code\":\"RUN_EXECUTION_ERROR\","
          + "\"type\":\"CLIENT_ERROR\",\"message\":\"Task lakebeam failed\"}}";

  @TempDir Path dir;
  final TestingDatabricks databricks = TestingDatabricks.start();
  final TestingPause pause = new TestingPause();
  final List<String> steps = new ArrayList<>();
  final Map<String, String> environment =
      new HashMap<>(Map.of("T", TestingDatabricks.TOKEN, "S", TestingDatabricks.CLIENT_SECRET));
  URI host = databricks.host();
  SignIn signIn = new Token(new SecretText("${T}"));
  Trigger trigger = new Scheduled("0 0 4 * * ?", "UTC", false);

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

  Deployment deployment() {
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
            Map.of("year", "2026"),
            Trust.AS_DATA);
    return new Deployment(plan, environment::get, pause, steps::add);
  }

  DeployException refused() {
    DeployException refused = assertThrows(DeployException.class, () -> deployment().submit());
    String all = refused.getMessage() + refused.fix() + refused.problem() + refused.reason();
    assertFalse(all.contains(TestingDatabricks.TOKEN), all);
    assertFalse(all.contains(TestingDatabricks.CLIENT_SECRET), all);
    return refused;
  }
}
