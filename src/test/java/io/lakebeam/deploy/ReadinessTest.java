package io.lakebeam.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.spec.DatasetSpec.Layer;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.Trust;
import io.lakebeam.spec.profile.DatabricksProfile;
import io.lakebeam.spec.profile.DatabricksProfile.Tables;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.testing.ProjectJars;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadinessTest {
  private static final String PIPELINE =
      """
      pipeline: p
      lake: ${LAKE:-./lake}
      sources:
        events:
          event_hubs: {namespace: n, event_hub: h, connection_string: "${HUB}"}
          format: json
          schema: "id BIGINT"
        orders: {files: "${LANDING:-in}/*.csv", format: csv, schema: "id BIGINT"}
        shops: {reference: "${SHOPS:-shops/*.csv}", format: csv, schema: "id BIGINT"}
      datasets:
        bronze: {layer: bronze, streaming_table: {from: events}}
        a_view: {layer: gold, view: {sql: "SELECT id FROM bronze"}}
        totals:
          layer: gold
          materialized_view: queries/totals.sql
          expect: rules.yaml
        unlayered: {streaming_table: {from: orders}}
      """;

  @TempDir Path dir;

  private TestingPipeline project() {
    return new TestingPipeline(dir.resolve("project"))
        .yaml(PIPELINE)
        .file("queries/totals.sql", "SELECT COUNT(*) AS n FROM bronze")
        .file("queries/unused.sql", "SELECT 1")
        .file("rules.yaml", "positive: n > 0\n")
        .file("shops/one.csv", "id\n1\n")
        .file("shops/two.csv", "id\n2\n")
        .file("shops/notes.txt", "none");
  }

  private PipelineSpec spec(Map<String, String> environment) {
    return new PipelineReader().read(location(), Map.of(), environment::get);
  }

  private PipelineLocation location() {
    return PipelineLocation.find("p", dir.resolve("project"), dir);
  }

  private DatabricksProfile profile(String more) {
    new TestingPipeline(dir)
        .file(
            "d.yaml",
            "runner: databricks\ndatabricks:\n  host: https://h.cloud.databricks.com\n  token: ${T}\n"
                + "  volume: /Volumes/a/b/c\n  node_type_id: n\n"
                + more);
    return DatabricksProfile.read(Path.of("d.yaml"), dir, name -> null);
  }

  @Test
  void aVariableThatASecretRefersToIsOne() {
    project();
    PipelineSpec spec =
        spec(Map.of("LAKE", "abfss://l@a.dfs.core.windows.net/x", "LANDING", "abfss://l@a/b"));
    List<String> problems =
        assertThrows(
                PipelineException.class,
                () -> Readiness.check(spec, profile("  variables: {HUB: anything}\n")))
            .problems()
            .stream()
            .map(problem -> problem.problem() + " | " + problem.fix())
            .toList();
    assertEquals(
        List.of(
            "HUB stands under variables of the profile | write secrets: {HUB: SCOPE/KEY} in the"
                + " profile instead, and put the value there with: databricks secrets put-secret"
                + " SCOPE KEY"),
        problems);
  }

  @Test
  void whatIsOnThisMachineOnlyIsTold() {
    project();
    List<String> problems =
        assertThrows(PipelineException.class, () -> Readiness.check(spec(Map.of()), profile("")))
            .problems()
            .stream()
            .map(problem -> problem.problem().replace(dir.toString(), ""))
            .toList();
    assertEquals(
        List.of(
            "the lake /project/lake is a folder of one machine",
            "orders reads /project/in/*.csv, which is on this machine",
            "the job would not have ${HUB}"),
        problems);
  }

  private List<String> told(Map<String, String> environment, String profile) {
    return told(environment, profile, "");
  }

  /**
   * @param end of the profile, with keys beside databricks
   */
  private List<String> told(Map<String, String> environment, String profile, String end) {
    PipelineSpec spec = spec(environment);
    DatabricksProfile databricks = profile(profile + "  secrets: {HUB: scope/hub}\n" + end);
    try {
      Readiness.check(spec, databricks);
      return List.of();
    } catch (PipelineException e) {
      return e.problems().stream().map(p -> p.problem() + " | " + p.fix()).toList();
    }
  }

  @Test
  void aPipelineOfUrisAndSecretsIsReady() {
    project();
    for (String landing : List.of("abfss://l@a.dfs.core.windows.net", "s3a://l", "gs://l")) {
      assertEquals(
          List.of(),
          told(Map.of("LAKE", "abfss://l@a.dfs.core.windows.net/x", "LANDING", landing), ""));
    }
    assertEquals(List.of(), told(Map.of("LAKE", "gs://lake/p", "LANDING", "gs://l"), ""));
  }

  @Test
  void aSchemeOfS3ThatNoDriverHasIsTold() {
    project();
    List<String> problems =
        told(Map.of("LAKE", "abfss://l@a.dfs.core.windows.net/x", "LANDING", "s3://l"), "");
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(problems.get(0).contains("for which there is no driver"), problems.get(0));
  }

  @Test
  void whatNoJvmOpensThereIsTold() {
    project();
    Map<String, String> places =
        Map.of(
            "LAKE", "/Volumes/a/b/lake",
            "LANDING", "dbfs:/mnt/in",
            "SHOPS", "/Workspace/Shared/shops.csv");
    List<String> problems = told(places, "");
    assertEquals(3, problems.size(), problems.toString());
    assertTrue(problems.get(0).startsWith("the lake lies at ${LAKE}, where Lakebeam"));
    assertTrue(problems.get(0).contains("DESCRIBE VOLUME catalog.schema.volume"), problems.get(0));
    assertTrue(problems.get(1).contains("dbutils.fs.mounts()"), problems.get(1));
    assertTrue(problems.get(2).startsWith("shops lies at ${SHOPS}"), problems.get(2));
    assertThrows(PipelineException.class, () -> Readiness.checkTables(spec(places), profile("")));
  }

  /** Its runtimes have an S3 driver that cannot put if absent. */
  @Test
  void aLakeInS3IsForOtherSparks() {
    project();
    assertEquals(1, told(Map.of("LAKE", "s3://lake/p", "LANDING", "s3a://l"), "").size());
    Map<String, String> inS3 = Map.of("LAKE", "s3a://lake/p", "LANDING", "s3a://l");
    List<String> problems = told(inS3, "");
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(
        problems.get(0).startsWith("the lake ${LAKE} cannot be written to from Databricks"),
        problems.get(0));
    Readiness.checkTables(spec(inS3), profile(""));
  }

  @Test
  void filesOfKafkasClientAreTold() {
    project();
    new TestingPipeline(dir.resolve("project"))
        .yaml(
            PIPELINE.replace(
                "event_hubs: {namespace: n, event_hub: h, connection_string: \"${HUB}\"}",
                """
                kafka:
                      bootstrap_servers: b:9093
                      topic: t
                      properties: {client.rack: /rack, ssl.truststore.location: /Volumes/a/b/c/trust.jks}"""));
    PipelineSpec spec =
        new PipelineReader(Trust.AS_CODE)
            .read(
                location(),
                Map.of(),
                Map.of("LAKE", "abfss://l@a.dfs.core.windows.net/x", "LANDING", "s3a://l")::get);
    PipelineException refused =
        assertThrows(PipelineException.class, () -> Readiness.check(spec, profile("")));
    assertEquals(
        "ssl.truststore.location of events names a file", refused.problems().get(0).problem());
  }

  @Test
  void referenceDataAreFoundAsARunFindsThem() throws IOException {
    project()
        .file("shops/.hidden/key.csv", "id\nsecret\n")
        .file("shops/_old/one.csv", "id\n7\n")
        .file("shops/more/three.csv", "id\n3\n");
    assertEquals(
        List.of("shops/more/three.csv", "shops/notes.txt", "shops/one.csv", "shops/two.csv"),
        ProjectFolder.of(location(), spec(Map.of("SHOPS", "shops/*")), ProjectJars::referenceFiles)
            .files()
            .stream()
            .filter(file -> file.startsWith("shops/"))
            .toList());
  }

  private static final String STORES =
      """
      storage:
        azure:
          keyed: {account_key: "${STORAGE_KEY}"}
          signed: {sas: "${SAS}"}
          app: {oauth: {tenant: t-1, client_id: i-1, client_secret: "${APP}"}}
          machine: {managed_identity: {}}
        s3: {bucket: {region: eu-central-1, path_style: true, access_key: "${AK}", secret_key: "${SK}"}}
        gcs: {project: flights, service_account_key_file: keys/g.json}
        properties: {fs.s3a.connection.maximum: "200"}
      """;

  /** What is told to be written is written, and then nothing is told any more. */
  @Test
  void storesAreSignedInToByTheCluster() {
    project().yaml(PIPELINE + STORES);
    Map<String, String> environment =
        Map.of("LAKE", "abfss://l@keyed.dfs.core.windows.net/x", "LANDING", "s3a://bucket");
    List<String> problems = told(environment, "");
    assertEquals(7, problems.size(), problems.toString());
    assertTrue(
        problems.get(1).startsWith("the job would not sign in as storage.azure.keyed says | "),
        problems.get(1));
    StringBuilder written = new StringBuilder("spark_conf:\n");
    for (String problem : problems) {
      String lines = problem.substring(problem.indexOf("spark_conf:\n") + "spark_conf:\n".length());
      written.append(lines).append('\n');
    }
    for (String line :
        List.of(
            "  spark.hadoop.fs.azure.account.key.keyed.dfs.core.windows.net:"
                + " \"{{secrets/SCOPE/KEY}}\"",
            "  spark.hadoop.fs.azure.sas.token.provider.type.signed.dfs.core.windows.net:"
                + " org.apache.hadoop.fs.azurebfs.sas.FixedSASTokenProvider",
            "  spark.hadoop.fs.azure.account.oauth2.client.id.app.dfs.core.windows.net: i-1",
            "  spark.hadoop.fs.azure.account.oauth.provider.type.machine.dfs.core.windows.net:"
                + " org.apache.hadoop.fs.azurebfs.oauth2.ClientCredsTokenProvider",
            "  spark.hadoop.fs.s3a.bucket.bucket.path.style.access: \"true\"",
            "  spark.hadoop.fs.gs.auth.service.account.private.key: \"{{secrets/SCOPE/KEY}}\"",
            "  spark.hadoop.fs.s3a.connection.maximum: \"200\"")) {
      assertTrue(written.toString().contains(line + "\n"), line + " in\n" + written);
    }
    assertEquals(List.of(), told(environment, "", written.toString()));
    assertEquals(List.of(), told(environment, "  policy_id: P1\n"), "a policy may say it all");
  }

  /** What the pipeline says is for other runners: a key on a laptop, a service principal there. */
  @Test
  void aClusterMaySignInInAnotherWay() {
    project().yaml(PIPELINE + "storage: {azure: {keyed: {account_key: \"${STORAGE_KEY}\"}}}\n");
    Map<String, String> environment =
        Map.of("LAKE", "abfss://l@keyed.dfs.core.windows.net/x", "LANDING", "s3a://bucket");
    String type = "spark_conf:\n  spark.hadoop.fs.azure.account.auth.type";
    assertEquals(List.of(), told(environment, "", type + ".keyed.dfs.core.windows.net: OAuth\n"));
    assertEquals(
        List.of(),
        told(environment, "", type + ".${ACCOUNT:-keyed}.dfs.core.windows.net: OAuth\n"));
    assertEquals(List.of(), told(environment, "", type + ": OAuth\n"), "for every account");
    for (String other : List.of(".other.dfs.core.windows.net: OAuth", ": SharedKey")) {
      List<String> problems = told(environment, "", type + other + "\n");
      assertEquals(1, problems.size(), other);
      assertTrue(problems.get(0).contains("fs.azure.account.key.keyed."), problems.get(0));
    }
  }

  /** Whatever the variables hold: a way out that is blacked out is none. */
  @Test
  void theWayOutCanBeRead() {
    project();
    String azure = "abfss://lake@contoso.dfs.core.windows.net/p";
    String sample = "such as abfss://container@account.dfs.core.windows.net/folder";
    for (Map<String, String> places :
        List.of(
            Map.of("LAKE", "/Volumes/a/b/lake", "LANDING", azure),
            Map.of("LAKE", azure, "LANDING", "dbfs:/mnt/in"),
            Map.of("LAKE", azure, "LANDING", azure, "SHOPS", "/Workspace/shops.csv"),
            Map.of("LAKE", dir.toString(), "LANDING", azure))) {
      List<String> problems = told(places, "");
      assertEquals(1, problems.size(), problems.toString());
      assertTrue(problems.get(0).contains(sample), problems.get(0));
    }
  }

  @Test
  void secretsThatTheProfileNamesStandInTheLines() {
    project().yaml(PIPELINE + "storage: {azure: {keyed: {account_key: \"${STORAGE_KEY}\"}}}\n");
    PipelineSpec spec =
        spec(Map.of("LAKE", "abfss://l@keyed.dfs.core.windows.net/x", "LANDING", "s3a://b"));
    String fix =
        assertThrows(
                PipelineException.class,
                () ->
                    Readiness.check(
                        spec, profile("  secrets: {HUB: scope/hub, STORAGE_KEY: lake/key}\n")))
            .problems()
            .get(0)
            .fix();
    assertEquals(
        """
        write into the profile:
        spark_conf:
          spark.hadoop.fs.azure.account.auth.type.keyed.dfs.core.windows.net: SharedKey
          spark.hadoop.fs.azure.account.key.keyed.dfs.core.windows.net: "{{secrets/lake/key}}\"""",
        fix);
  }

  @Test
  void theProjectIsWhatThePipelineNames() {
    project();
    ProjectFolder folder =
        ProjectFolder.of(location(), spec(Map.of()), ProjectJars::referenceFiles);
    assertEquals("pipelines/p/pipeline.yaml", folder.pipelineFile());
    assertEquals(
        List.of(
            "pipelines/p/pipeline.yaml",
            "queries/totals.sql",
            "rules.yaml",
            "shops/one.csv",
            "shops/two.csv"),
        folder.files());
    assertEquals(
        3,
        ProjectFolder.of(
                location(), spec(Map.of("SHOPS", "s3a://shops/*.csv")), ProjectJars::referenceFiles)
            .files()
            .size());
  }

  /** A link below the root would take somebody else's key along. */
  @Test
  void filesBehindLinksOutOfTheRootAreTold() throws IOException {
    Path key = Files.writeString(dir.resolve("key"), "id\nsecret\n");
    Path link = dir.resolve("project/linked/shops.csv");
    project();
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, key);
    PipelineException refused =
        assertThrows(
            PipelineException.class,
            () ->
                ProjectFolder.of(
                    location(),
                    spec(Map.of("SHOPS", "linked/*.csv")),
                    ProjectJars::referenceFiles));
    assertTrue(
        refused.getMessage().contains("/shops.csv lies outside of the pipeline's root"),
        refused.getMessage());
  }

  @Test
  void filesOutsideOfTheRootAreTold() {
    project().file("../elsewhere/shops.csv", "id\n1\n");
    PipelineException refused =
        assertThrows(
            PipelineException.class,
            () ->
                ProjectFolder.of(
                    location(),
                    spec(Map.of("SHOPS", "../elsewhere/shops.csv")),
                    ProjectJars::referenceFiles));
    assertTrue(
        refused.problems().get(0).problem().endsWith("lies outside of the pipeline's root"),
        refused::getMessage);
  }

  @Test
  void tablesOfTheWantedLayersAreRegistered() {
    project();
    PipelineSpec spec = spec(Map.of("LAKE", "abfss://l@a.dfs.core.windows.net/it's"));
    assertEquals(
        List.of(
            "CREATE TABLE IF NOT EXISTS `main`.`od``d`.`totals` USING DELTA LOCATION"
                + " 'abfss://l@a.dfs.core.windows.net/it\\'s/totals'",
            "MSCK REPAIR TABLE `main`.`od``d`.`totals` SYNC METADATA"),
        ExternalTables.statements(
            spec,
            new Tables("main", "od`d", Optional.empty(), Set.of(Layer.GOLD)),
            (pipeline, dataset) -> pipeline.lake() + "/" + dataset));
    assertEquals(
        List.of(
            "CREATE TABLE IF NOT EXISTS `c`.`s`.`totals` USING DELTA LOCATION 's3://l/totals'",
            "MSCK REPAIR TABLE `c`.`s`.`totals` SYNC METADATA"),
        ExternalTables.statements(
            spec,
            new Tables("c", "s", Optional.empty(), Set.of(Layer.GOLD)),
            (pipeline, dataset) -> "s3a://l/" + dataset));
    assertEquals(
        4,
        ExternalTables.statements(
                spec,
                new Tables("c", "s", Optional.empty(), Set.of(Layer.GOLD, Layer.BRONZE)),
                (pipeline, dataset) -> dataset)
            .size());
  }
}
