package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.epoch.EpochResult.RuleResult;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingClock;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

  /**
   * What is counted over a day, and how old things are, is the update's to know, not the runner's.
   */
  @Test
  void whatIsOverItsBudgetAndWhatIsLateIsToldAsOnTheDirectRunner() {
    List<String> told = toldOfADay(new TestingPipeline(dir.resolve("s")), TestingUpdates.SPARK);
    assertEquals(toldOfADay(new TestingPipeline(dir.resolve("d")), TestingUpdates.DIRECT), told);
    assertEquals(
        List.of(
            "ERROR|update_progress|epoch 2 is over the budget of silver_quarantine: 4 of 7 rows of"
                + " 2026-03-01 are refused, and its budget is 3 a day",
            "INFO|not_fresh|view total is fresh again",
            "WARN|budget_exceeded|rule odd of silver: 3 of 4 rows of 2026-03-01 break it, and its"
                + " budget is 2 a day",
            "WARN|not_fresh|view total is not fresh: it has not been brought up to date for 60 min"
                + " (since 2026-03-01T20:00:00Z); fresh_within is 30 min",
            "WARN|source_silent|source feed is silent: it has brought no record for 16 min (since"
                + " 2026-03-01T21:00:00Z); silent_after is 10 min"),
        told);
  }

  private static List<String> toldOfADay(TestingPipeline of, RunnerProfile runner) {
    String yaml =
        """
        pipeline: p
        sources:
          feed: {files: "in/*.json", format: json, schema: "id BIGINT", silent_after: 10m}
        datasets:
          silver:
            streaming_table: {from: feed}
            budget: {rows: 3, per: day}
            expect:
              small: {expect: id < 100, on_violation: quarantine}
              odd: {expect: id % 2 = 1, budget: {rows: 2, per: day, on_excess: warn}}
          total: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM silver"}, fresh_within: 30m}
        """;
    TestingClock clock = new TestingClock(Instant.parse("2026-03-01T20:00:00Z"));
    of.yaml(yaml).land("1.json", "{\"id\":1}\n{\"id\":2}\n{\"id\":200}\n{\"id\":202}\n");
    update(of, runner, clock).run(Update.Mode.TRIGGERED);
    clock.step(Duration.ofHours(1));
    of.land("2.json", "{\"id\":4}\n{\"id\":204}\n{\"id\":206}\n");
    Update over = update(of, runner, clock);
    assertThrows(UpdateFailedException.class, () -> over.run(Update.Mode.TRIGGERED));
    clock.step(Duration.ofMinutes(5));
    of.yaml(yaml.replace("rows: 3", "rows: 4"));
    update(of, runner, clock).run(Update.Mode.TRIGGERED);
    clock.step(Duration.ofMinutes(11));
    update(of, runner, clock).run(Update.Mode.TRIGGERED);
    return Tables.texts(of.table("event_log"), "level", "event_type", "message").stream()
        .filter(event -> event.matches("(WARN|ERROR|INFO\\|(not_fresh|source_silent))\\|.*"))
        .map(event -> event.replaceFirst("update [-0-9a-f]+ has failed: ", ""))
        .toList();
  }

  private static Update update(TestingPipeline of, RunnerProfile runner, TestingClock clock) {
    return new Update(of.compile(), runner, new UpdateListener() {}, clock);
  }
}
