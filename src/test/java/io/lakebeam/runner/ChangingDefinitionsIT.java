package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.storage.Place;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules, queries and tables that are edited while epochs are under way, and between them. */
class ChangingDefinitionsIT {
  private static final String RULED =
      """
      pipeline: p
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, cups INT"}
      datasets:
        bronze:
          streaming_table: {from: orders}
          expect: {some_cups: {expect: "cups > %d", on_violation: %s}}
        silver: {streaming_table: {sql: "SELECT id, cups FROM bronze"}}
      """;

  @TempDir Path dir;

  private static List<String> ids(TestingPipeline project, String table) {
    return Tables.texts(project.table(table), "id");
  }

  /** Both come from one attempt, and so do the tables that follow. */
  @Test
  void aRuleThatChangesBetweenTheCommitsOfATableAndItsQuarantineMovesNoRow() throws Exception {
    TestingPipeline project = new TestingPipeline(dir.resolve("a"));
    project.yaml(RULED.formatted(0, "quarantine"));
    project.land("1.csv", "id,cups\n1,1\n2,0\n3,5\n");
    TestingUpdates.run(project.compile());
    for (List<String> waiting :
        List.of(List.of("bronze"), List.of("bronze", "bronze_quarantine"), List.<String>of())) {
      List<String> without = new java.util.ArrayList<>(waiting);
      without.add("silver");
      TestingPipeline killed = new TestingPipeline(dir.resolve("b" + waiting.size()));
      KilledRun.copy(project.lake(), killed.lake(), 1, without);
      killed.yaml(RULED.formatted(3, "quarantine"));
      killed.land("1.csv", "id,cups\n1,1\n2,0\n3,5\n");
      TestingUpdates updates = TestingUpdates.run(killed.compile());
      assertEquals(List.of("1", "3"), ids(killed, "bronze"));
      assertEquals(List.of("2"), ids(killed, "bronze_quarantine"));
      assertEquals(List.of("1", "3"), ids(killed, "silver"));
      assertEquals(1, updates.last("bronze").quarantined());

      killed.land("2.csv", "id,cups\n4,3\n5,4\n");
      TestingUpdates.run(killed.compile());
      assertEquals(List.of("1", "3", "5"), ids(killed, "silver"));
      assertEquals(List.of("2", "4"), ids(killed, "bronze_quarantine"));
      assertEquals(
          List.of("bronze is declared otherwise: that applies from epoch 2 on"),
          events(killed, "definition_changed"));
    }
  }

  /** A rule with fail is answered by another rule, and the event log says that it was. */
  @Test
  void whatIsDoneAgainWithAnotherRuleIsTold() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(RULED.formatted(0, "fail"));
    project.land("1.csv", "id,cups\n1,1\n2,0\n");
    TestingUpdates.fail(project.compile());
    project.yaml(RULED.formatted(0, "drop"));
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1"), ids(project, "silver"));
    assertEquals(
        List.of(
            "epoch 1 is done again with another declaration of bronze than it was planned with"),
        events(project, "inputs_changed"));
  }

  private static final String LOOKED_UP =
      """
      pipeline: p
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, city STRING"}
        cities: {reference: cities.csv, format: csv, schema: "city STRING, name STRING"}
      datasets:
        bronze: {streaming_table: {from: orders}}
        named:
          streaming_table:
            sql: "SELECT b.id, c.name FROM bronze b LEFT JOIN cities c ON c.city = b.city"
          %s
        by_name:
          materialized_view:
            sql: |
              SELECT c.name, COUNT(*) AS n FROM bronze b
              LEFT JOIN cities c ON c.city = b.city GROUP BY c.name
      """;

  /** Rows that are there keep what they looked up, a view shows one state of the files. */
  @Test
  void aReferenceFileThatChangesAppliesFromTheNextEpochOnAndToAllOfAView() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(LOOKED_UP.formatted(""));
    project.file("cities.csv", "city,name\nulm,Ulm\n");
    project.land("1.csv", "id,city\n1,ulm\n2,ulm\n");
    TestingUpdates.run(project.compile());
    assertEquals(List.of(), texts(Preview.of(project.compile())));

    project.file("cities.csv", "city,name\nulm,Ulm an der Donau\n");
    assertEquals(
        List.of(
            "cities (files) have changed: rows are looked up in the new ones from epoch 2 on",
            "view by_name is computed anew from all rows of bronze: a reference file that it looks"
                + " rows up in has changed"),
        texts(Preview.of(project.compile())));
    project.land("2.csv", "id,city\n3,ulm\n");
    TestingUpdates.run(project.compile());
    assertEquals(
        List.of("1|Ulm", "2|Ulm", "3|Ulm an der Donau"),
        Tables.texts(project.table("named"), "id", "name"));
    assertEquals(
        List.of("Ulm an der Donau|3"), Tables.texts(project.table("by_name"), "name", "n"));
    assertEquals(
        List.of("cities (files) have changed: that applies from epoch 2 on"),
        events(project, "definition_changed"));
    assertEquals(List.of(), texts(Preview.of(project.compile())));
  }

  @Test
  void anEpochThatIsDoneAgainWithOtherReferenceFilesSaysSo() throws Exception {
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(
                LOOKED_UP.formatted(
                    "expect: {named: {expect: name IS NOT NULL, on_violation: fail}}"));
    project.file("cities.csv", "city,name\nulm,Ulm\n");
    project.land("1.csv", "id,city\n1,ulm\n2,bonn\n");
    TestingUpdates.fail(project.compile());
    project.file("cities.csv", "city,name\nulm,Ulm\nbonn,Bonn\n");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1|Ulm", "2|Bonn"), Tables.texts(project.table("named"), "id", "name"));
    assertEquals(
        List.of("epoch 1 is done again with other cities (files) than it was planned with"),
        events(project, "inputs_changed"));
  }

  private static List<String> texts(List<Preview.Item> items) {
    return items.stream().map(Preview.Item::text).toList();
  }

  private static List<String> events(TestingPipeline project, String type) {
    return Tables.texts(project.table("event_log"), "event_type", "message").stream()
        .filter(event -> event.startsWith(type + "|"))
        .map(event -> event.substring(type.length() + 1))
        .toList();
  }

  private static final String LATE =
      """
      pipeline: p
      max_rows_per_epoch: 4
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, cups INT"}
      datasets:
        bronze: {streaming_table: {from: orders}}
      """;

  private static final String SILVER =
      """
        silver:
          streaming_table: {sql: "SELECT id, cups * 10 AS ml FROM bronze"}
          expect: {even: {expect: "id %% 2 = 0", on_violation: quarantine}}
          %s
        gold:
          streaming_table: {sql: "SELECT id FROM silver WHERE ml > 10"}
      """;

  private void landed(TestingPipeline project, int from, int to) {
    for (int file = from; file <= to; file++) {
      project.land(file + ".csv", "id,cups\n" + file * 2 + ",1\n" + (file * 2 + 1) + ",2\n");
    }
  }

  private static List<String> even(int to) {
    return java.util.stream.IntStream.rangeClosed(1, to)
        .mapToObj(i -> Integer.toString(i * 2))
        .sorted()
        .toList();
  }

  @Test
  void aTableThatIsDeclaredLaterGetsItsHistoryBesideNewRows() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(LATE);
    landed(project, 1, 5);
    TestingUpdates.run(project.compile());
    project.yaml(LATE + SILVER.formatted(""));
    landed(project, 6, 7);
    assertEquals(
        List.of(
            "table silver is made",
            "table silver_quarantine is made",
            "table gold is made",
            "table gold_quarantine is made",
            "silver gets its history, of the 10 rows that bronze has",
            "source orders: 2 files wait"),
        Preview.of(project.compile()).stream().map(Preview.Item::text).toList());
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(List.of(), updates.warnings);
    assertEquals(even(7), ids(project, "silver"));
    assertEquals(7, Tables.texts(project.table("silver_quarantine"), "id").size());
    assertEquals(List.of(), ids(project, "gold"));
    assertTrue(updates.plans.size() > 1, "bounded epochs: " + updates.plans.size());

    landed(project, 8, 8);
    TestingUpdates.run(project.compile());
    assertEquals(even(8), ids(project, "silver"));
    assertEquals(16, ids(project, "bronze").size());
  }

  @Test
  void aHistoryThatIsNotWantedIsLeftOut() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(LATE);
    landed(project, 1, 2);
    TestingUpdates.run(project.compile());
    project.yaml(LATE + SILVER.formatted("backfill: none"));
    landed(project, 3, 3);
    TestingUpdates.run(project.compile());
    assertEquals(List.of("6"), ids(project, "silver"));
  }

  /** A view would replace the table's rows, and a table add its own to the view's. */
  @Test
  void aDatasetDoesNotBecomeOneOfTheOtherKind() throws Exception {
    String view = "  silver: {materialized_view: {sql: \"SELECT id FROM bronze GROUP BY id\"}}\n";
    String table = "  silver: {streaming_table: {sql: \"SELECT id FROM bronze\"}}\n";
    for (List<String> order : List.of(List.of(table, view), List.of(view, table))) {
      TestingPipeline project = new TestingPipeline(dir.resolve("of" + order.indexOf(view)));
      project.yaml(LATE + order.get(0));
      landed(project, 1, 1);
      TestingUpdates.run(project.compile());
      project.yaml(LATE + order.get(1));
      landed(project, 2, 2);
      UpdateFailedException refused = TestingUpdates.fail(project.compile());
      assertTrue(
          refused.problem().startsWith("table silver is there as something else"),
          refused.problem());
      assertEquals(Preview.Kind.REFUSED, Preview.of(project.compile()).get(0).kind());
      assertEquals(List.of("2", "3"), ids(project, "silver"));
    }
  }

  /** Somebody has removed its folder: that is told, and what others have stays with them. */
  @Test
  void aTableThatIsMadeAnewIsTold() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(LATE + SILVER.formatted(""));
    landed(project, 1, 1);
    TestingUpdates.run(project.compile());
    Files.move(Path.of(project.table("silver")), dir.resolve("gone"));
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(
        List.of(
            "table silver was not there any more and is made anew: it gets what is read from now on,"
                + " not what epochs 1 to 1 read; for that, run with --full-refresh silver"),
        updates.warnings);
  }

  /** The new table takes no part in the epoch that an earlier run has planned. */
  @Test
  void aTableThatIsDeclaredWhileAnEpochWaitsHasEachRowOnce() throws Exception {
    TestingPipeline project = new TestingPipeline(dir.resolve("a")).yaml(LATE);
    landed(project, 1, 3);
    TestingUpdates.run(project.compile());
    long last =
        new io.lakebeam.epoch.Ledger(Place.of(project.lake().toString()), "p")
            .contents()
            .lastPlanned();
    for (List<String> waiting : List.of(List.of("bronze"), List.<String>of())) {
      TestingPipeline killed = new TestingPipeline(dir.resolve("b" + waiting.size()));
      landed(killed, 1, 3);
      KilledRun.copy(project.lake(), killed.lake(), last, waiting);
      killed.yaml(LATE + SILVER.formatted(""));
      TestingUpdates.run(killed.compile());
      assertEquals(even(3), ids(killed, "silver"));
      assertEquals(6, ids(killed, "bronze").size());
    }
  }

  private static final String FOLLOWED =
      """
      pipeline: p
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, cups INT"}
      datasets:
        bronze:
          streaming_table: {from: orders}
          expect: {some_cups: {expect: cups > 0, on_violation: %s}}
      """;

  /** An epoch that was planned by whoever did not know it is as much its own as any. */
  @Test
  void aTableThatIsDeclaredAgainTakesPartInTheEpochThatWaitsAndGetsNoHistory() throws Exception {
    String late = "  late: {streaming_table: {sql: \"SELECT id FROM bronze\"}}\n";
    TestingPipeline project = new TestingPipeline(dir);
    project.yaml(FOLLOWED.formatted("fail") + late).land("1.csv", "id,cups\n1,1\n");
    TestingUpdates.run(project.compile());
    // Taken out for a while, in which one epoch is done, and one is planned that waits.
    project.yaml(FOLLOWED.formatted("fail")).land("2.csv", "id,cups\n2,1\n");
    TestingUpdates.run(project.compile());
    project.land("3.csv", "id,cups\n3,0\n");
    TestingUpdates.fail(project.compile());
    project.yaml(FOLLOWED.formatted("warn") + late);
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(
        List.of(
            "table late was not declared for a while: it gets what is read from now on, not what"
                + " came in between; for that, run with --full-refresh late"),
        updates.warnings);
    assertEquals(List.of("1", "3"), ids(project, "late"));

    project.land("4.csv", "id,cups\n4,1\n");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1", "3", "4"), ids(project, "late"));
    assertEquals(List.of("1", "2", "3", "4"), ids(project, "bronze"));
  }

  /** Its history begins again: whoever has done the epoch that knew of it did not. */
  @Test
  void aTableThatIsTakenOutWhileItsFirstEpochWaitsGetsAllOfItsHistoryLater() throws Exception {
    String late = "  late: {streaming_table: {sql: \"SELECT id FROM bronze\"}}\n";
    TestingPipeline project = new TestingPipeline(dir);
    project.yaml(FOLLOWED.formatted("fail")).land("1.csv", "id,cups\n1,1\n");
    TestingUpdates.run(project.compile());
    project.yaml(FOLLOWED.formatted("fail") + late).land("2.csv", "id,cups\n2,0\n");
    TestingUpdates.fail(project.compile());
    assertEquals(List.of(), ids(project, "late"));
    project.yaml(FOLLOWED.formatted("warn"));
    TestingUpdates.run(project.compile());
    project.yaml(FOLLOWED.formatted("warn") + late).land("3.csv", "id,cups\n3,1\n");
    assertEquals(
        List.of(
            "bronze is declared otherwise: that applies from epoch 3 on",
            "late gets its history, of the 2 rows that bronze has",
            "source orders: 1 file waits"),
        texts(Preview.of(project.compile())));
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(List.of(), updates.warnings);
    assertEquals(List.of("1", "2", "3"), ids(project, "late"));
    assertEquals(List.of("1", "2", "3"), ids(project, "bronze"));
  }

  /** It has had its history, though nothing of that is in the table itself. */
  @Test
  void aTableWhoseRowsAreAllRefusedIsNoNewOneWhenItIsDeclaredAgain() throws Exception {
    String late =
        """
          late:
            streaming_table: {sql: "SELECT id FROM bronze"}
            expect: {large: {expect: id > 5, on_violation: quarantine}}
        """;
    TestingPipeline project = new TestingPipeline(dir);
    project.yaml(FOLLOWED.formatted("fail") + late).land("1.csv", "id,cups\n1,1\n");
    TestingUpdates.run(project.compile());
    project.yaml(FOLLOWED.formatted("fail")).land("2.csv", "id,cups\n2,1\n");
    TestingUpdates.run(project.compile());
    project.yaml(FOLLOWED.formatted("fail") + late).land("3.csv", "id,cups\n3,1\n");
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(1, updates.warnings.size(), updates.warnings.toString());
    assertTrue(
        updates.warnings.get(0).contains("not declared for a while"), updates.warnings.get(0));
    assertEquals(List.of("1", "3"), ids(project, "late_quarantine"));
  }
}
