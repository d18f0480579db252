package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.RuleResult;
import io.lakebeam.sql.ScalarFunction;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that cannot be computed on a row are rules that the row breaks. */
class RulesThatErrIT {
  /** Row 2 is the one that nothing can be computed on; row 4 has no values. */
  private static final String ROWS = "id,qty,word,expr\n1,5,5,a\n2,0,abc,[\n3,7,7,b\n4,,,\n";

  private static final String HEAD =
      """
      pipeline: p
      sources:
        a: {files: "in/*.csv", format: csv, schema: "id INT, qty INT, word STRING, expr STRING"}
      functions:
        inverse: io.lakebeam.runner.RulesThatErrIT$Inverse
      datasets:
      """;

  private static final List<String> KINDS = List.of("division", "cast", "regex", "java");

  /** Throws for zero, and for NULL since it does not look. */
  public static final class Inverse implements ScalarFunction {
    private static final long serialVersionUID = 1;

    /** Called by SQL. */
    public static Integer eval(Integer number) {
      if (number == 0) {
        throw new IllegalArgumentException("zero has no inverse");
      }
      return 100 / number;
    }
  }

  /** Hands on what it gets. */
  public static final class Same extends PTransform<PCollectionTuple, PCollection<Row>> {
    private static final long serialVersionUID = 1;

    @Override
    public PCollection<Row> expand(PCollectionTuple inputs) {
      PCollection<Row> rows = inputs.get("landed");
      return rows.apply(Filter.by(row -> true)).setRowSchema(rows.getSchema());
    }
  }

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir);
    project.land("1.csv", ROWS);
  }

  private static String rule(String kind) {
    return switch (kind) {
      case "division" -> "100 / qty > 1";
      case "cast" -> "CAST(word AS INT) > 1";
      case "regex" -> "'abc' RLIKE expr";
      default -> "inverse(qty) > 1";
    };
  }

  private static String cause(String kind) {
    return switch (kind) {
      case "division" ->
          "[DIVIDE_BY_ZERO] Division by zero. Use `try_divide` to tolerate divisor being 0 and return"
              + " NULL instead.";
      case "cast" ->
          "[CAST_INVALID_INPUT] The value 'abc' of the type \"STRING\" cannot be cast to \"INT\""
              + " because it is malformed. Correct the value as per the syntax, or change its target"
              + " type. Use `try_cast` to tolerate malformed input and return NULL instead.";
      case "regex" -> "Unclosed character class near index 0 [ ^";
      default -> "inverse: zero has no inverse";
    };
  }

  /** A table of each kind of error; a NULL passes, except where Java stumbles over it. */
  private TestingPipeline tables(String action) {
    StringBuilder yaml = new StringBuilder(HEAD);
    for (String kind : KINDS) {
      yaml.append(
          """
            %s:
              streaming_table: {sql: "SELECT id, qty, word, expr FROM a"}
              expect:
                low: {expect: "id < 3", on_violation: warn}
                errs: {expect: "%s", on_violation: %s, null_passes: true}
                two: {expect: "id <> 2", on_violation: warn}
          """
              .formatted(kind, rule(kind), action));
    }
    return project.yaml(yaml.toString());
  }

  private static long failed(String kind) {
    return kind.equals("java") ? 2 : 1;
  }

  @ParameterizedTest
  @CsvSource({"warn, 4, 0, 0", "drop, 3, 1, 0", "quarantine, 3, 0, 1"})
  void theRuleKeepsItsActionAndAllOthersAreJudged(
      String action, long accepted, long dropped, long quarantined) {
    TestingUpdates updates = TestingUpdates.run(tables(action).compile());
    for (String kind : KINDS) {
      long more = action.equals("warn") ? 0 : failed(kind) - 1;
      DatasetResult result = updates.last(kind);
      assertEquals(4, result.in(), kind);
      assertEquals(accepted - more, result.accepted(), kind);
      assertEquals(dropped == 0 ? 0 : dropped + more, result.dropped(), kind);
      assertEquals(quarantined == 0 ? 0 : quarantined + more, result.quarantined(), kind);
      assertEquals(
          Map.of(
              "low", new RuleResult(2, 2),
              "errs", new RuleResult(4 - failed(kind), failed(kind)),
              "two", new RuleResult(3, 1)),
          result.rules(),
          kind);
      assertEquals(
          action.equals("warn"),
          Tables.texts(project.table(kind), "id", "qty", "word").contains("2|0|abc"),
          kind);
      if (action.equals("quarantine")) {
        assertEquals(
            "2|0|abc|[errs, two]|rule errs: " + cause(kind),
            Tables.texts(
                    project.table(kind + "_quarantine"),
                    "id",
                    "qty",
                    "word",
                    "_failed_expectations",
                    "_error")
                .get(0),
            kind);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"division", "cast", "regex", "java"})
  void aRuleThatFailsTheUpdateDoesSoAndSaysWhatItStumbledOver(String kind) {
    project.yaml(
        HEAD
            + """
              t:
                streaming_table: {sql: "SELECT id, qty, word, expr FROM a WHERE id < 4"}
                expect:
                  errs: {expect: "%s", on_violation: fail, null_passes: true}
            """
                .formatted(rule(kind)));
    UpdateFailedException failure = TestingUpdates.fail(project.compile());
    assertEquals("expectation errs of t stops the update", failure.problem());
    assertEquals(
        List.of("1.csv:3: id=2, qty=0, word=abc, expr=[ (rule errs: " + cause(kind) + ")"),
        failure.samples().stream().map(s -> s.substring(s.lastIndexOf('/') + 1)).toList());
    assertEquals(List.of(), Tables.texts(project.table("t"), "id"));
  }

  @Test
  void bronzeSilverAndTheResultOfATransformAreJudgedAlike() {
    String rules = "expect: {errs: {expect: \"100 / qty > 1\", on_violation: quarantine}}";
    project.yaml(
        HEAD
            + """
              bronze: {streaming_table: {from: a}, %s}
              landed: {streaming_table: {from: a}}
              silver: {streaming_table: {sql: "SELECT id, qty FROM landed"}, %s}
              made: {streaming_table: {transform: io.lakebeam.runner.RulesThatErrIT$Same, from: [landed]}, %s}
              none: {streaming_table: {sql: "SELECT id, qty FROM bronze"}, expect: {none: "id > 5"}}
            """
                .formatted(rules, rules, rules));
    TestingUpdates updates = TestingUpdates.run(project.compile());
    for (String table : List.of("bronze", "silver", "made")) {
      assertEquals(
          List.of("2|0|[errs]|rule errs: " + cause("division"), "4|null|[errs]|null"),
          Tables.texts(
              project.table(table + "_quarantine"), "id", "qty", "_failed_expectations", "_error"),
          table);
      assertEquals(List.of("1|5", "3|7"), Tables.texts(project.table(table), "id", "qty"), table);
      assertEquals(Map.of("errs", new RuleResult(2, 2)), updates.last(table).rules(), table);
    }
    // Rows that come out of a rule that erred are not handed on.
    assertEquals(List.of("1", "3"), Tables.texts(project.table("none"), "id"));
  }

  @Test
  void anErrorOfTheQueryItselfIsNoRules() {
    project.yaml(
        HEAD
            + """
              t:
                streaming_table: {sql: "SELECT id, 100 / qty AS share FROM a"}
                expect: {high: "share > 15", errs: "1 / (id - 1) >= 0"}
            """);
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(
        List.of("null|null|[]|the query fails on this row: " + cause("division")),
        Tables.texts(
            project.table("t_quarantine"), "id", "share", "_failed_expectations", "_error"));
    assertEquals(
        Map.of("high", new RuleResult(1, 2), "errs", new RuleResult(2, 1)),
        updates.last("t").rules());
  }

  @Test
  void severalRulesThatErrAreAllTold() {
    project.yaml(
        HEAD
            + """
              t:
                streaming_table: {sql: "SELECT id, qty, word FROM a WHERE id = 2"}
                expect:
                  ratio: "100 / qty > 1"
                  fine: {expect: "id = 2", on_violation: drop}
                  number: {expect: "CAST(word AS INT) > 1", on_violation: quarantine}
            """);
    TestingUpdates.run(project.compile());
    assertEquals(
        List.of(
            "2|[ratio, number]|rule ratio: "
                + cause("division")
                + "; rule number: "
                + cause("cast")),
        Tables.texts(project.table("t_quarantine"), "id", "_failed_expectations", "_error"));
  }

  @Test
  void aColumnThatOneFlowDoesNotGiveIsNullForTheRules() {
    project.yaml(
        HEAD
            + """
              t:
                streaming_table:
                  flows: [{sql: "SELECT id, qty FROM a"}, {sql: "SELECT id + 10 AS id, word FROM a"}]
                expect: {errs: {expect: "100 / qty > 1", on_violation: quarantine, null_passes: true}}
            """);
    TestingUpdates.run(project.compile());
    assertEquals(
        List.of("2|0|null|rule errs: " + cause("division")),
        Tables.texts(project.table("t_quarantine"), "id", "qty", "word", "_error"));
    assertEquals(7, Tables.texts(project.table("t"), "id").size());
  }

  @Test
  void onlyTrueIsAPass() {
    project.file(
        "in/1.csv",
        """
        id,status,email,qty
        1,OPEN,a_b@x.com,5
        2,,axb@x.com,
        3,CANCELLED,100%@x.com,0
        4,open,,-1
        5,CLOSED ,100@x.com,7
        """);
    project.yaml(
        """
        pipeline: p
        sources:
          a: {files: "in/*.csv", format: csv, schema: "id INT, status STRING, email STRING, qty INT"}
        datasets:
          t:
            streaming_table: {from: a}
            expect:
              accepted: "status IN ('OPEN', 'CLOSED')"
              accepted_dlt: {expect: "status IN ('OPEN', 'CLOSED')", null_passes: true}
              not_in: "status NOT IN ('CANCELLED', 'X')"
              not_in_null: "status NOT IN ('CANCELLED', NULL)"
              unequal: "status <> 'CANCELLED'"
              underscore: "email LIKE 'a\\\\_b@%'"
              underscore2: "email LIKE 'a_b@%'"
              percent: "email LIKE '100\\\\%@%'"
              escaped: "email LIKE '100!%@%' ESCAPE '!'"
              not_like: "email NOT LIKE '%@x.com'"
              lower_: "lower(trim(status)) IN ('open', 'closed')"
              nullsafe: "status IS NOT DISTINCT FROM 'OPEN'"
              implication: "qty IS NULL OR (qty >= 0 AND NOT (status = 'OPEN' AND qty = 0))"
              known: "CASE WHEN qty > 0 THEN email IS NOT NULL END"
        """);
    Map<String, Long> passed = new TreeMap<>();
    TestingUpdates.run(project.compile())
        .last("t")
        .rules()
        .forEach((rule, counts) -> passed.put(rule, counts.passed()));
    assertEquals(
        "{accepted=1, accepted_dlt=2, escaped=1, implication=4, known=2, lower_=3, not_in=3,"
            + " not_in_null=0, not_like=0, nullsafe=1, percent=1, underscore=1, underscore2=2,"
            + " unequal=3}",
        passed.toString());
  }

  @Test
  void aPatternThatOverflowsTheStackIsAnErrorOfItsRow() {
    project.yaml(
        HEAD
            + """
              t:
                streaming_table: {sql: "SELECT id, word FROM a"}
                expect: {flat: "word RLIKE '^(a|b)*$'"}
            """);
    project.land("2.csv", "id,qty,word,expr\n5,1," + "ab".repeat(100_000) + ",\n");
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(5, updates.last("t").accepted());
    assertEquals(Map.of("flat", new RuleResult(0, 5)), updates.last("t").rules());
  }
}
