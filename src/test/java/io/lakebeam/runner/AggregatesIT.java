package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A view has what a real Spark makes of its table, in however many epochs its rows came. */
class AggregatesIT {
  /** Of both Sparks: that of the tests is older than the engine. */
  private static final List<String> CALLS =
      List.of(
          "count(*)",
          "count_if(b)",
          "sum(i)",
          "sum(m)",
          "sum(d)",
          "avg(i)",
          "avg(m)",
          "avg(d)",
          "min(s)",
          "max(d)",
          "max(m)",
          "bool_and(b)",
          "bool_or(b)",
          "bit_and(i)",
          "bit_or(i)",
          "bit_xor(i)",
          "approx_count_distinct(s)",
          "max_by(s, id)",
          "min_by(s, id)",
          "median(d)",
          "percentile(i, 0.3)",
          "percentile_cont(0.9) WITHIN GROUP (ORDER BY d)",
          "percentile_disc(0.5) WITHIN GROUP (ORDER BY i)",
          "stddev(d)",
          "stddev_pop(i)",
          "var_pop(d)",
          "var_samp(m)",
          "skewness(d)",
          "kurtosis(d)",
          "corr(d, i)",
          "covar_pop(d, i)",
          "covar_samp(d, i)",
          "regr_slope(d, i)",
          "regr_intercept(d, i)",
          "regr_r2(d, i)",
          "regr_count(d, i)",
          "stddev(d) FILTER (WHERE b)",
          "sum(i) FILTER (WHERE b)");

  @TempDir Path dir;

  @Test
  void aViewIsWhatSparkMakesOfItsTable() {
    List<String> rows = rows(new Random(7));
    Map<String, Map<String, Object>> whole = view("whole", rows, 1);
    Collections.shuffle(rows, new Random(8));
    Map<String, Map<String, Object>> cut = view("cut", rows, 3);
    String table = "delta.`" + new TestingPipeline(dir.resolve("cut")).table("bronze") + "`";
    Map<String, Map<String, Object>> spark =
        byGroup(
            SparkReader.sql(
                "SELECT k, " + selected() + ", " + sorted() + " FROM " + table + " GROUP BY k"));
    assertSame(spark, whole);
    assertSame(spark, cut);
  }

  private Map<String, Map<String, Object>> view(String name, List<String> rows, int epochs) {
    TestingPipeline project = new TestingPipeline(dir.resolve(name));
    project.yaml(
        """
        pipeline: p
        sources:
          a: {files: "in/*.csv", format: csv, schema: "id BIGINT, k STRING, i INT, d DOUBLE, m DECIMAL(10,2), s STRING, b BOOLEAN"}
        datasets:
          bronze: {streaming_table: {from: a}}
          v: {materialized_view: {sql: "SELECT k, %s, collect_set(s) AS texts FROM bronze GROUP BY ALL"}}
        """
            .formatted(selected()));
    for (int epoch = 0; epoch < epochs; epoch++) {
      int from = rows.size() * epoch / epochs;
      int to = rows.size() * (epoch + 1) / epochs;
      project.land(
          epoch + ".csv", "id,k,i,d,m,s,b\n" + String.join("\n", rows.subList(from, to)) + "\n");
      TestingUpdates.run(project.compile());
    }
    return byGroup(SparkReader.read(project.table("v")));
  }

  private static String selected() {
    return IntStream.range(0, CALLS.size())
        .mapToObj(i -> CALLS.get(i) + " AS c" + i)
        .collect(Collectors.joining(", "));
  }

  private static String sorted() {
    return "sort_array(collect_set(s)) AS texts";
  }

  private static List<String> rows(Random random) {
    List<String> rows = new ArrayList<>();
    for (int id = 0; id < 300; id++) {
      List<Object> values =
          List.of(
              random.nextInt(50) - 25,
              random.nextInt(1000) / 10.0,
              random.nextInt(100_000) / 100.0,
              "text" + random.nextInt(20),
              random.nextBoolean());
      rows.add(
          id
              + ","
              + "abc".charAt(random.nextInt(3))
              + ","
              + values.stream()
                  .map(value -> random.nextInt(8) == 0 ? "" : value.toString())
                  .collect(Collectors.joining(",")));
    }
    // A group of one row, for which Spark has no deviation.
    rows.add("300,d,1,1.5,2.25,alone,true");
    return rows;
  }

  private static Map<String, Map<String, Object>> byGroup(List<Map<String, Object>> rows) {
    return rows.stream()
        .collect(
            Collectors.toMap(
                row -> String.valueOf(row.get("k")), row -> row, (a, b) -> a, TreeMap::new));
  }

  private static void assertSame(
      Map<String, Map<String, Object>> spark, Map<String, Map<String, Object>> view) {
    assertEquals(spark.keySet(), view.keySet());
    spark.forEach(
        (key, row) ->
            row.forEach(
                (column, wanted) -> {
                  Object found = view.get(key).get(column);
                  String what = column + " of " + key;
                  if (wanted instanceof Double number && found instanceof Double other) {
                    assertEquals(number, other, 1e-9 * Math.max(1, Math.abs(number)), what);
                  } else {
                    assertEquals(wanted, found, what);
                  }
                }));
  }
}
