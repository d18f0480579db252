package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
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

    long before = Tables.version(project.table("customers"));
    assertEquals(0, TestingUpdates.run(project.compile()).results.size());
    assertEquals(before, Tables.version(project.table("customers")));
    assertTrue(before > 0);
  }
}
