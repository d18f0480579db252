package io.lakebeam.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.spec.DatabricksProfile;
import io.lakebeam.spec.DatabricksProfile.Tables;
import io.lakebeam.spec.DatasetSpec.Layer;
import io.lakebeam.spec.PipelineLocation;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
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

  @Test
  void aPipelineOfUrisAndSecretsIsReady() {
    project();
    PipelineSpec spec = spec(Map.of("LAKE", "s3a://lake/p", "LANDING", "/Volumes/a/b/landing"));
    Readiness.check(spec, profile("  secrets: {HUB: scope/hub}\n"));
    assertEquals("s3a://lake/p", spec.lake());
    PipelineSpec inVolume = spec(Map.of("LAKE", "/Volumes/a/b/c", "LANDING", "s3a://l"));
    assertThrows(
        PipelineException.class,
        () -> Readiness.check(inVolume, profile("  secrets: {HUB: scope/hub}\n")));
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
