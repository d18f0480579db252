package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.epoch.Ledger;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.api.java.UDF1;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flows that join with tables of their own lake, which stand still for an epoch. */
class StaticJoinIT {
  private static final String PIPELINE =
      """
      pipeline: p
      lake: "${LAKE:-./lake}"
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, customer STRING"}
        people: {files: "people/*.csv", format: csv, schema: "customer STRING, name STRING, note STRING"}
      datasets:
        customers: {streaming_table: {from: people}}
        counted: {materialized_view: {sql: "SELECT customer, COUNT(*) AS n FROM customers GROUP BY customer"}}
        bronze: {streaming_table: {from: orders}}
        named:
          streaming_table:
            sql: >-
              SELECT o.id, c.name, n.n FROM bronze o LEFT JOIN customers c ON c.customer = o.customer
              LEFT JOIN counted n ON n.customer = o.customer
          expect:
            known: {expect: id < 100, on_violation: fail}
      """;

  /** People wait for orders and orders for people, so both are read together. */
  private static final String IN_A_CIRCLE =
      PIPELINE
          + """
            buyers:
              streaming_table:
                sql: SELECT c.customer FROM customers c LEFT SEMI JOIN bronze b ON b.customer = c.customer
          """;

  /** Of one order many rows, by a function of Java. */
  private static final String LETTERS =
      PIPELINE
          + """
            letters:
              streaming_table:
                sql: >-
                  SELECT b.id, letter FROM bronze b JOIN customers c ON c.customer = b.customer
                  LATERAL VIEW explode(split(SHOUTED(c.name), '')) x AS letter
          functions: {SHOUTED: io.lakebeam.runner.StaticJoinIT$Shouted}
          """;

  /** A function as Spark has them. */
  public static final class Shouted implements UDF1<String, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public String call(String text) {
      return text + "!";
    }
  }

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir).yaml(PIPELINE);
  }

  private List<String> named() {
    return Tables.texts(project.table("named"), "id", "name", "n");
  }

  private Ledger ledger() {
    return new Ledger(Place.of(project.lake().toString()), "p");
  }

  @Test
  void aTriggeredUpdateFillsTheTablesFirst() {
    project.file("people/1.csv", "customer,name,note\nc1,Ann,x\n");
    project.land("1.csv", "id,customer\n1,c1\n");
    TestingUpdates first = TestingUpdates.run(project.compile());
    assertEquals(List.of("1|Ann|1"), named());
    assertEquals(2, first.plans.size());

    project.file("people/2.csv", "customer,name,note\nc1,Bob,x\nc2,Cid,\n");
    project.land("2.csv", "id,customer\n2,c1\n3,c2\n");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1|Ann|1", "2|Ann|2", "2|Bob|2", "3|Cid|1"), named());
  }

  @Test
  void aTableIsJoinedWithAsTheEpochBeforeLeftItAndInAReplayTheSame() throws IOException {
    project.yaml(IN_A_CIRCLE);
    project.file("people/1.csv", "customer,name,note\nc1,Ann,x\n");
    project.land("1.csv", "id,customer\n1,c1\n");
    TestingUpdates first = TestingUpdates.run(project.compile());
    assertEquals(List.of("1|null|null"), named(), "nobody was known when the epoch was planned");
    assertEquals(
        Map.of("customers", 0L, "counted", 0L, "bronze", 0L), first.plans.get(0).versions());

    project.file("people/2.csv", "customer,name,note\nc1,Bob,x\nc2,Cid,\n");
    project.land("2.csv", "id,customer\n2,c1\n3,c2\n");
    TestingUpdates.run(project.compile());
    List<String> expected = List.of("1|null|null", "2|Ann|1", "3|null|null");
    assertEquals(expected, named());

    Path killed = dir.resolve("killed");
    KilledRun.copy(project.lake(), killed, 2, List.of("named"));
    TestingUpdates replay = TestingUpdates.run(project.set("LAKE", killed.toString()).compile());
    assertEquals(1, replay.replays());
    assertEquals(expected, Tables.texts(killed.resolve("named").toString(), "id", "name", "n"));

    project.set("LAKE", project.lake().toString());
    project.land("3.csv", "id,customer\n4,c1\n5,c2\n");
    TestingUpdates.run(project.compile());
    assertEquals(
        List.of("1|null|null", "2|Ann|1", "3|null|null", "4|Ann|2", "4|Bob|2", "5|Cid|1"),
        named().stream().sorted().toList());
  }

  @Test
  void aJoinThatIsAddedWhileAnEpochWaitsGetsAVersionThatStays() {
    project.yaml(
        PIPELINE.replaceAll(
            "SELECT o.id(.*\\R.*)'?", "SELECT id, '' AS name, 0L AS n FROM bronze"));
    project.file("people/1.csv", "customer,name,note\nc1,Ann,x\n");
    project.land("1.csv", "id,customer\n1,c1\n200,c1\n");
    TestingUpdates.fail(project.compile());
    assertEquals(Map.of(), ledger().plan(1).orElseThrow().versions());

    project.yaml(PIPELINE);
    TestingUpdates.fail(project.compile());
    assertEquals(1, ledger().joinedVersion(1, "customers"));
    project.yaml(PIPELINE.replace("id < 100", "id < 1000"));
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1|Ann", "200|Ann"), Tables.texts(project.table("named"), "id", "name"));
  }

  @Test
  void filesOfDeltaLiveTablesSayWhichSideIsTheStream() {
    project.yaml("pipeline: p\ndlt_sql: all.sql\n");
    project.file(
        "all.sql",
        """
        CREATE STREAMING TABLE people AS SELECT * FROM STREAM read_files('people/*.csv',
          format => 'csv', header => true, schema => 'customer STRING, name STRING');
        CREATE STREAMING TABLE bronze AS SELECT * FROM STREAM read_files('in/*.csv',
          format => 'csv', header => true, schema => 'id BIGINT, customer STRING');
        CREATE STREAMING TABLE named AS SELECT b.id, p.name, 0L AS n
          FROM LIVE.people p JOIN STREAM(LIVE.bronze) b ON b.customer = p.customer;
        """);
    project.file("people/1.csv", "customer,name\nc1,Ann\n");
    TestingUpdates.run(project.compile());
    project.file("people/2.csv", "customer,name\nc2,Bob\n");
    project.land("1.csv", "id,customer\n1,c1\n2,c2\n");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1|Ann|0", "2|Bob|0"), named());
  }

  @Test
  void onSparkTheTablesAreTheSame() {
    project.yaml(LETTERS);
    project.file("people/1.csv", "customer,name,note\nc1,Al,x\n");
    project.land("1.csv", "id,customer\n1,c1\n");
    for (String lake : List.of("direct", "spark")) {
      run(lake, TestingUpdates.DIRECT);
    }
    project.file("people/2.csv", "customer,name,note\nc1,Bo,x\nc2,Cy,\n");
    project.land("2.csv", "id,customer\n2,c1\n3,c2\n");
    for (String lake : List.of("direct", "spark")) {
      run(lake, lake.equals("spark") ? TestingUpdates.SPARK : TestingUpdates.DIRECT);
      assertEquals(
          List.of("1|Al|1", "2|Al|2", "2|Bo|2", "3|Cy|1"), texts(lake, "named", "id", "name", "n"));
      assertEquals(
          List.of(
              "1|!", "1|A", "1|l", "2|!", "2|!", "2|A", "2|B", "2|l", "2|o", "3|!", "3|C", "3|y"),
          texts(lake, "letters", "id", "letter"));
    }
    assertEquals(
        texts("direct", "letters", "_position", "letter"),
        texts("spark", "letters", "_position", "letter"));
  }

  private void run(String lake, RunnerProfile profile) {
    TestingUpdates.run(project.set("LAKE", dir.resolve(lake).toString()).compile(), profile);
  }

  private List<String> texts(String lake, String table, String... columns) {
    return Tables.texts(dir.resolve(lake).resolve(table).toString(), columns).stream()
        .sorted()
        .toList();
  }
}
