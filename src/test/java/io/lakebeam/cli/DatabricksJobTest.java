package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.cli.DatabricksJob.FailedException;
import io.lakebeam.cli.text.OutputBound;
import io.lakebeam.deploy.ProjectJar;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.storage.PrivateFolder;
import io.lakebeam.testing.ProjectJars;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That the JVM of these tests is still there is the point of each of them. */
class DatabricksJobTest {
  @TempDir Path dir;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private void run(Map<String, String> environment, String... arguments) {
    DatabricksJob.run(
        arguments,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        environment::get);
  }

  private String file() {
    return dir.resolve("pipelines/p/pipeline.yaml").toString();
  }

  @Test
  void aCommandThatIsDoneReturns() {
    new TestingPipeline(dir).yaml(CommandLineTest.ORDERS);
    run(Map.of(), "validate", file());
    assertEquals(
        "p: 1 source, 3 datasets, 3 flows, no problems\n", out.toString(StandardCharsets.UTF_8));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aRunTakesWhatIsThere() {
    new TestingPipeline(dir)
        .yaml(CommandLineTest.ORDERS.replace("pipeline: p\n", "pipeline: p\nlake: ${LAKE}\n"))
        .land("one.csv", "id,city,amount\n1,rome,3.00\n");
    String lake = dir.resolve("elsewhere").toString();
    run(Map.of("LAKE", lake), "run", file(), "--output", "json");
    assertTrue(
        out.toString(StandardCharsets.UTF_8).startsWith("{\"epoch\":1,\"in\":1,"),
        out.toString(StandardCharsets.UTF_8));
  }

  /** An epoch's line is enough here: so each run ends after its epoch, and the next goes on. */
  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void aContinuousRunThatHasPrintedEnoughEndsWell() throws Exception {
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(CommandLineTest.ORDERS.replace("pipeline: p\n", "pipeline: p\nlake: ${LAKE}\n"));
    for (int epoch = 1; epoch <= 2; epoch++) {
      project.land(epoch + ".csv", "id,city,amount\n" + epoch + ",rome,3.00\n");
      OutputBound bound = new OutputBound(80, 10_000);
      DatabricksJob.run(
          new String[] {"run", file(), "--mode", "continuous", "--output", "json"},
          bound,
          bound.of(new PrintStream(out, true, StandardCharsets.UTF_8)),
          bound.of(new PrintStream(err, true, StandardCharsets.UTF_8)),
          Map.of("LAKE", project.lake().toString())::get);
    }
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(2, lines.size(), lines::toString);
    assertTrue(lines.get(1).startsWith("{\"epoch\":2,\"in\":1,"), lines::toString);
    assertEquals(List.of("1", "2"), Tables.texts(project.table("silver"), "id"));
    String said = err.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains("this run has printed 80 B, and Databricks fails one"), said);
  }

  /** Handlers and levels of a driver's log are the platform's. */
  @Test
  void theLoggingOfTheJvmStaysAsItIs() {
    Logger root = Logger.getLogger("");
    List<Handler> handlers = List.of(root.getHandlers());
    Level level = root.getLevel();
    Logger lakebeam = Logger.getLogger("io.lakebeam");
    int before = lakebeam.getHandlers().length;
    new TestingPipeline(dir).yaml(CommandLineTest.ORDERS);
    run(Map.of(), "validate", file(), "--verbose");
    assertEquals(handlers, List.of(root.getHandlers()));
    assertEquals(level, root.getLevel());
    assertEquals(before, lakebeam.getHandlers().length, "nor is anything of ours left behind");
  }

  @Test
  void aFailureIsAnExceptionWithItsSentence() {
    new TestingPipeline(dir).yaml(CommandLineTest.ORDERS.replace("FROM bronze", "FROM bronz"));
    FailedException failed =
        assertThrows(FailedException.class, () -> run(Map.of(), "run", file()));
    assertTrue(
        failed.getMessage().contains("there is no source or dataset bronz"), failed::getMessage);
    assertEquals(0, failed.getStackTrace().length);
    assertTrue(
        err.toString(StandardCharsets.UTF_8).contains("did you mean bronze?"),
        err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void wrongUseFailsToo() {
    FailedException failed = assertThrows(FailedException.class, () -> run(Map.of(), "rnu"));
    assertTrue(failed.getMessage().startsWith("error: "), failed::getMessage);
    failed = assertThrows(FailedException.class, () -> run(Map.of(), "show", "nothing"));
    assertTrue(failed.getMessage().contains("nothing"), failed::getMessage);
  }

  @Test
  void whatIsOnlyPrintedIsPointedTo() {
    new TestingPipeline(dir).yaml(CommandLineTest.ORDERS.replace("FROM bronze", "FROM bronz"));
    FailedException failed =
        assertThrows(FailedException.class, () -> run(Map.of(), "validate", file()));
    assertEquals("ended with exit code 1; its output says why", failed.getMessage());
    assertTrue(
        out.toString(StandardCharsets.UTF_8).contains("bronz"),
        out.toString(StandardCharsets.UTF_8));
  }

  private static final String CHECKED =
      """
      pipeline: p
      lake: ${LAKE:-lake}
      sources:
        orders: {files: "${LANDING:-in}/*.csv", format: csv, schema: "id BIGINT, shop STRING"}
        shops: {reference: "${SHOPS:-shops/*.csv}", format: csv, schema: "shop STRING, city STRING"}
      datasets:
        bronze: {streaming_table: {from: orders}}
        known:
          streaming_table: transforms/known.sql
      """;

  /** A project in a jar on the class path, and nowhere else. */
  private String deployed(String sql) throws IOException {
    Path root = Files.createTempDirectory(dir, "project");
    new TestingPipeline(root)
        .yaml(CHECKED)
        .file("transforms/known.sql", sql)
        .file("shops/one.csv", "shop,city\na,rome\n")
        .file("shops/two.csv", "shop,city\nb,oslo\n");
    ProjectJar jar =
        ProjectJars.write(
            PipelineLocation.find("p", root, root),
            name -> null,
            dir.resolve(root.getFileName() + ".jar"));
    Files.move(root, dir.resolve("moved"));
    Thread.currentThread()
        .setContextClassLoader(
            new URLClassLoader(
                new URL[] {jar.file().toUri().toURL()}, DatabricksJobTest.class.getClassLoader()));
    return jar.pipelineFile();
  }

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(DatabricksJobTest.class.getClassLoader());
  }

  private static final String KNOWN =
      "SELECT o.id, s.city FROM bronze o LEFT JOIN shops s ON o.shop = s.shop";

  private Map<String, String> stores() throws IOException {
    Files.createDirectories(dir.resolve("landing"));
    Files.writeString(dir.resolve("landing/one.csv"), "id,shop\n1,a\n2,b\n");
    return Map.of(
        "LAKE", dir.resolve("lake").toString(), "LANDING", dir.resolve("landing").toString());
  }

  @Test
  void theProjectComesFromTheClassPath() throws IOException {
    String pipeline = deployed(KNOWN);
    Map<String, String> stores = stores();
    run(stores, "run", pipeline);
    assertEquals(
        List.of("{\"id\":1,\"city\":\"rome\"}", "{\"id\":2,\"city\":\"oslo\"}"),
        known(),
        "as by path");

    // The same lake, by the project where it is a folder: no row comes again, and none is lost.
    Files.writeString(dir.resolve("landing/two.csv"), "id,shop\n3,b\n");
    TestingConsole here = new TestingConsole(dir.resolve("moved"), stores::get);
    assertEquals(0, here.type("run", "p"), here::err);
    assertEquals(3, known().size());
    Files.writeString(dir.resolve("landing/three.csv"), "id,shop\n4,c\n");
    run(stores, "run", pipeline);
    assertEquals("{\"id\":4,\"city\":null}", known().get(3));
    assertEquals(4, known().size());
    assertNoTemporaryPaths();
  }

  private List<String> known() {
    TestingConsole console = new TestingConsole(dir);
    assertEquals(
        0,
        console.type("show", "lake/known", "--columns", "id,city", "--output", "json"),
        console::err);
    return console.out().lines().sorted().toList();
  }

  /** Neither on the disk nor in what the lake remembers. */
  private void assertNoTemporaryPaths() throws IOException {
    try (Stream<Path> left = Files.list(PrivateFolder.make())) {
      assertEquals(List.of(), left.filter(each -> each.toString().contains("/project-")).toList());
    }
    try (Stream<Path> files = Files.walk(dir.resolve("lake"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertFalse(text.contains(PrivateFolder.make().toString()), file.toString());
        assertFalse(text.contains("lakebeam-project"), file.toString());
      }
    }
  }

  @Test
  void errorsNameFilesAsTheirAuthorKnowsThem() throws IOException {
    String pipeline = deployed("SELECT id,\n  nothing FROM bronze");
    FailedException failed =
        assertThrows(FailedException.class, () -> run(stores(), "run", pipeline));
    assertTrue(failed.getMessage().startsWith("transforms/known.sql:2:"), failed::getMessage);
    assertTrue(failed.getMessage().contains("2 |   nothing FROM bronze"), failed::getMessage);
  }

  @Test
  void aProjectThatIsNotThereIsTold() throws IOException {
    String pipeline = deployed(KNOWN);
    restore();
    FailedException failed =
        assertThrows(FailedException.class, () -> run(Map.of(), "run", pipeline));
    assertTrue(
        failed.getMessage().contains("the pipeline's files are not on the class path"),
        failed::getMessage);
    assertTrue(
        err.toString(StandardCharsets.UTF_8).contains("fix: deploy the pipeline again"),
        err.toString(StandardCharsets.UTF_8));
    failed =
        assertThrows(
            FailedException.class,
            () -> run(Map.of(), "run", "/Volumes/main/ops/lb/pipelines/p/pipeline.yaml"));
    assertTrue(
        failed.getMessage().contains("DESCRIBE VOLUME catalog.schema.volume"), failed::getMessage);
  }

  /** What deploy would have refused, had it known the values. */
  @Test
  void whatIsNotThereForAJobIsRefused() throws IOException {
    String pipeline = deployed(KNOWN);
    Map<String, String> volumes =
        Map.of("LAKE", "/Volumes/a/b/c/lake", "LANDING", "dbfs:/in", "SHOPS", "/Workspace/s.csv");
    FailedException failed =
        assertThrows(FailedException.class, () -> run(volumes, "run", pipeline));
    for (String told :
        List.of("the lake lies at", "orders lies at", "shops lies at", "of the workspace")) {
      assertTrue(failed.getMessage().contains(told), failed::getMessage);
    }
    assertTrue(failed.getMessage().contains("pipelines/p/pipeline.yaml:1:"), failed::getMessage);
    failed = assertThrows(FailedException.class, () -> run(Map.of(), "run", pipeline));
    assertTrue(failed.getMessage().contains("the lake is at lake of the"), failed::getMessage);
    assertTrue(failed.getMessage().contains("orders is at in/*.csv of"), failed::getMessage);
  }
}
