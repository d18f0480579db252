package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import io.lakebeam.testing.TestingRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views are exactly their queries, or say why they cannot be. */
class ViewsIT {
  private static final String HEAD =
      """
      pipeline: p
      sources:
        a: {files: "in/*.csv", format: csv, schema: "id BIGINT, shop STRING, qty INT, amount DECIMAL(38,0)"}
      datasets:
        bronze: {streaming_table: {from: a}}
      """;

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir);
  }

  private TestingPipeline view(String sql) {
    return project.yaml(HEAD + "  v: {materialized_view: {sql: \"" + sql + "\"}}\n");
  }

  private TestingUpdates run() {
    return TestingUpdates.run(project.compile());
  }

  private List<String> shown(String... columns) {
    return Tables.texts(project.table("v"), columns);
  }

  private void land(String name, String... rows) {
    project.land(name, "id,shop,qty,amount\n" + String.join("\n", rows) + "\n");
  }

  @Test
  void aViewWithoutGroupsHasItsRowFromTheStart() {
    String sql =
        "SELECT COUNT(*) AS n, COUNT(qty) AS k, SUM(qty) AS s, MAX(shop) AS m, AVG(qty) AS a FROM"
            + " bronze WHERE qty > 3";
    view(sql);
    List<String> nothing = List.of("0|0|null|null|null");
    run();
    assertEquals(nothing, shown("n", "k", "s", "m", "a"));
    assertEquals(List.of(), run().plans, "and is up to date with it");
    land("1.csv", "1,ulm,1,1");
    run();
    assertEquals(nothing, shown("n", "k", "s", "m", "a"));
    land("2.csv", "2,ulm,5,1");
    run();
    assertEquals(List.of("1|1|5|ulm|5.0"), shown("n", "k", "s", "m", "a"));
    view(sql.replace("> 3", "> 300"));
    run();
    assertEquals(nothing, shown("n", "k", "s", "m", "a"));
    view(sql);
    run();
    assertEquals(List.of("1|1|5|ulm|5.0"), shown("n", "k", "s", "m", "a"));
    // Somebody empties the table it follows.
    DeltaTable bronze = DeltaTable.at(Place.of(project.table("bronze")));
    bronze.commit(
        Commit.builder("somebody", 1)
            .remove(bronze.latest().orElseThrow().files())
            .readFrom(bronze.latest().orElseThrow().version())
            .operation(Commit.Operation.DELETE)
            .build());
    run();
    assertEquals(nothing, shown("n", "k", "s", "m", "a"));
    // A view of an older lake may lack its row.
    DeltaTable view = DeltaTable.at(Place.of(project.table("v")));
    view.commit(
        Commit.builder("somebody", 1)
            .remove(view.latest().orElseThrow().files())
            .readFrom(view.latest().orElseThrow().version())
            .operation(Commit.Operation.DELETE)
            .build());
    run();
    assertEquals(nothing, shown("n", "k", "s", "m", "a"));
  }

  @Test
  void aViewFollowsATableThatWasMadeAnew() throws IOException {
    land("1.csv", "1,ulm,1,1", "2,ulm,2,2");
    view("SELECT shop, COUNT(*) AS n FROM bronze GROUP BY shop");
    run();
    land("2.csv", "3,ulm,1,1");
    run();
    assertEquals(List.of("ulm|3"), shown("shop", "n"));
    try (Stream<Path> files = Files.walk(Path.of(project.table("bronze")))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    // As many versions as before, so that only the table itself tells.
    land("3.csv", "4,bonn,1,1");
    run();
    land("4.csv", "5,bonn,1,1");
    run();
    assertEquals(List.of("bonn|2"), shown("shop", "n"));
  }

  @Test
  void aQueryWhoseTextHasTheSameHashIsAnotherQuery() {
    assertEquals("B6".hashCode(), "AU".hashCode());
    land("1.csv", "1,B6,1,1", "2,AU,2,2", "3,AU,3,3");
    view("SELECT shop, COUNT(*) AS n FROM bronze WHERE shop = 'B6' GROUP BY shop");
    run();
    assertEquals(List.of("B6|1"), shown("shop", "n"));
    view("SELECT shop, COUNT(*) AS n FROM bronze WHERE shop = 'AU' GROUP BY shop");
    run();
    assertEquals(List.of("AU|2"), shown("shop", "n"));
    assertEquals(List.of(), run().plans);
  }

  @Test
  void aSumThatOutgrowsItsColumnHoldsUpNothingElse() {
    project.yaml(
        HEAD
            + """
              v: {materialized_view: {sql: "SELECT shop, SUM(id) AS ids FROM bronze GROUP BY shop"}}
              w: {materialized_view: {sql: "SELECT COUNT(*) AS n, AVG(id) AS mean FROM bronze"}}
              silver: {streaming_table: {sql: "SELECT id FROM bronze"}}
            """);
    land("1.csv", "9223372036854775807,ulm,1,1", "5,bonn,1,1");
    run();
    assertEquals(List.of("bonn|5", "ulm|9223372036854775807"), shown("shop", "ids"));
    land("2.csv", "1,ulm,1,1", "1,bonn,1,1");
    UpdateFailedException failure = TestingUpdates.fail(project.compile());
    assertEquals("view v: SUM in column ids has no room any more", failure.problem());
    assertEquals(
        "in the group shop = ulm it is 9223372036854775808, and the column is a BIGINT",
        failure.reason());
    assertTrue(failure.fix().contains("SUM(CAST(... AS DECIMAL(38,0)))"), failure.fix());
    assertEquals(4, Tables.texts(project.table("silver"), "id").size());
    assertEquals(List.of("4"), Tables.texts(project.table("w"), "n"));
    assertEquals(List.of("bonn|5", "ulm|9223372036854775807"), shown("shop", "ids"));

    // Further epochs come and go, and it is said again.
    land("3.csv", "7,bonn,1,1");
    failure = TestingUpdates.fail(project.compile());
    assertEquals("view v: SUM in column ids has no room any more", failure.problem());
    assertEquals(5, Tables.texts(project.table("silver"), "id").size());
    assertEquals(List.of("5"), Tables.texts(project.table("w"), "n"));
    assertEquals(
        List.of("p/1/v|COMPLETED", "p/2/v|FAILED", "p/3/v|FAILED"),
        Tables.rows(project.table("event_log")).stream()
            .filter(row -> "v".equals(row.getString("dataset_name")))
            .filter(row -> "flow_progress".equals(row.getString("event_type")))
            .map(
                row ->
                    row.getString("id")
                        + "|"
                        + (row.getString("details").contains("FAILED") ? "FAILED" : "COMPLETED"))
            .sorted()
            .toList());
    TestingUpdates.fail(project.compile());

    // The way out that was told.
    project.yaml(
        HEAD
            + """
              v: {materialized_view: {sql: "SELECT shop, SUM(CAST(id AS DECIMAL(38,0))) AS ids FROM bronze GROUP BY shop"}}
              w: {materialized_view: {sql: "SELECT COUNT(*) AS n, AVG(id) AS mean FROM bronze"}}
              silver: {streaming_table: {sql: "SELECT id FROM bronze"}}
            """);
    run();
    assertEquals(List.of("bonn|13", "ulm|9223372036854775808"), shown("shop", "ids"));
    assertEquals(List.of(), run().plans);
  }

  /** A table gives an empty text of a partition back as NULL, which is no other group then. */
  @Test
  void anEmptyTextOfAPartitionIsNull() {
    project.yaml(
        HEAD
            + """
              v: {materialized_view: {sql: "SELECT IF(id = 1, '', shop) AS shop, COUNT(*) AS n FROM bronze GROUP BY IF(id = 1, '', shop)"}, partition_by: [shop]}
            """);
    for (int epoch = 1; epoch <= 3; epoch++) {
      land(epoch + ".csv", "1,bonn,1,1", "2,,1,1", "3,ulm,1,1");
      run();
    }
    assertEquals(List.of("null|6", "ulm|3"), shown("shop", "n"));
  }

  @Test
  void aContinuousUpdateEndsWhenAViewIsLeftBehind() {
    view("SELECT SUM(id) AS s FROM bronze");
    land("1.csv", "9223372036854775807,ulm,1,1", "1,ulm,1,1");
    List<EpochResult> done = new ArrayList<>();
    UpdateListener listener =
        new UpdateListener() {
          @Override
          public void done(EpochResult result, long millis) {
            done.add(result);
          }
        };
    UpdateFailedException failure =
        assertThrows(
            UpdateFailedException.class,
            () -> TestingUpdates.of(project.compile(), listener).run(Update.Mode.CONTINUOUS));
    assertEquals("view v: SUM in column s has no room any more", failure.problem());
    assertEquals(List.of(1L), done.stream().map(EpochResult::number).toList());
    assertEquals(2, Tables.rows(project.table("bronze")).size());
  }

  @Test
  void sumsOfDecimalsAndFailingQueriesHoldUpNothingElse() {
    project.yaml(
        HEAD
            + """
              v: {materialized_view: {sql: "SELECT SUM(amount) AS total FROM bronze"}}
              w: {materialized_view: {sql: "SELECT SUM(100 / qty) AS x FROM bronze"}}
              n: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM bronze"}}
            """);
    land("1.csv", "1,ulm,1," + "9".repeat(38), "2,ulm,0,1");
    UpdateFailedException failure = TestingUpdates.fail(project.compile());
    assertEquals("view v: SUM in column total has no room any more", failure.problem());
    assertEquals(
        "over all rows it is 1" + "0".repeat(38) + ", and the column is a DECIMAL(38,0)",
        failure.reason());
    assertEquals(List.of("2"), Tables.texts(project.table("n"), "n"));
    project.yaml(
        HEAD
            + """
              v: {materialized_view: {sql: "SELECT SUM(CAST(amount AS DOUBLE)) AS total FROM bronze"}}
              w: {materialized_view: {sql: "SELECT SUM(100 / qty) AS x FROM bronze"}}
              n: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM bronze"}}
            """);
    failure = TestingUpdates.fail(project.compile());
    assertEquals("the query of view w fails on a row", failure.problem());
    assertTrue(failure.reason().contains("Division by zero."), failure.reason());
    assertEquals(List.of("1.0E38"), shown("total"));
    project.yaml(
        HEAD
            + """
              v: {materialized_view: {sql: "SELECT SUM(CAST(amount AS DOUBLE)) AS total FROM bronze"}}
              w: {materialized_view: {sql: "SELECT SUM(100 / NULLIF(qty, 0)) AS x FROM bronze"}}
              n: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM bronze"}}
            """);
    run();
    assertEquals(List.of("100.0"), Tables.texts(project.table("w"), "x"));
  }

  @Test
  void aViewOfAnOlderLakeIsComputedAnew() {
    land("1.csv", "9223372036854775807,ulm,1,1", "9223372036854775807,ulm,1,1");
    project.yaml(HEAD);
    run();
    TableSchema old =
        TableSchema.of(
            Column.nullable("shop", Primitive.STRING),
            Column.nullable("mean", Primitive.DOUBLE),
            Column.nullable("_mean_sum", Primitive.BIGINT),
            Column.nullable("_mean_count", Primitive.BIGINT));
    DeltaTable table = DeltaTable.at(Place.of(project.table("v")));
    table.create(
        TableDefinition.of(old)
            .with(
                Map.of(
                    "lakebeam.pipeline", "p",
                    "lakebeam.query", "1a2b-3c4d-5e6f",
                    "lakebeam.generation", "1")));
    try (DataFileWriter writer = new DataFileWriter(table.place(), old, List.of(), "")) {
      writer.write(TestingRows.of(old, "ulm", 5.0, 5L, 1L));
      table.commit(Commit.builder("p/v<-bronze#1", 1).add(writer.finish()).build());
    }
    view("SELECT shop, AVG(id) AS mean FROM bronze GROUP BY shop");
    assertEquals(
        List.of(
            "view v is computed anew from all rows of bronze: another version of Lakebeam has"
                + " computed it, and SQL may mean something else there"),
        run().warnings);
    assertEquals(
        List.of("ulm|9.223372036854776E18|18446744073709551614|2"),
        shown("shop", "mean", "_mean_sum", "_mean_count"));
    land("2.csv", "9223372036854775807,ulm,1,1");
    run();
    assertEquals(
        List.of("ulm|9.223372036854776E18|27670116110564327421|3"),
        shown("shop", "mean", "_mean_sum", "_mean_count"));
  }

  @Test
  void aViewMayChangeItsColumnsAndATableThatIsNoneOfItsOwnIsLeftAlone() {
    land("1.csv", "1,ulm,2,1", "2,bonn,3,1");
    view("SELECT shop, COUNT(*) AS n FROM bronze GROUP BY shop");
    run();
    project.yaml(
        HEAD
            + """
              v:
                materialized_view: {sql: "SELECT SUM(qty) AS s, qty FROM bronze GROUP BY qty"}
                partition_by: [qty]
            """);
    run();
    assertEquals(List.of("2|2", "3|3"), shown("s", "qty"));
    assertEquals(List.of("qty"), Tables.latest(project.table("v")).partitionBy());
    land("2.csv", "1,ulm,2,1");
    run();
    assertEquals(List.of("3|3", "4|2"), shown("s", "qty"));

    project.yaml(
        HEAD
            + "  v: {materialized_view: {sql: \"SELECT COUNT(*) AS n FROM bronze\"}}\n"
                .replace("v:", "w:"));
    DeltaTable.at(Place.of(project.table("w")))
        .create(TableDefinition.of(TableSchema.of(Column.nullable("own", Primitive.STRING))));
    UpdateFailedException failure = TestingUpdates.fail(project.compile());
    assertTrue(failure.problem().contains("own"), failure.problem());
  }
}
