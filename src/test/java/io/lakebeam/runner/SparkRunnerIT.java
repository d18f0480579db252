package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.epoch.EpochResult.RuleResult;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updates on Spark in this JVM. */
class SparkRunnerIT {
  private static final String ORDERS =
      """
      pipeline: p
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, city STRING, amount DECIMAL(8,2)"}
      datasets:
        bronze: {streaming_table: {from: orders}}
        silver:
          streaming_table: {sql: "SELECT id, UPPER(city) AS city, amount FROM bronze"}
          expect:
            has_city: "city <> ''"
            share: "1 / (id - 3) < 5"
            positive: {expect: amount > 0, on_violation: quarantine}
        by_city:
          materialized_view:
            sql: "SELECT city, COUNT(*) AS orders, SUM(amount) AS total FROM silver GROUP BY city"
      """;

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir).yaml(ORDERS);
  }

  private List<String> texts(String table, String... columns) {
    return Tables.texts(project.table(table), columns);
  }

  @Test
  void filesBecomeTablesAndViewsAsOnTheDirectRunner() {
    project.land("1.csv", "id,city,amount\n1,ulm,2.50\n2,ulm,-1\n3,,4\n4,bonn,\nx,y,z\n");
    TestingUpdates updates = TestingUpdates.run(project.compile(), TestingUpdates.SPARK);
    assertEquals(List.of("1", "2", "3", "4"), texts("bronze", "id"));
    assertEquals(List.of("x,y,z"), texts("bronze_quarantine", "_raw"));
    assertEquals(List.of("1|ULM|2.50", "3|null|4.00"), texts("silver", "id", "city", "amount"));
    assertEquals(List.of("ULM|1|2.50", "null|1|4.00"), texts("by_city", "city", "orders", "total"));
    assertEquals(2, updates.last("silver").quarantined());
    // Divides by zero on row 3, which is kept.
    assertEquals(new RuleResult(3, 1), updates.last("silver").rules().get("share"));
    project.land("2.csv", "id,city,amount\n5,ulm,1\n");
    assertEquals(1, TestingUpdates.run(project.compile(), TestingUpdates.SPARK).results.size());
    assertEquals(List.of("ULM|2|3.50", "null|1|4.00"), texts("by_city", "city", "orders", "total"));
    assertEquals(0, TestingUpdates.run(project.compile(), TestingUpdates.SPARK).results.size());
  }
}
