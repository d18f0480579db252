package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that grow, move, go and change while epochs are planned, done and done again. */
class ChangingFilesIT {
  private static final String BRONZE =
      """
      pipeline: p
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, cups INT"}
      datasets:
        bronze: {streaming_table: {from: orders}}
      """;

  /** A rule that stops the update, and tables without it on both sides. */
  private static final String LAYERS =
      BRONZE
          + """
              silver:
                streaming_table: {sql: "SELECT id, cups FROM bronze"}
                expect: {some_cups: {expect: "cups > 0", on_violation: %s}}
              log: {streaming_table: {sql: "SELECT id FROM bronze"}}
            """;

  /** As {@link #LAYERS}, with each table over the files themselves. */
  private static final String SIDES = LAYERS.replace("FROM bronze", "FROM orders");

  @TempDir Path dir;

  private static List<String> ids(TestingPipeline project, String table) {
    return Tables.texts(project.table(table), "id");
  }

  private static List<String> numbers(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(Integer::toString).sorted().toList();
  }

  private static UpdateFailedException fails(TestingPipeline project) {
    return TestingUpdates.fail(project.compile());
  }

  private static List<String> run(TestingPipeline project, EnumSet<Update.Consent> consents) {
    List<String> warnings = new ArrayList<>();
    UpdateListener listener =
        new UpdateListener() {
          @Override
          public void warning(String text) {
            warnings.add(text);
          }
        };
    new Update(project.compile(), TestingUpdates.DIRECT, listener, Clock.systemUTC())
        .run(Update.Mode.TRIGGERED, consents);
    return warnings;
  }

  @Test
  void aFileThatGrowsIsReadOnceItIsWhole() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(BRONZE);
    Path growing = project.land("growing.csv", "id,cups\n");
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger lines = new AtomicInteger();
    CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> grow(growing, lines, stop));
    TestingUpdates updates;
    try {
      project.land("whole.csv", "id,cups\n0,1\n");
      updates = TestingUpdates.run(project.compile());
    } finally {
      stop.set(true);
      writer.join();
    }
    assertEquals(List.of("0"), ids(project, "bronze"));
    assertEquals(1, updates.results.size());
    assertEquals(
        List.of("in/growing.csv is still being written: it is left to the next update"),
        updates.warnings);

    TestingUpdates.run(project.compile());
    List<String> all = new ArrayList<>(numbers(lines.get()));
    all.add("0");
    assertEquals(all.stream().sorted().toList(), ids(project, "bronze"));
    assertEquals(0, TestingUpdates.run(project.compile()).results.size());
  }

  /** A line at a time, as fast as the disk takes them, until told to stop. */
  private static void grow(Path file, AtomicInteger lines, AtomicBoolean stop) {
    try {
      while (!stop.get()) {
        Files.writeString(file, lines.incrementAndGet() + ",1\n", StandardOpenOption.APPEND);
        Thread.onSpinWait();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aProjectMayBeMovedAndCopiedWithItsLake() throws Exception {
    Path home = Files.createDirectories(dir.resolve("a"));
    TestingPipeline project = new TestingPipeline(home).yaml(BRONZE);
    project.land("1.csv", "id,cups\n1,1\n2,1\n");
    project.land("2.csv", "id,cups\n3,1\n");
    TestingUpdates.run(project.compile());

    TestingPipeline moved = new TestingPipeline(Files.move(home, dir.resolve("b")));
    TestingUpdates updates = TestingUpdates.run(moved.compile());
    assertEquals(0, updates.plans.size());
    assertEquals(List.of(), updates.warnings);
    assertEquals(numbers(3), ids(moved, "bronze"));

    TestingPipeline copied = new TestingPipeline(copy(dir.resolve("b"), dir.resolve("c")));
    assertEquals(
        List.of(
            "in/1.csv and 1 other have the length as when read, but another time, as after a copy;"
                + " not read again: land new content under another name"),
        TestingUpdates.run(copied.compile()).warnings);
    assertEquals(numbers(3), ids(copied, "bronze"));
    copied.land("3.csv", "id,cups\n4,1\n");
    assertEquals(List.of(), TestingUpdates.run(copied.compile()).warnings);
    assertEquals(numbers(4), ids(copied, "bronze"));
  }

  /** Earlier versions wrote whole paths into the ledger. */
  @Test
  void aLedgerOfWholePathsIsTakenOverBeforeAndAfterAMove() throws Exception {
    Path home = Files.createDirectories(dir.resolve("a"));
    TestingPipeline project = new TestingPipeline(home).yaml(BRONZE);
    project.land("1.csv", "id,cups\n1,1\n2,1\n");
    TestingUpdates.run(project.compile());
    Path plan = project.lake().resolve("_lakebeam/p/epochs/000000000001.json");
    String relative = Files.readString(plan);
    String whole = relative.replace("\"in/1.csv\"", "\"" + home + "/in/1.csv\"");
    assertTrue(!relative.equals(whole), relative);
    Files.writeString(plan, whole);
    assertEquals(0, TestingUpdates.run(project.compile()).plans.size());

    TestingPipeline moved = new TestingPipeline(Files.move(home, dir.resolve("b")));
    assertEquals(0, TestingUpdates.run(moved.compile()).plans.size());
    // Done again after the move, the epoch does not find its file, and nobody waits for it.
    Files.delete(moved.lake().resolve("_lakebeam/p/epochs/000000000001.done"));
    assertEquals("already committed", TestingUpdates.run(moved.compile()).last("bronze").outcome());
    assertEquals(numbers(2), ids(moved, "bronze"));
  }

  /** What a table has is decided: who follows it gets that, whatever has become of the file. */
  @Test
  void aTableThatFollowsAnotherNeedsNoFiles() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(LAYERS.formatted("fail"));
    Path file = project.land("1.csv", "id,cups\n1,1\n2,0\n3,1\n");
    fails(project);
    project.land("1.csv", "id,cups\n1,1\n22,9\n");
    assertEquals("expectation some_cups of silver stops the update", fails(project).problem());
    Files.delete(file);
    assertEquals("expectation some_cups of silver stops the update", fails(project).problem());

    project.yaml(LAYERS.formatted("drop"));
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(List.of(), updates.warnings);
    assertEquals(List.of("1", "3"), ids(project, "silver"));
    assertEquals(numbers(3), ids(project, "bronze"));
    assertEquals(numbers(3), ids(project, "log"));
    assertEquals("already committed", updates.last("bronze").outcome());
    assertEquals(3, updates.last("bronze").accepted());
    assertEquals(1, updates.last("silver").dropped());
  }

  @Test
  void anEpochThatIsDoneAgainNeedsItsFiles() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(SIDES.formatted("fail"));
    Path file = project.land("1.csv", "id,cups\n1,1\n2,0\n3,1\n");
    UpdateFailedException stopped = fails(project);
    assertEquals("expectation some_cups of silver stops the update", stopped.problem());
    assertTrue(stopped.fix().contains("Leave its files as they are"), stopped.fix());
    Path archive = Files.move(file, dir.resolve("archived.csv"));

    project.yaml(SIDES.formatted("drop"));
    UpdateFailedException gone = fails(project);
    assertEquals("in/1.csv is gone, and epoch 1 is not done without it", gone.problem());
    assertEquals("silver wait for its rows; bronze, log have them", gone.reason());
    assertTrue(gone.fix().contains("--skip-missing"), gone.fix());
    assertEquals(List.of(), ids(project, "silver"));

    // The first way out: the file is put back.
    Files.move(archive, file);
    assertEquals(List.of(), run(project, EnumSet.noneOf(Update.Consent.class)));
    assertEquals(List.of("1", "3"), ids(project, "silver"));
    assertEquals(numbers(3), ids(project, "bronze"));
    assertEquals(numbers(3), ids(project, "log"));
  }

  @Test
  void missingFilesAreSkippedWhenThatIsWanted() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(SIDES.formatted("fail"));
    Path file = project.land("1.csv", "id,cups\n1,1\n2,0\n");
    project.land("2.csv", "id,cups\n3,1\n");
    fails(project);
    Files.delete(file);
    project.yaml(SIDES.formatted("drop"));
    assertEquals(
        List.of("in/1.csv is gone and is skipped: silver go without its rows of epoch 1"),
        run(project, EnumSet.of(Update.Consent.SKIP_MISSING)));
    assertEquals(List.of("3"), ids(project, "silver"));
    assertEquals(numbers(3), ids(project, "bronze"));
    assertEquals(
        List.of(
            "input_skipped|1|in/1.csv (16 bytes of 2023-11-14T22:13:20Z) was gone and is skipped"),
        Tables.texts(project.table("event_log"), "event_type", "epoch", "message").stream()
            .filter(event -> event.startsWith("input_skipped"))
            .toList());
    assertEquals(List.of(), run(project, EnumSet.noneOf(Update.Consent.class)));
  }

  @Test
  void aFileMendedAfterAStopIsNotReadIntoHalfOfTheTables() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(SIDES.formatted("fail"));
    Path file = project.land("1.csv", "id,cups\n1,1\n2,0\n");
    fails(project);
    Path before = Files.copy(file, dir.resolve("kept.csv"));
    FileTime time = Files.getLastModifiedTime(file);
    project.land("1.csv", "id,cups\n1,1\n22,9\n");

    UpdateFailedException changed = fails(project);
    assertEquals("in/1.csv has changed since epoch 1 was planned", changed.problem());
    assertTrue(
        changed.reason().endsWith("bronze, log had its rows then, silver would get those of now"),
        changed.reason());
    assertEquals(List.of(), ids(project, "silver"));

    // As it was, it stops where it stopped before, and goes on once the rule says otherwise.
    Files.move(before, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(file, time);
    assertEquals("expectation some_cups of silver stops the update", fails(project).problem());
    project.land("1.csv", "id,cups\n1,1\n22,9\n");
    assertEquals(
        List.of(
            "in/1.csv has changed since epoch 1 was planned: silver get its rows as they are now,"
                + " bronze, log keep those they have"),
        run(project, EnumSet.of(Update.Consent.ACCEPT_CHANGED)));
    assertEquals(List.of("1", "22"), ids(project, "silver"));
    assertEquals(List.of("1", "2"), ids(project, "bronze"));
  }

  /** Nobody has the old rows, so everybody gets the new ones. */
  @Test
  void aFileMendedBeforeAnyTableHasItsRowsIsReadAsItIs() throws Exception {
    String only =
        """
        pipeline: p
        sources:
          orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, cups INT"}
        datasets:
          bronze:
            streaming_table: {from: orders}
            expect: {some_cups: {expect: "cups > 0", on_violation: fail}}
          silver: {streaming_table: {sql: "SELECT id FROM bronze"}}
        """;
    TestingPipeline project = new TestingPipeline(dir).yaml(only);
    project.land("1.csv", "id,cups\n1,1\n2,0\n");
    fails(project);
    project.land("1.csv", "id,cups\n1,1\n22,9\n");
    assertEquals(
        List.of(
            "in/1.csv has changed since epoch 1 was planned: bronze, silver get its rows as they"
                + " are now"),
        run(project, EnumSet.noneOf(Update.Consent.class)));
    assertEquals(List.of(), run(project, EnumSet.noneOf(Update.Consent.class)));
    assertEquals(List.of("1", "22"), ids(project, "bronze"));
    assertEquals(List.of("1", "22"), ids(project, "silver"));
  }

  /** An update that plans an epoch and dies when it has done so much of it. */
  private static void dies(TestingPipeline project, Consumer<EpochPlan> after) {
    CompiledPipeline pipeline = project.compile();
    Update update =
        TestingEngine.update(
            pipeline,
            (now, plan) -> {
              after.accept(plan);
              throw new IllegalStateException("killed");
            },
            source -> SourceDiscovery.of(Storage.PLAIN, source, Secrets::resolve),
            Ledger.Retention.DEFAULT,
            new UpdateListener() {},
            Clock.systemUTC());
    assertThrows(UpdateFailedException.class, () -> update.run(Update.Mode.TRIGGERED));
  }

  /** The quarantine is committed first: the table's own rows are still to come. */
  @Test
  void aTableOfWhichOnlyTheQuarantineHasTheEpochWaits() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(BRONZE);
    Path file = project.land("1.csv", "id,cups\n1,1\n2,none\n");
    dies(
        project,
        plan ->
            DeltaTable.at(Place.of(project.table("bronze_quarantine")))
                .commit(Commit.builder("p/bronze_quarantine", plan.number()).build()));
    byte[] content = Files.readAllBytes(file);
    FileTime time = Files.getLastModifiedTime(file);
    project.land("1.csv", "id,cups\n1,1\n22,9\n");
    assertTrue(
        fails(project)
            .reason()
            .endsWith("bronze_quarantine had its rows then, bronze would get those of now"));
    Files.delete(file);
    assertEquals("bronze wait for its rows; bronze_quarantine have them", fails(project).reason());
    Files.write(file, content);
    Files.setLastModifiedTime(file, time);
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1"), ids(project, "bronze"));
  }

  /** What an attempt has read in place of the plan is what the next one is held against. */
  @Test
  void aFileThatWasReadAsItIsCountsAsThatFromThenOn() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(LAYERS.formatted("fail"));
    project.land("1.csv", "id,cups\n1,1\n2,2\n");
    dies(project, plan -> {});
    project.land("1.csv", "id,cups\n1,1\n22,0\n");
    assertEquals("expectation some_cups of silver stops the update", fails(project).problem());
    assertEquals(List.of("1", "22"), ids(project, "bronze"));
    project.yaml(LAYERS.formatted("drop"));
    assertEquals(List.of(), run(project, EnumSet.noneOf(Update.Consent.class)));
    assertEquals(List.of("1"), ids(project, "silver"));
    assertEquals(List.of("1", "22"), ids(project, "log"));
  }

  /** Nobody waits for it, so nobody is asked. */
  @Test
  void aFileThatChangesOnceAllHaveTheEpochIsLeftOut() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(LAYERS.formatted("drop"));
    project.land("1.csv", "id,cups\n1,1\n");
    TestingUpdates.run(project.compile());
    Files.delete(project.lake().resolve("_lakebeam/p/epochs/000000000001.done"));
    project.land("1.csv", "id,cups\n22,9\n");
    TestingUpdates.run(project.compile());
    for (String table : List.of("bronze", "silver", "log")) {
      assertEquals(List.of("1"), ids(project, table));
    }
  }

  @Test
  void eachFileThatIsSkippedHasItsEvent() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(SIDES.formatted("fail"));
    Path first = project.land("1.csv", "id,cups\n1,1\n");
    Path second = project.land("2.csv", "id,cups\n2,2\n");
    project.land("3.csv", "id,cups\n3,0\n");
    fails(project);
    Files.delete(first);
    assertThrows(
        UpdateFailedException.class, () -> run(project, EnumSet.of(Update.Consent.SKIP_MISSING)));
    Files.delete(second);
    project.yaml(SIDES.formatted("drop"));
    run(project, EnumSet.of(Update.Consent.SKIP_MISSING));
    assertEquals(
        List.of("p/1/skipped/orders/in/1.csv", "p/1/skipped/orders/in/2.csv"),
        Tables.texts(project.table("event_log"), "id").stream()
            .filter(id -> id.contains("skipped"))
            .toList());
    assertEquals(List.of(), ids(project, "silver"));
    assertEquals(numbers(3), ids(project, "bronze"));
  }

  /** The tables are made before anything is read; as long as they are empty, they may be others. */
  @Test
  void aFirstRunThatFailsHoldsNobodyToItsColumns() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(BRONZE);
    Files.delete(dir.resolve("in"));
    assertTrue(fails(project).problem().contains("does not exist"));
    assertEquals(0, Tables.version(project.table("bronze")));
    project.folder("in").yaml(BRONZE.replace("cups INT", "cups STRING, shop STRING"));
    project.land("1.csv", "id,cups,shop\n1,two,Lisbon\n");
    TestingUpdates.run(project.compile());
    Map<String, Object> row = SparkReader.read(project.table("bronze")).get(0);
    assertEquals("two Lisbon", row.get("cups") + " " + row.get("shop"));
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : files.toList()) {
        Path target = to.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(target);
        } else {
          Files.copy(each, target);
        }
        Files.setLastModifiedTime(target, FileTime.fromMillis(1_750_000_000_000L));
      }
    }
    return to;
  }
}
