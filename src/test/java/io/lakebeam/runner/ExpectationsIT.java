package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.RuleResult;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random rules over random rows with NULLs, through files, SQL and Delta, read back by Spark. */
class ExpectationsIT {
  private static final List<String> ACTIONS = List.of("warn", "drop", "quarantine");

  @TempDir Path dir;

  /**
   * x > limit over a column with NULLs.
   *
   * @param errs written so that it cannot be computed where x is the limit
   */
  private record Rule(String name, int limit, String action, boolean nullPasses, boolean errs) {
    boolean passes(Integer x) {
      return x == null ? nullPasses : x > limit;
    }

    String condition() {
      return errs ? "12 / (x - " + limit + ") > 0" : "x > " + limit;
    }

    boolean errsOn(Integer x) {
      return errs && x != null && x == limit;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void everyRowIsInOnePlaceWithTheRulesItBreaks(long seed) {
    Random random = new Random(seed);
    List<Rule> rules = new ArrayList<>();
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      String action = ACTIONS.get(random.nextInt(ACTIONS.size()));
      Rule rule =
          new Rule("r" + i, random.nextInt(8), action, random.nextBoolean(), random.nextBoolean());
      rules.add(rule);
      yaml.append(
          String.format(
              "%s: {expect: %s, on_violation: %s, null_passes: %s}%n",
              rule.name(), rule.condition(), rule.action(), rule.nullPasses()));
    }
    TestingPipeline project =
        new TestingPipeline(dir)
            .file("rules.yaml", yaml.toString())
            .yaml(
                """
                pipeline: p
                sources:
                  a: {files: "in/*.csv", format: csv, schema: "id BIGINT, x INT"}
                datasets:
                  t: {streaming_table: {sql: "SELECT id, x FROM a"}, expect: rules.yaml}
                  v: {materialized_view: {sql: "SELECT x, COUNT(*) AS n, MIN(id) AS a, MAX(id) AS b, SUM(id) AS s, AVG(id) AS m FROM t GROUP BY x"}}
                """);
    Map<Long, Integer> rows = new TreeMap<>();
    DatasetResult total = new DatasetResult("t", "", 0, 0, 0, 0, 0, 0, 0, Map.of());
    Map<String, RuleResult> counted = new TreeMap<>();
    for (int round = 0; round < 2; round++) {
      for (int file = 0; file < 2; file++) {
        StringBuilder csv = new StringBuilder("id,x\n");
        for (int i = random.nextInt(40); i >= 0; i--) {
          Integer x = random.nextInt(4) == 0 ? null : (Integer) random.nextInt(10);
          long id = rows.size();
          rows.put(id, x);
          csv.append(id).append(',').append(x == null ? "" : x).append('\n');
        }
        project.land(round + "-" + file + ".csv", csv.toString());
      }
      DatasetResult result = TestingUpdates.run(project.compile()).last("t");
      assertEquals(
          result.in(),
          result.accepted() + result.dropped() + result.duplicates() + result.quarantined());
      total = plus(total, result);
      result
          .rules()
          .forEach(
              (name, r) ->
                  counted.merge(
                      name,
                      r,
                      (a, b) -> new RuleResult(a.passed() + b.passed(), a.failed() + b.failed())));
    }

    Map<Long, Integer> accepted = new TreeMap<>();
    Map<Long, List<String>> quarantined = new TreeMap<>();
    Map<Long, Object> errors = new TreeMap<>();
    long dropped = 0;
    Map<String, RuleResult> expectedRules = new TreeMap<>();
    for (Map.Entry<Long, Integer> row : rows.entrySet()) {
      List<Rule> broken = rules.stream().filter(r -> !r.passes(row.getValue())).toList();
      if (broken.stream().anyMatch(r -> r.action().equals("quarantine"))) {
        quarantined.put(row.getKey(), broken.stream().map(Rule::name).toList());
        errors.put(
            row.getKey(),
            broken.stream()
                .filter(rule -> rule.errsOn(row.getValue()))
                .map(
                    rule ->
                        "rule "
                            + rule.name()
                            + ": [DIVIDE_BY_ZERO] Division by zero. Use `try_divide` to tolerate"
                            + " divisor being 0 and return NULL instead.")
                .reduce((a, b) -> a + "; " + b)
                .orElse(null));
      } else if (broken.stream().anyMatch(r -> r.action().equals("drop"))) {
        dropped++;
      } else {
        accepted.put(row.getKey(), row.getValue());
      }
    }
    for (Rule rule : rules) {
      long passed = rows.values().stream().filter(rule::passes).count();
      expectedRules.put(rule.name(), new RuleResult(passed, rows.size() - passed));
    }
    String context = "seed " + seed + ", rules " + rules;
    assertEquals(expectedRules, counted, context);
    assertEquals(rows.size(), total.in(), context);
    assertEquals(dropped, total.dropped(), context);

    Map<Long, Integer> table = new TreeMap<>();
    SparkReader.read(project.table("t"))
        .forEach(row -> table.put((Long) row.get("id"), (Integer) row.get("x")));
    assertEquals(accepted, table, context);
    Map<Long, Object> quarantine = new TreeMap<>();
    Map<Long, Object> told = new TreeMap<>();
    SparkReader.read(project.table("t_quarantine"))
        .forEach(
            row -> {
              quarantine.put((Long) row.get("id"), row.get("_failed_expectations"));
              told.put((Long) row.get("id"), row.get("_error"));
            });
    assertEquals(quarantined, quarantine, context);
    assertEquals(errors, told, context);
    assertEquals(accepted.size(), total.accepted(), context);
    assertEquals(quarantined.size(), total.quarantined(), context);

    // The view is what its query says, computed by somebody else.
    String query = "SELECT x, COUNT(*) n, MIN(id) a, MAX(id) b, SUM(id) s, AVG(id) m FROM delta.`";
    assertEquals(
        texts(SparkReader.sql(query + project.table("t") + "` GROUP BY x")),
        texts(SparkReader.sql("SELECT x, n, a, b, s, m FROM delta.`" + project.table("v") + "`")),
        context);
  }

  private static List<String> texts(List<Map<String, Object>> rows) {
    return rows.stream().map(Object::toString).sorted().toList();
  }

  private static DatasetResult plus(DatasetResult a, DatasetResult b) {
    return new DatasetResult(
        "t",
        "",
        0,
        a.in() + b.in(),
        a.accepted() + b.accepted(),
        a.dropped() + b.dropped(),
        a.quarantined() + b.quarantined(),
        0,
        0,
        Map.of());
  }
}
