package io.lakebeam.pipeline.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, queries and values that try to get out of where they belong. */
class InjectionTest {
  private static final String SOURCE =
      """
      pipeline: p
      sources:
        t: {files: "in/*.json", format: json, schema: "id BIGINT, name STRING"}
      """;

  @TempDir Path dir;

  /** A table is a folder of its lake, and no other table's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "..",
        ".",
        "/tmp/x",
        "a/b",
        "a\\\\b",
        "C:x",
        "a\\0b",
        "a\\nb",
        "a b",
        "\\uFF0E\\uFF0E\\uFF0Fx",
        "b\\u0433onze",
        "\\u0131d",
        "a\\u200Bb",
        "a%2Fb",
        "_lakebeam",
        "_delta_log",
        "event_log",
        "EVENT_LOG",
        "Event_Log",
        "a_quarantine",
        "A_QUARANTINE",
        "T",
        "`a`",
        "a;b",
        "a'b",
        "",
        "CON."
      })
  void namesThatAreNoTable(String name) {
    String dataset = "  \"" + name + "\": {streaming_table: {sql: SELECT id FROM t}}\n";
    assertRefused(SOURCE + "datasets:\n" + dataset);
    assertFalse(Files.exists(dir.resolve("lake")));
    assertFalse(Files.exists(dir.resolve("x")));
  }

  @Test
  void namesThatDifferInCaseOnly() {
    assertRefused(
        SOURCE
            + "datasets:\n  orders: {streaming_table: {from: t}}\n"
            + "  Orders: {streaming_table: {from: t}}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../p", "a/b", "..", "/p", "p\\0", "\\uFF0E\\uFF0E"})
  void namesThatAreNoPipeline(String name) {
    assertRefused(
        SOURCE.replace("pipeline: p", "pipeline: \"" + name + "\"")
            + "datasets: {b: {streaming_table: {from: t}}}\n");
  }

  /** Only declared functions are called, and only SELECTs are run. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE FUNCTION f AS 'java.lang.Runtime'",
        "CREATE EXTERNAL TABLE x (a INT) TYPE text LOCATION '/etc/passwd'",
        "SET runner = 'x'",
        "INSERT INTO t SELECT * FROM t",
        "DROP TABLE t",
        "SELECT id FROM t; DROP TABLE t",
        "SELECT java_method('java.lang.Runtime', 'getRuntime') AS x FROM t",
        "SELECT reflect('java.lang.System', 'getenv', 'HOME') AS x FROM t",
        "SELECT `java.lang.System.getenv`('HOME') AS x FROM t",
        "SELECT java.lang.System.getenv('HOME') AS x FROM t",
        "SELECT {fn DATABASE()} AS x FROM t",
        "SELECT {fn USER()} AS x FROM t",
        "SELECT SESSION_USER AS x FROM t",
        "SELECT SYSTEM_USER AS x FROM t",
        "SELECT CURRENT_USER AS x FROM t",
        "SELECT id FROM TABLE(java_table('x'))",
        "SELECT id FROM `/etc/passwd`",
        "SELECT id FROM `metadata`.`TABLES`",
        "SELECT NEXT VALUE FOR s AS x FROM t",
        "EXPLAIN PLAN FOR SELECT id FROM t",
        "DESCRIBE t"
      })
  void queriesThatCallWhatIsNotDeclared(String sql) {
    assertRefused(
        SOURCE + "datasets:\n  q:\n    streaming_table:\n      sql: >-\n        " + sql + "\n");
  }

  /** Whatever a literal holds stays a literal: the query still gives its one column, a STRING. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "''' OR ''1''=''1'",
        "'`'",
        "'\"; System.exit(1); \"'",
        "'\\'",
        "'\\\\u0022'",
        "'\\u0022'",
        "'*/ x'",
        "'-- x'",
        "'${x'",
        "U&'\\0022'",
        "'\\n'",
        "'\u2028'",
        "'\ud83d\ude00'",
        "'\0x'"
      })
  void literalsStayLiterals(String literal) {
    TestingPipeline project =
        new TestingPipeline(dir)
            .file("q.sql", "SELECT name, " + literal.replace("${", "$${") + " AS x FROM t")
            .file("rules.yaml", "r: {expect: \"x <> name\", on_violation: drop}\n")
            .yaml(
                SOURCE
                    + "datasets: {q: {streaming_table: {flows: [q.sql]}, expect: rules.yaml}}\n");
    try {
      assertEquals(
          "name STRING, x STRING",
          project.compile().tables().stream()
              .filter(table -> table.name().equals("q"))
              .findFirst()
              .orElseThrow()
              .columns()
              .ddl());
    } catch (PipelineException e) {
      e.problems().forEach(InjectionTest::check);
    }
  }

  /**
   * A parameter is text of the query, as the reference says; what it may not do is to be more than
   * one query, or more than one line.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1; DROP TABLE t",
        "1 UNION SELECT id FROM t",
        "1\nUNION",
        "1 AND java_method('x') = 1",
        "(SELECT MAX(id) FROM t)",
        "1 /*",
        "'"
      })
  void parametersMakeNoOtherQuery(String value) {
    TestingPipeline project =
        new TestingPipeline(dir)
            .set("year", value)
            .file("q.sql", "SELECT id FROM t WHERE id < ${year}")
            .yaml(
                SOURCE.replace("sources:", "parameters: {year: \"1\"}\nsources:")
                    + "datasets: {q: {streaming_table: {flows: [q.sql]}}}\n");
    List<Problem> problems = assertThrows(PipelineException.class, project::compile).problems();
    assertFalse(problems.isEmpty());
    problems.forEach(InjectionTest::check);
  }

  private void assertRefused(String yaml) {
    TestingPipeline project = new TestingPipeline(dir).yaml(yaml);
    List<Problem> problems =
        assertThrows(PipelineException.class, project::compile, yaml).problems();
    assertFalse(problems.isEmpty());
    problems.forEach(InjectionTest::check);
  }

  private static void check(Problem problem) {
    assertFalse(problem.problem().isBlank());
    assertEquals(1, problem.problem().lines().count(), problem.problem());
    assertTrue(problem.problem().length() < 1000, problem.problem());
  }
}
