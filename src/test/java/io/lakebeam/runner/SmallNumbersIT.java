package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TINYINT and SMALLINT on their whole way: sources, joins, rules, groups, partitions. */
class SmallNumbersIT {
  private static final String PIPELINE =
      """
      pipeline: p
      lake: ./lake
      sources:
        a: {files: "in/*.json", format: json, schema: "id BIGINT, b TINYINT, s SMALLINT, m MAP<SMALLINT, TINYINT>"}
        codes: {reference: "codes.csv", format: csv, schema: "b TINYINT, name STRING"}
      datasets:
        bronze:
          streaming_table: {from: a}
          expect: {small: {expect: "s < 1000S", on_violation: quarantine}}
        silver:
          streaming_table: {sql: "SELECT a.id, a.b, CAST(a.s AS TINYINT) AS t, CAST(a.id AS SMALLINT) AS i, c.name, a.m[7S] AS seven FROM bronze a LEFT JOIN codes c ON c.b = a.b"}
          partition_by: [b]
        once:
          streaming_table: {sql: "SELECT b, s FROM bronze"}
          deduplicate: {by: [b], within: 10m}
        gold: {materialized_view: {sql: "SELECT b, COUNT(*) AS n, MIN(s) AS least, MAX_BY(s, id) AS latest, SUM(b) AS total, AVG(s) AS mean, COLLECT_SET(s) AS every FROM bronze GROUP BY b"}}
      """;

  @TempDir Path dir;

  @Test
  void theyAreNumbersLikeAnyOther() {
    TestingPipeline project =
        new TestingPipeline(dir).yaml(PIPELINE).file("codes.csv", "b,name\n-128,least\n5,five\n");
    project.land(
        "1.json",
        """
        {"id": 1, "b": -128, "s": 100, "m": {"7": 3}}
        {"id": 2, "b": 5, "s": -32768}
        {"id": 3, "b": 128, "s": 1}
        {"id": 4, "b": 5, "s": 32767}
        {"id": 5, "b": 5, "s": 7}
        {"id": 6, "s": 8, "m": {"70000": 1}}
        {"id": 7, "s": 9}
        """);
    TestingUpdates.run(project.compile());
    project.land("2.json", "{\"id\": 8, \"b\": 5, \"s\": -1}\n");
    TestingUpdates.run(project.compile());

    assertEquals(
        List.of(
            "3||column b: 128 does not fit TINYINT",
            "4|small|null",
            "6||column m[\"70000\"]: 70000 does not fit SMALLINT"),
        Tables.rows(project.table("bronze_quarantine")).stream()
            .map(
                row ->
                    row.getString("_raw").charAt(7)
                        + "|"
                        + String.join(",", rules(row))
                        + "|"
                        + row.getString("_error"))
            .sorted()
            .toList());
    assertEquals(
        List.of(
            "1|-128|100|1|least|3",
            "5|5|7|5|five|null",
            "7|null|9|7|null|null",
            "8|5|-1|8|five|null"),
        Tables.texts(project.table("silver"), "id", "b", "t", "i", "name", "seven"));
    assertTrue(
        ddl(project.table("silver"))
            .startsWith("id BIGINT, b TINYINT, t TINYINT, i SMALLINT, name STRING, seven TINYINT"),
        ddl(project.table("silver")));
    assertEquals(
        List.of(
            "-128|1|100|100|-128|100.0|[100]",
            "5|3|-32768|-1|15|-10920.666666666666|[-32768, -1, 7]",
            "null|1|9|9|null|9.0|[9]"),
        Tables.texts(project.table("gold"), "b", "n", "least", "latest", "total", "mean", "every"));
    assertTrue(
        ddl(project.table("gold"))
            .startsWith("b TINYINT, n BIGINT, least SMALLINT, latest SMALLINT, total BIGINT"),
        ddl(project.table("gold")));
    assertEquals(List.of("-128", "5", "null"), Tables.texts(project.table("once"), "b"));
  }

  private static List<String> rules(Row row) {
    Collection<String> broken = row.getArray("_failed_expectations");
    return broken == null ? List.of() : List.copyOf(broken);
  }

  private static String ddl(String table) {
    return Tables.latest(table).schema().ddl();
  }
}
