package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that hold the newest row of each key, or every row that there has been of it. */
class UpsertsIT {
  private static final String PROJECT =
      """
      pipeline: p
      sources:
        feed:
          files: "in/*.csv"
          format: csv
          schema: "id BIGINT, name STRING, city STRING, op STRING, seq INT"
      datasets:
        customers:
          streaming_table:
            from: feed
            upsert:
              keys: [id]
              sequence_by: seq
              delete_when: op = 'D'
              columns: {except: [op]}
        history:
          streaming_table:
            from: feed
            upsert:
              keys: [id]
              sequence_by: seq
              delete_when: op = 'D'
              columns: {except: [op, seq]}
              history: full
        by_city:
          materialized_view: {sql: "SELECT city, COUNT(*) AS n FROM customers GROUP BY city"}
      """;

  @TempDir Path dir;
  private int files;

  private void land(TestingPipeline project, String... lines) {
    files++;
    project.land(files + ".csv", "id,name,city,op,seq\n" + String.join("\n", lines) + "\n");
  }

  private static List<String> customers(TestingPipeline project) {
    return Tables.texts(project.table("customers"), "id", "name", "city", "_sequence");
  }

  private static List<String> history(TestingPipeline project) {
    return Tables.texts(project.table("history"), "id", "name", "city", "__START_AT", "__END_AT");
  }

  @Test
  void theNewestWordOnEachKeyCounts() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(PROJECT);
    land(
        project,
        "1,ann,Oslo,U,10",
        "2,bob,Rome,U,10",
        "1,ann,Bergen,U,12",
        ",nobody,Rome,U,3",
        "4,no sequence,Rome,U,",
        "3,cy,Rome,D,20");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1|ann|Bergen|12", "2|bob|Rome|10"), customers(project));
    assertEquals(
        List.of("1|ann|Bergen|12|null", "1|ann|Oslo|10|12", "2|bob|Rome|10|null"),
        history(project));
    assertEquals(
        List.of("4|no sequence|[sequence_is_known]", "null|nobody|[key_is_known]"),
        Tables.texts(project.table("customers_quarantine"), "id", "name", "_failed_expectations"));
    assertEquals(
        List.of("Bergen|1", "Rome|1"), Tables.texts(project.table("by_city"), "city", "n"));

    // Late, deleted, and a key that was deleted before it was made.
    land(project, "1,ann,Paris,U,11", "2,,,D,11", "3,cy,Rome,U,18");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1|ann|Bergen|12"), customers(project));
    assertEquals(
        List.of(
            "1|ann|Bergen|12|null",
            "1|ann|Oslo|10|11",
            "1|ann|Paris|11|12",
            "2|bob|Rome|10|11",
            "3|cy|Rome|18|20"),
        history(project));
    assertEquals(List.of("Bergen|1"), Tables.texts(project.table("by_city"), "city", "n"));

    // As another engine reads them.
    assertEquals(
        List.of(Map.of("id", 1L, "name", "ann", "city", "Bergen", "seq", 12)),
        SparkReader.sql(
            "SELECT id, name, city, seq FROM delta.`" + project.table("customers") + "`"));
    assertEquals(5, SparkReader.count(project.table("history")));
    assertEquals(
        1,
        SparkReader.sql(
                "SELECT id FROM delta.`" + project.table("history") + "` WHERE __END_AT IS NULL")
            .size());

    long before = Tables.version(project.table("customers"));
    assertEquals(0, TestingUpdates.run(project.compile()).results.size());
    assertEquals(before, Tables.version(project.table("customers")));
    assertTrue(before > 0);
  }

  @Test
  void aTruncationTakesAllOlderRowsOutAndNeedsNoKey() throws Exception {
    String columns = "columns: {except: [op]}";
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(
                PROJECT.replace(
                    columns, columns + "\n" + " ".repeat(8) + "truncate_when: op = 'T'"));
    land(project, ",,,T,5");
    TestingUpdates.run(project.compile());
    assertEquals(List.of(), customers(project));
    assertEquals(List.of(), TestingUpdates.run(project.compile()).plans);
    land(project, "1,ann,Oslo,U,4", "2,bob,Rome,U,6");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("2|bob|Rome|6"), customers(project));
    land(project, "3,cy,Rome,U,9", ",,,T,8", "4,di,Bergen,U,7");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("3|cy|Rome|9"), customers(project));
    assertEquals(List.of("Rome|1"), Tables.texts(project.table("by_city"), "city", "n"));
    assertEquals(
        List.of(), Tables.texts(project.table("customers_quarantine"), "_failed_expectations"));
    assertEquals(
        2, Tables.texts(project.table("history_quarantine"), "_failed_expectations").size());
  }

  /** Where MERGE says what a row is: changes that are in order from batch to batch. */
  @Test
  void inOrderItIsWhatMergeOfAnotherEngineComesTo() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(PROJECT);
    String merged = "delta.`" + dir.resolve("merged") + "`";
    SparkReader.sql(
        "CREATE TABLE " + merged + " (id BIGINT, name STRING, city STRING, seq INT) USING delta");
    Random random = new Random(14);
    for (int batch = 0; batch < 3; batch++) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        lines.add(
            String.join(
                ",",
                Integer.toString(random.nextInt(25)),
                random.nextInt(8) == 0 ? "" : "n" + random.nextInt(5),
                random.nextInt(8) == 0 ? "" : "c" + random.nextInt(3),
                random.nextInt(5) == 0 ? "D" : "U",
                Integer.toString(batch * 100 + i)));
        if (random.nextInt(6) == 0) {
          lines.add(lines.get(random.nextInt(lines.size())));
        }
      }
      Collections.shuffle(lines, random);
      land(project, lines.toArray(String[]::new));
      TestingUpdates.run(project.compile());
      SparkReader.sql(
          "MERGE INTO "
              + merged
              + " t USING (SELECT id, name, city, op, seq FROM (SELECT *, row_number() OVER"
              + " (PARTITION BY id ORDER BY seq DESC) AS place FROM VALUES "
              + lines.stream().map(UpsertsIT::values).collect(Collectors.joining(", "))
              + " AS f(id, name, city, op, seq)) WHERE place = 1) s ON t.id = s.id"
              + " WHEN MATCHED AND s.op = 'D' THEN DELETE"
              + " WHEN MATCHED THEN UPDATE SET *"
              + " WHEN NOT MATCHED AND s.op <> 'D' THEN INSERT *");
      String columns = "SELECT id, name, city, seq FROM ";
      List<?> rows = SparkReader.sql(columns + merged + " ORDER BY id");
      assertEquals(
          rows,
          SparkReader.sql(columns + "delta.`" + project.table("customers") + "` ORDER BY id"),
          "batch " + batch);
      assertTrue(rows.size() > 10, rows.size() + " rows");
    }
  }

  private static String values(String line) {
    return Stream.of(line.split(",", -1))
        .map(
            value -> value.matches("[0-9]+") ? value : value.isEmpty() ? "NULL" : "'" + value + "'")
        .collect(Collectors.joining(", ", "(", ")"));
  }

  /** An ordinary table becomes one that is updated, and gets other keys. */
  @Test
  void whatRowsHaveInCommonChangesWithAFullRefreshOnly() throws Exception {
    String append =
        PROJECT.substring(0, PROJECT.indexOf("  customers:")).stripTrailing()
            + "\n  customers: {streaming_table: {from: feed}}\n";
    TestingPipeline project = new TestingPipeline(dir).yaml(append);
    land(project, "1,ann,Oslo,U,10", "2,bob,Rome,U,10");
    land(project, "1,ann,Bergen,U,12");
    TestingUpdates.run(project.compile());
    assertEquals(3, Tables.texts(project.table("customers"), "id").size());

    project.yaml(PROJECT);
    UpdateFailedException refused = TestingUpdates.fail(project.compile());
    assertTrue(
        refused.told().cause().contains("rows that flows have added"), refused.told().cause());
    assertTrue(refused.fix().contains("--full-refresh"), refused.fix());
    land(project, "2,bob,Rome,D,11");
    TestingUpdates.refresh(project.compile(), Set.of(), "customers");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1|ann|Bergen|12"), customers(project));
    assertEquals(List.of("Bergen|1"), Tables.texts(project.table("by_city"), "city", "n"));

    project.yaml(PROJECT.replace("keys: [id]", "keys: [id, city]"));
    refused = TestingUpdates.fail(project.compile());
    assertTrue(refused.told().cause().contains("keys [id]"), refused.told().cause());
    TestingUpdates.refresh(project.compile(), Set.of(), "customers", "history");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1|ann|Bergen|12", "1|ann|Oslo|10"), customers(project));
    assertEquals(0, TestingUpdates.run(project.compile()).results.size());

    // A sequence of another type, while deletions of the old one are remembered.
    land(project, "1,,Oslo,D,20");
    TestingUpdates.run(project.compile());
    String others = PROJECT.replace("keys: [id]", "keys: [city, id]");
    project.yaml(others.replace("sequence_by: seq", "sequence_by: CAST(seq AS BIGINT)"));
    refused = TestingUpdates.fail(project.compile());
    assertTrue(refused.told().cause().contains("sequence BIGINT"), refused.told().cause());
    TestingUpdates.refresh(project.compile(), Set.of(), "customers", "history");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1|ann|Bergen|12"), customers(project));
    assertEquals(0, TestingUpdates.run(project.compile()).results.size());
  }

  /** A stream meets the rows as they are; another upsert table gets the changes of the first. */
  @Test
  void otherTablesJoinWithTheRowsAndReadTheChanges() throws Exception {
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(
                """
                pipeline: p
                sources:
                  feed: {files: "in/c*.csv", format: csv, schema: "id BIGINT, city STRING, seq INT"}
                  orders: {files: "in/o*.csv", format: csv, schema: "id BIGINT, customer BIGINT"}
                datasets:
                  customers:
                    streaming_table: {from: feed, upsert: {keys: [id], sequence_by: seq}}
                  placed:
                    streaming_table:
                      sql: SELECT o.id, c.city FROM orders o LEFT JOIN customers c ON c.id = o.customer
                  cities:
                    streaming_table:
                      sql: SELECT city, id, seq FROM customers_changes
                      upsert: {keys: [city], sequence_by: seq}
                """);
    project.land("c1.csv", "id,city,seq\n1,Oslo,1\n1,Bergen,2\n2,Rome,1\n");
    TestingUpdates.run(project.compile());
    project.land("o1.csv", "id,customer\n10,1\n11,2\n12,3\n");
    TestingUpdates.run(project.compile());
    assertEquals(
        List.of("10|Bergen", "11|Rome", "12|null"),
        Tables.texts(project.table("placed"), "id", "city"));
    assertEquals(
        List.of("Bergen|1", "Oslo|1", "Rome|2"),
        Tables.texts(project.table("cities"), "city", "id"));
  }

  private static final String SCENARIOS =
      """
      pipeline: s
      sources:
        feed:
          files: "in/*.csv"
          format: csv
          schema: "id STRING, state STRING, note STRING, op STRING, seq INT, breaker INT"
      datasets:
        none:
          streaming_table: {from: feed, upsert: {keys: [id], sequence_by: seq, delete_when: op = 'D'}}
        full:
          streaming_table:
            from: feed
            upsert:
              keys: [id]
              sequence_by: seq
              delete_when: op = 'D'
              columns: [id, state, note]
              history: full
        ignoring:
          streaming_table:
            from: feed
            upsert: {keys: [id], sequence_by: seq, delete_when: op = 'D', ignore_nulls: true}
        broken_ties:
          streaming_table:
            from: feed
            upsert: {keys: [id], sequence_by: [seq, breaker], delete_when: op = 'D'}
        tracked:
          streaming_table:
            from: feed
            upsert:
              keys: [id]
              sequence_by: seq
              delete_when: op = 'D'
              columns: [id, state, note]
              history: {track_except: [note]}
      """;

  private static List<String> of(TestingPipeline project, String table, String id) {
    boolean history = table.equals("full") || table.equals("tracked");
    String[] columns =
        history
            ? new String[] {"id", "state", "note", "__START_AT", "__END_AT"}
            : new String[] {"id", "state", "note"};
    return Tables.texts(project.table(table), columns).stream()
        .filter(row -> row.startsWith(id + "|"))
        .map(row -> row.substring(id.length() + 1))
        .toList();
  }

  private void landScenarios(TestingPipeline project, String... lines) {
    files++;
    project.land(
        files + ".csv", "id,state,note,op,seq,breaker\n" + String.join("\n", lines) + "\n");
  }

  /**
   * What was measured of AUTO CDC, scenario by scenario (ivanvyd/lakeflow-auto-cdc-torture-test,
   * 2026), each over two epochs.
   */
  @Test
  void scenariosEndAsInDeltaLiveTables() throws Exception {
    for (RunnerProfile runner : List.of(TestingUpdates.DIRECT, TestingUpdates.SPARK)) {
      files = 0;
      TestingPipeline project =
          new TestingPipeline(dir.resolve(runner == TestingUpdates.SPARK ? "spark" : "direct"))
              .yaml(SCENARIOS);
      landScenarios(
          project,
          "same,ACTIVE,a,U,10,1",
          "same,ACTIVE,a,U,10,1",
          "late,ACTIVE,a,U,12,1",
          "tie,ACTIVE,a,U,10,2",
          "null,ACTIVE,a,U,10,1",
          "deleted,NEW,a,U,17,1",
          "deleted,NEW,a,D,20,1",
          "replayed,NEW,a,U,1,1",
          "replayed,OLD,a,U,2,1",
          "noted,ACTIVE,a,U,1,1",
          "again,ACTIVE,a,U,1,1",
          "again,,,D,5,1");
      TestingUpdates.run(project.compile(), runner);
      landScenarios(
          project,
          "same,ACTIVE,a,U,10,1",
          "late,PENDING,a,U,10,1",
          "tie,SUSPENDED,a,U,10,1",
          "null,,b,U,11,1",
          "deleted,LATE,a,U,18,1",
          "replayed,NEW,a,U,1,1",
          "replayed,OLD,a,U,2,1",
          "noted,ACTIVE,b,U,2,1",
          "noted,ACTIVE,c,U,3,1",
          "again,BACK,a,U,5,1");
      TestingUpdates.run(project.compile(), runner);

      assertEquals(List.of("ACTIVE|a"), of(project, "none", "same"));
      assertEquals(List.of("ACTIVE|a|10|null"), of(project, "full", "same"));
      assertEquals(List.of("ACTIVE|a"), of(project, "none", "late"));
      assertEquals(List.of("ACTIVE|a|12|null", "PENDING|a|10|12"), of(project, "full", "late"));
      // There one of them, by chance; here the greater one, whichever comes first.
      assertEquals(List.of("SUSPENDED|a"), of(project, "none", "tie"));
      assertEquals(List.of("ACTIVE|a"), of(project, "broken_ties", "tie"));
      assertEquals(List.of("null|b"), of(project, "none", "null"));
      assertEquals(List.of("ACTIVE|a|10|11", "null|b|11|null"), of(project, "full", "null"));
      assertEquals(List.of("ACTIVE|b"), of(project, "ignoring", "null"));
      assertEquals(List.of(), of(project, "none", "deleted"));
      assertEquals(List.of("LATE|a|18|20", "NEW|a|17|18"), of(project, "full", "deleted"));
      assertEquals(List.of("OLD|a"), of(project, "none", "replayed"));
      assertEquals(List.of("NEW|a|1|2", "OLD|a|2|null"), of(project, "full", "replayed"));
      assertEquals(3, of(project, "full", "noted").size());
      assertEquals(List.of("ACTIVE|c|1|null"), of(project, "tracked", "noted"));
      // Deleted and made anew at one moment.
      assertEquals(List.of("BACK|a"), of(project, "none", "again"));
      assertEquals(List.of("ACTIVE|a|1|5", "BACK|a|5|null"), of(project, "full", "again"));
    }
  }
}
