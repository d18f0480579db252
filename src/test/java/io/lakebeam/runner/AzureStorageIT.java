package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.demo.AirlineSources;
import io.lakebeam.demo.DemoFolder;
import io.lakebeam.demo.DemoSources;
import io.lakebeam.demo.Pace;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.KernelReader;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingAzurite;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole updates with lake and landing folder in Azure storage, through the real ABFS driver. */
class AzureStorageIT {
  private static final int EVENTS = 2_500;

  private static final String PIPELINE =
      """
      pipeline: p
      lake: "${LAKE}"
      sources:
        orders: {files: "${LANDING}/*.csv", format: csv, schema: "id BIGINT, amount INT"}
      datasets:
        bronze: {streaming_table: {from: orders}}
        silver:
          streaming_table: {sql: "SELECT id, amount FROM bronze"}
          expect: {positive: {expect: amount > 0, on_violation: quarantine}}
        total: {materialized_view: {sql: "SELECT COUNT(*) AS n, SUM(amount) AS s FROM silver"}}
      """;

  private static TestingAzurite azurite;

  @TempDir Path dir;
  private Storage storage;

  /** Before each, since Maven does not count tests of a class that is skipped as a whole. */
  @BeforeEach
  void start() {
    azurite = TestingAzurite.get();
  }

  /** A pipeline whose lake and landing folder are containers of their own. */
  private TestingPipeline project(String account) {
    String name = "c" + UUID.randomUUID();
    return new TestingPipeline(dir)
        .yaml(PIPELINE + azurite.yaml())
        .set("LAKE", azurite.container(account, name) + "/lake")
        .set("LANDING", azurite.container("landing", name) + "/in");
  }

  private void land(TestingPipeline project, String name, String text) {
    PipelineSpec spec = project.spec();
    storage = Storage.of(spec.storage());
    String pattern = ((SourceSpec.Files) spec.sources().get(0).connection()).pattern();
    write(pattern.replace("*.csv", name), text.getBytes(StandardCharsets.UTF_8));
  }

  private void write(String uri, byte[] bytes) {
    assertTrue(storage.putIfAbsent(storage.path(uri), bytes));
  }

  private List<String> texts(TestingPipeline project, String table, String... columns) {
    return Tables.texts(project.compile().pathOf(table), columns);
  }

  @Test
  void theAirlinesAreTheSameInAzureAsOnADisk() throws Exception {
    Path home = home();
    try (DemoFolder folder = DemoFolder.open(dir.resolve("lake"), "airlines", OptionalLong.of(7));
        DemoSources sources = AirlineSources.start(folder)) {
      sources.publish(EVENTS, Pace.unlimited()).get();
      PipelineLocation location = DemoSources.shipped("airlines", home, home);
      PipelineSpec local = sources.pipeline(location, Duration.ZERO);
      TestingUpdates.run(PipelineCompiler.compile(local));

      String name = "c" + UUID.randomUUID();
      String landing = azurite.container("landing", name);
      storage = Storage.of(local.storage());
      try (var reports = Files.list(dir.resolve("lake/_demo/landing/on_time"))) {
        for (Path report : reports.toList()) {
          write(landing + "/on_time/" + report.getFileName(), Files.readAllBytes(report));
        }
      }
      String lake = azurite.container("lakes", name) + "/airlines";
      PipelineSpec inAzure =
          local
              .withLake(lake)
              .withSources(local.sources().stream().map(s -> landed(s, landing)).toList());
      TestingUpdates updates = TestingUpdates.run(PipelineCompiler.compile(inAzure));
      assertFalse(updates.plans.isEmpty());

      List<String> tables = tables(folder.lake().toString());
      assertEquals(tables, tables(lake));
      assertEquals(18, tables.size(), tables.toString());
      for (String table : tables) {
        List<String> expected = rows(folder.lake() + "/" + table);
        assertEquals(expected, rows(lake + "/" + table), table);
        assertFalse(expected.isEmpty() && !table.endsWith("_quarantine"), table);
      }
      assertEquals(List.of(), TestingUpdates.run(PipelineCompiler.compile(inAzure)).plans);
    }
  }

  /** Lakebeam's own folder, with a pipeline file that says how to sign in. */
  private Path home() throws IOException {
    Path home = dir.resolve("home");
    for (String folder : List.of("pipelines", "transforms", "expectations")) {
      try (var files = Files.walk(Path.of(folder))) {
        for (Path file : files.toList()) {
          Files.createDirectories(home.resolve(file).getParent());
          Files.copy(file, home.resolve(file));
        }
      }
    }
    Files.writeString(
        home.resolve("pipelines/airlines/pipeline.yaml"),
        "\n" + azurite.yaml(),
        StandardOpenOption.APPEND);
    return home;
  }

  private static SourceSpec landed(SourceSpec source, String landing) {
    return source.name().equals("airport_reports")
        ? new SourceSpec(
            source.name(),
            new SourceSpec.Files(landing + "/on_time/*.csv"),
            source.format(),
            source.schema(),
            source.reference(),
            source.at())
        : source;
  }

  private List<String> tables(String lake) {
    return storage.list(storage.path(lake)).stream()
        .map(folder -> folder.getPath().getName())
        .filter(name -> !name.startsWith("_"))
        .toList();
  }

  /** As Delta Kernel reads them, without what depends on time and place of the run. */
  private List<String> rows(String table) {
    List<String> rows = new ArrayList<>();
    for (Map<String, Object> row : KernelReader.read(new Place(storage, table))) {
      Map<String, String> texts = new TreeMap<>();
      row.forEach(
          (column, value) ->
              texts.put(
                  column,
                  value instanceof byte[] bytes
                      ? Arrays.toString(bytes)
                      : Objects.toString(value).replaceAll("\\S*/on_time/", "")));
      texts.keySet().removeAll(List.of("_ingested_at", "timestamp", "details", "origin"));
      // Each update has an id of its own.
      if (!texts.getOrDefault("id", "").contains("/update/")) {
        rows.add(texts.toString());
      }
    }
    return rows.stream().sorted().toList();
  }

  @Test
  void anEpochCutShortIsFinishedOnce() {
    TestingPipeline project = project("lakes");
    land(project, "1.csv", "id,amount\n1,5\n2,-1\n");
    TestingUpdates.run(project.compile());
    land(project, "2.csv", "id,amount\n3,7\n4,-2\n");
    TestingUpdates.run(project.compile());
    String lake = project.spec().lake() + "-cut-short";
    copy(project.spec().lake(), lake);
    project.set("LAKE", lake);
    // As if the process had died after the silver table was committed.
    delete(lake + "/_lakebeam/p/epochs/000000000002.done");
    // Versions of the event log: an update begins, does its epoch, and ends.
    delete(lake + "/event_log/_delta_log/00000000000000000005.json");
    delete(lake + "/event_log/_delta_log/00000000000000000006.json");
    delete(lake + "/total/_delta_log/00000000000000000002.json");

    TestingUpdates updates = TestingUpdates.run(project.compile());

    assertEquals(1, updates.replays());
    assertEquals(List.of("1", "2", "3", "4"), texts(project, "bronze", "id"));
    assertEquals(List.of("1", "3"), texts(project, "silver", "id"));
    assertEquals(List.of("2", "4"), texts(project, "silver_quarantine", "id"));
    assertEquals(List.of("2|12"), texts(project, "total", "n", "s"));
    assertEquals(List.of(), TestingUpdates.run(project.compile()).plans);
  }

  /** This JVM has opened the tables of the lake itself: they must not lose versions. */
  private void copy(String from, String to) {
    org.apache.hadoop.fs.Path source = storage.path(from);
    org.apache.hadoop.fs.Path target = storage.path(to);
    FileSystem files = storage.fileSystem(source);
    try {
      assertTrue(FileUtil.copy(files, source, files, target, false, storage.configuration()), to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void delete(String uri) {
    assertTrue(storage.delete(storage.path(uri)), uri);
  }

  @Test
  void aThrottledAccountIsAskedAgain() {
    TestingPipeline project = project("flaky");
    land(project, "1.csv", "id,amount\n1,5\n2,-1\n");
    int before = azurite.flaky().refused();
    azurite.flaky().refuse(12);

    TestingUpdates.run(project.compile());

    assertEquals(12, azurite.flaky().refused() - before);
    assertEquals(List.of("1"), texts(project, "silver", "id"));
    assertEquals(List.of("2"), texts(project, "silver_quarantine", "id"));
    assertEquals(List.of("1|5"), texts(project, "total", "n", "s"));
  }

  @Test
  void aWrongKeyIsToldInOneSentence() {
    TestingPipeline project = project("lakes");
    land(project, "1.csv", "id,amount\n1,5\n");
    project.set("LAKE", TestingAzurite.uri("locked", "any") + "/lake");

    UpdateFailedException failure = TestingUpdates.fail(project.compile());

    assertEquals(
        "cannot list abfs://any@locked.dfs.core.windows.net/lake/_lakebeam/_names: storage account"
            + " locked denied it; check what storage.azure.locked of the pipeline file refers to"
            + " (key, signature or identity, and whether it has expired), and its rights on"
            + " container any",
        failure.problem());
  }

  @Test
  void aMissingContainerIsToldInOneSentence() {
    TestingPipeline project = project("lakes");
    land(project, "1.csv", "id,amount\n1,5\n");
    project.set("LAKE", TestingAzurite.uri("lakes", "missing") + "/lake");

    String problem = TestingUpdates.fail(project.compile()).problem();

    assertTrue(
        problem.endsWith(
            ": storage account lakes has no container missing; create it, or correct the URI"),
        problem);
  }

  @Test
  void aLandingFolderThatIsDeniedIsNamed() {
    TestingPipeline project = project("lakes");
    project.set("LANDING", TestingAzurite.uri("locked", "any") + "/in");

    UpdateFailedException failure = TestingUpdates.fail(project.compile());

    assertEquals(
        "source orders: no permission to read " + TestingAzurite.uri("locked", "any") + "/in/*.csv",
        failure.problem());
    assertTrue(failure.reason().contains("storage account locked denied it"), failure.reason());
  }
}
