package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.FoundColumns;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fields that nobody has declared, and that become columns while an update runs. */
class FoundColumnsIT {
  private static final String ORDERS =
      """
      pipeline: p
      max_rows_per_epoch: 1
      commit_every: 10ms
      sources:
        orders:
          files: "in/*.json"
          format: json
          new_fields: add_columns
          schema: "id INT, city STRING"
      datasets:
        bronze:
          streaming_table: {from: orders}
          expect: {has_city: {expect: city <> '', on_violation: quarantine}}
        silver: {streaming_table: {sql: "SELECT * FROM bronze"}}
        named: {streaming_table: {sql: "SELECT id, city FROM bronze"}}
        by_city: {materialized_view: {sql: "SELECT city, COUNT(*) AS n FROM named GROUP BY city"}}
      """;

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void project() {
    project = project(dir.resolve("a"));
  }

  private static TestingPipeline project(Path folder) {
    TestingPipeline project = new TestingPipeline(folder).yaml(ORDERS);
    project.land("1.json", "{\"id\":1,\"city\":\"ulm\"}\n");
    project.land("2.json", "{\"id\":2,\"city\":\"\"}\n{\"id\":3,\"city\":\"bonn\"}\n");
    return project;
  }

  /** Two fields come in one record, others in later ones of the same file. */
  private static void landNew(TestingPipeline project) {
    project.land(
        "3.json",
        """
        {"id":4,"city":"ulm"}
        {"id":5,"city":"ulm","gate":"A","seat":{"row" : 7}}
        {"id":6,"city":"","Gate":"B","meal":1.50}
        {"id":"x","city":"ulm","junk":1}
        {"id":7,"city":"ulm","_source":"s","a b":1}
        """);
  }

  private List<String> texts(String table, String... columns) {
    return Tables.texts(project.table(table), columns);
  }

  private List<String> events(String type) {
    return texts("event_log", "event_type", "message").stream()
        .filter(event -> event.startsWith(type + "|"))
        .map(event -> event.substring(type.length() + 1))
        .toList();
  }

  private void assertAllIsThere() {
    for (String table : List.of("bronze", "silver")) {
      assertEquals(
          List.of(
              "1|ulm|null|null|null|null",
              "3|bonn|null|null|null|null",
              "4|ulm|null|null|null|null",
              "5|ulm|A|{\"row\" : 7}|null|null",
              "7|ulm|null|null|null|{\"_source\":\"s\",\"a b\":1}"),
          texts(table, "id", "city", "gate", "seat", "meal", "_rescued"));
    }
    assertEquals(
        List.of("2||null|null", "6||B|1.50", "null|null|null|null"),
        texts("bronze_quarantine", "id", "city", "gate", "meal"));
    assertEquals(
        List.of("1|ulm", "3|bonn", "4|ulm", "5|ulm", "7|ulm"), texts("named", "id", "city"));
    assertEquals(List.of("bonn|1", "ulm|4"), texts("by_city", "city", "n"));
    assertEquals(
        List.of("id", "city"),
        Tables.latest(project.table("named")).schema().names().stream().limit(2).toList());
    assertTrue(Tables.latest(project.table("named")).schema().column("gate").isEmpty());
    assertTrue(Tables.latest(project.table("bronze")).schema().column("junk").isEmpty());
  }

  @Test
  void aFieldOfTheThirdFileBecomesAColumnInTheSameRun() {
    landNew(project);
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertAllIsThere();
    assertEquals(
        List.of("source orders, columns found: gate, seat, meal: epoch 3 begins again with them"),
        updates.changes);
    assertEquals(List.of(), updates.warnings);
    assertEquals(0, updates.replays(), "no run has died");
    assertEquals(List.of(1L, 2L, 3L, 3L), updates.plans.stream().map(EpochPlan::number).toList());
    assertEquals(List.of(1L, 2L, 3L), updates.results.stream().map(EpochResult::number).toList());
    assertEquals(
        List.of("columns found in orders: gate, seat, meal, from epoch 3 on"),
        events("columns_found"));
    assertEquals(List.of(), events("inputs_changed"));

    project.land("4.json", "{\"id\":8,\"city\":\"ulm\",\"gate\":\"C\",\"desk\":1}\n");
    TestingUpdates later = TestingUpdates.run(project.compile());
    assertEquals(
        List.of("source orders, columns found: desk: epoch 4 begins again with them"),
        later.changes);
    assertTrue(texts("silver", "id", "gate", "desk").contains("8|C|1"));
    assertEquals(List.of(), events("definition_changed"));
    assertEquals(2, events("columns_found").size());
  }

  /** The table gets its columns with the first rows that have them, in one version. */
  @Test
  void readersSeeNoColumnWithoutRows() {
    TestingUpdates.run(project.compile());
    long before = Tables.version(project.table("bronze"));
    landNew(project);
    TestingUpdates.run(project.compile());
    assertEquals(before + 1, Tables.version(project.table("bronze")));
  }

  /** As Spark's executors would, for which the driver sees no exception of ours. */
  @Test
  void onSparkToo() {
    landNew(project);
    TestingUpdates updates = TestingUpdates.run(project.compile(), TestingUpdates.SPARK);
    assertAllIsThere();
    assertEquals(1, updates.changes.size(), updates.changes.toString());
  }

  /** Whoever was killed behind the record of the columns is followed by a run that has them. */
  @Test
  void aRunThatIsKilledBehindTheRecordOfColumns() throws Exception {
    TestingUpdates.run(project.compile());
    landNew(project);
    TestingUpdates.run(project.compile());
    List<String> tables = List.of("bronze", "bronze_quarantine", "silver", "named", "by_city");
    for (List<String> waiting :
        List.of(tables, List.of("silver", "named", "by_city"), List.<String>of())) {
      TestingPipeline killed = new TestingPipeline(dir.resolve("b" + waiting.size())).yaml(ORDERS);
      KilledRun.copy(project.lake(), killed.lake(), 3, waiting);
      killed.land("1.json", "{\"id\":1,\"city\":\"ulm\"}\n");
      killed.land("2.json", "{\"id\":2,\"city\":\"\"}\n{\"id\":3,\"city\":\"bonn\"}\n");
      landNew(killed);
      TestingUpdates again = TestingUpdates.run(killed.compile());
      TestingPipeline first = project;
      project = killed;
      assertAllIsThere();
      assertEquals(List.of(), again.changes);
      assertEquals(1, again.replays());
      assertEquals(
          List.of("columns found in orders: gate, seat, meal, from epoch 3 on"),
          events("columns_found"));
      project = first;
    }
  }

  /** It dies between the record and all else: the event is told by the next one. */
  @Test
  void aRecordThatNobodyHasToldOf() {
    TestingUpdates.run(project.compile());
    new FoundColumns(new Ledger(Place.of(project.lake().toString()), "p"), "orders")
        .add(List.of("gate", "seat", "meal", "city"));
    landNew(project);
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertAllIsThere();
    assertEquals(List.of(), updates.changes);
    assertEquals(
        List.of("columns found in orders: gate, seat, meal, from epoch 3 on"),
        events("columns_found"));
  }

  /** What another run has recorded while this one is alive is a column of this one, too. */
  @Test
  void whatAnotherRunHasFound() {
    TestingUpdates updates =
        TestingUpdates.runAndThen(
            project.compile(),
            result -> {
              if (result.number() == 2) {
                new FoundColumns(new Ledger(Place.of(project.lake().toString()), "p"), "orders")
                    .add(List.of("meal", "other"));
                landNew(project);
              }
            });
    assertEquals(2, updates.results.size());
    TestingUpdates.run(project.compile());
    assertAllIsThere();
    assertEquals(
        List.of(
            "columns found in orders: gate, seat, from epoch 3 on",
            "columns found in orders: meal, other, from epoch 3 on"),
        events("columns_found"));
  }

  @Test
  void aContinuousRunGoesOnToo() throws Exception {
    BlockingQueue<EpochResult> results = new LinkedBlockingQueue<>();
    Update update =
        TestingUpdates.of(
            project.compile(),
            new UpdateListener() {
              @Override
              public void done(EpochResult result, long millis) {
                results.add(result);
              }
            });
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(() -> update.run(Update.Mode.CONTINUOUS));
    TestingUpdates.next(results, running);
    TestingUpdates.next(results, running);
    landNew(project);
    assertEquals(3, TestingUpdates.next(results, running).number());
    project.land("4.json", "{\"id\":8,\"city\":\"ulm\",\"gate\":\"C\",\"desk\":1}\n");
    assertEquals(4, TestingUpdates.next(results, running).number());
    update.stop();
    running.get(10, TimeUnit.MINUTES);
    assertTrue(texts("silver", "id", "gate", "desk").contains("8|C|1"));
    assertEquals(List.of("bonn|1", "ulm|5"), texts("by_city", "city", "n"));
  }

  /** An epoch that a table has already is done for the others with the columns of now. */
  @Test
  void anEpochOfWhichATableHasItsPart() {
    landNew(project);
    String failing =
        ORDERS
            .replace("new_fields: add_columns", "new_fields: rescue")
            .replace(
                "  named: {streaming_table: {sql: \"SELECT id, city FROM bronze\"}}",
                """
                  named:
                    streaming_table: {sql: "SELECT id, city FROM bronze"}
                    expect: {few: {expect: "id < 5", on_violation: fail}}
                """);
    TestingUpdates.fail(project.yaml(failing).compile());
    assertEquals(List.of("1", "3", "4", "5", "7"), texts("silver", "id"));

    TestingUpdates updates = TestingUpdates.run(project.yaml(ORDERS).compile());
    assertEquals(List.of(), updates.changes, "all that read the source have it as it was");
    assertEquals(List.of("1", "3", "4", "5", "7"), texts("named", "id"));
    assertTrue(texts("bronze", "_rescued").contains("{\"gate\":\"A\",\"seat\":{\"row\" : 7}}"));

    project.land("4.json", "{\"id\":8,\"city\":\"ulm\",\"gate\":\"C\"}\n");
    TestingUpdates.run(project.compile());
    assertTrue(texts("bronze", "id", "gate", "_rescued").contains("8|C|null"));
    assertEquals(6, texts("named", "id").size());
  }

  /** What is read once more has fields that no column was made of. */
  @Test
  void aFullRefreshReadsWithTheColumnsAndFindsMore() {
    String rescuing = ORDERS.replace("new_fields: add_columns", "new_fields: rescue");
    landNew(project);
    TestingUpdates.run(project.yaml(rescuing).compile());
    project.yaml(ORDERS);
    assertEquals(
        List.of(
            "1|null",
            "3|null",
            "4|null",
            "5|{\"gate\":\"A\",\"seat\":{\"row\" : 7}}",
            "7|{\"_source\":\"s\",\"a b\":1}"),
        texts("bronze", "id", "_rescued"));
    TestingUpdates updates = TestingUpdates.refresh(project.compile(), Set.of(), "bronze");
    assertAllIsThere();
    assertEquals(
        4,
        updates.changes.size(),
        "three tables that begin to be computed anew, once, and columns: " + updates.changes);
  }

  /**
   * Declared later, the declaration counts; the table keeps its column when the type is the same.
   */
  @Test
  void aFoundColumnThatIsDeclaredLater() {
    landNew(project);
    TestingUpdates.run(project.compile());
    project.yaml(ORDERS.replace("city STRING", "city STRING, gate STRING"));
    project.land("4.json", "{\"id\":8,\"city\":\"ulm\",\"gate\":\"C\",\"meal\":2}\n");
    TestingUpdates.run(project.compile());
    assertTrue(texts("silver", "id", "gate", "meal").contains("8|C|2"));

    project.yaml(ORDERS.replace("city STRING", "city STRING, meal DOUBLE"));
    UpdateFailedException refused = TestingUpdates.fail(project.compile());
    assertTrue(
        refused
            .reason()
            .contains("column meal: the table has STRING, the pipeline declares DOUBLE"),
        refused.reason());
    assertTrue(refused.fix().contains("--full-refresh"), refused.fix());
    TestingUpdates.refresh(project.compile(), Set.of(), "bronze");
    assertTrue(texts("silver", "id", "gate", "meal").contains("8|C|2.0"));

    project.yaml(ORDERS.replace("new_fields: add_columns", "new_fields: rescue"));
    project.land("5.json", "{\"id\":9,\"city\":\"ulm\",\"gate\":\"D\"}\n");
    TestingUpdates.run(project.compile());
    assertTrue(texts("bronze", "id", "gate", "_rescued").contains("9|null|{\"gate\":\"D\"}"));
  }

  @Test
  void aStrangersFieldsMakeNoMoreColumnsThanAreAllowed() {
    TestingUpdates.run(project.compile());
    for (int file = 0; file < 2; file++) {
      int from = file * 70;
      project.land(
          "many" + file + ".json",
          IntStream.range(from, from + 70)
              .mapToObj(i -> "\"f" + i + "\":" + i)
              .collect(Collectors.joining(",", "{\"id\":" + from + ",\"city\":\"x\",", "}\n")));
    }
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(2, updates.changes.size());
    assertTrue(texts("silver", "id", "f69", "f70").containsAll(List.of("0|69|null", "70|null|70")));
    assertTrue(Tables.latest(project.table("silver")).schema().column("f99").isPresent());
    assertTrue(Tables.latest(project.table("silver")).schema().column("f100").isEmpty());
    String rescued =
        texts("bronze", "_rescued").stream()
            .filter(t -> t.contains("f100"))
            .findFirst()
            .orElseThrow();
    assertTrue(rescued.startsWith("{\"f100\":100,"), rescued);
  }

  /** A field that a query cannot take does not stop the update, on any day. */
  @Test
  void aFieldThatAQueryCannotTakeIsToldAndKept() {
    String aliased = ORDERS.replace("SELECT * FROM bronze", "SELECT *, 1 AS gate FROM bronze");
    project.yaml(aliased);
    landNew(project);
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(1, updates.warnings.size(), updates.warnings.toString());
    assertTrue(
        updates
            .warnings
            .get(0)
            .startsWith(
                "source orders: the field gate does not become a column, and is kept in _rescued: "),
        updates.warnings.get(0));
    assertTrue(
        texts("silver", "id", "gate", "seat", "_rescued")
            .contains("5|1|{\"row\" : 7}|{\"gate\":\"A\"}"));

    project.yaml(ORDERS);
    project.land("4.json", "{\"id\":8,\"city\":\"ulm\",\"gate\":\"C\"}\n");
    TestingUpdates still = TestingUpdates.run(project.compile());
    assertEquals(
        List.of(
            "source orders: the field gate does not become a column, and is kept in _rescued: table"
                + " silver, column gate: the table has INT, the pipeline declares STRING; a type does"
                + " not change in place"),
        still.warnings);
    assertTrue(texts("bronze", "id", "_rescued").contains("8|{\"gate\":\"C\"}"));
    TestingUpdates.refresh(project.compile(), Set.of(), "bronze");
    assertTrue(texts("silver", "id", "gate", "_rescued").contains("8|C|null"));
    assertEquals(List.of(), TestingUpdates.run(project.compile()).warnings);
  }

  /** Names that somebody may have made to do harm, or that are only unusual. */
  @Test
  void namesAreNamesWhateverTheySay() {
    List<String> names =
        List.of("a`b", "a'b", "a\\\"b", "SELECT", "日本", "x-y", "$oid", "@id", "1st", "a/b:c", "*");
    project.land(
        "3.json",
        names.stream()
            .map(name -> "\"" + name + "\":\"v\"")
            .collect(Collectors.joining(",", "{\"id\":4,\"city\":\"ulm\",", "}\n")));
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(List.of(), updates.warnings);
    String[] columns = names.stream().map(n -> n.replace("\\", "")).toArray(String[]::new);
    assertTrue(
        texts("silver", columns).contains(String.join("|", Collections.nCopies(11, "v"))),
        texts("silver", columns).toString());
  }

  @Test
  void aHeaderOfCsvNamesColumns() {
    project.yaml(ORDERS.replace("format: json", "format: csv").replace("*.json", "*.csv"));
    project.land("1.csv", "id,city\n1,ulm\n");
    project.land("2.csv", "id,gate,city,seat\n2,A,bonn,\n3,,,7\n");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1|null|null", "2|A|null"), texts("silver", "id", "gate", "seat"));
    assertEquals(List.of("3|null|7"), texts("bronze_quarantine", "id", "gate", "seat"));
  }

  @Test
  void planTellsOfThem() {
    landNew(project);
    TestingUpdates.run(project.compile());
    project.land("4.json", "{\"id\":8,\"city\":\"ulm\"}\n");
    assertEquals(
        List.of(
            "COLUMNS_FOUND orders source orders, columns found: gate, seat, meal",
            "INPUT_WAITING orders source orders: 1 file waits"),
        Preview.of(project.compile()).stream()
            .map(item -> item.kind() + " " + item.name() + " " + item.text())
            .toList());
  }
}
