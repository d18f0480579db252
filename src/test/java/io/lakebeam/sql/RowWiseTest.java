package io.lakebeam.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.spec.QueryText;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether rows of a query are made one by one is seen in its plan, and not in its words. */
class RowWiseTest {
  private static final String SCHEMA =
      "id INT, name STRING, count INT, arr ARRAY<INT>, at TIMESTAMP, `limit` INT";

  private final QueryAnalyzer analyzer = analyzer();

  private static QueryAnalyzer analyzer() {
    Map<String, QueryText> views =
        Map.of(
            "grouped", text("SELECT name, COUNT(*) AS n FROM t GROUP BY name"),
            "plain", text("SELECT id FROM t WHERE id > 0"));
    QueryAnalyzer analyzer = new QueryAnalyzer(FunctionLibrary.standard(), views, Set.of("codes"));
    analyzer.declare("t", TestingQuery.schema(SCHEMA));
    analyzer.declare("u", TestingQuery.schema(SCHEMA));
    analyzer.declare("codes", TestingQuery.schema(SCHEMA));
    views.forEach(
        (name, query) -> {
          try {
            analyzer.declareView(name, query);
          } catch (InvalidQueryException e) {
            throw new IllegalStateException(e);
          }
        });
    return analyzer;
  }

  private static QueryText text(String sql) {
    return new QueryText("q.sql", sql, sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id, count FROM t",
        "SELECT id, `limit`, name AS sum FROM t -- GROUP BY id",
        "SELECT 'GROUP BY x ORDER BY y LIMIT 3' AS s FROM t /* DISTINCT, COUNT(*) */",
        "SELECT id AS max, count AS over FROM t WHERE count > 1",
        "SELECT aggregate(arr, 0, (a, x) -> a + x) AS s, array_max(arr) AS m FROM t",
        "SELECT reduce(arr, 0, (a, x) -> a + x) AS s, size(array_distinct(arr)) AS n FROM t",
        "SELECT explode(arr) AS x FROM t",
        "SELECT id, x FROM t LATERAL VIEW OUTER explode(arr) e AS x",
        "SELECT id, x FROM t, LATERAL explode(arr) AS e(x)",
        "WITH v AS (SELECT id FROM t) SELECT id FROM v WHERE id > 1",
        "SELECT id FROM (SELECT id FROM t AS a) AS b (id)",
        "SELECT /*+ BROADCAST(c) */ t.id FROM t LEFT JOIN codes AS c ON t.id = c.id",
        "SELECT id FROM STREAM t",
        "FROM t |> WHERE id > 1 |> SELECT id"
      })
  void rowsComeOneByOne(String sql) throws InvalidQueryException {
    assertTrue(analyzer.isRowWise(text(sql)));
    assertTrue(analyzer.isWrittenRowWise(text(sql)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT name, COUNT(*) AS n FROM t GROUP BY name",
        "SELECT COUNT(*) AS n FROM t",
        "SELECT max_by(name, id) AS n FROM t",
        "SELECT COUNT(DISTINCT id) AS n FROM t",
        "SELECT 1 + bit_xor(id) AS n FROM t",
        "SELECT kurtosis(id) FILTER (WHERE id > 1) AS n FROM t",
        "SELECT mode() WITHIN GROUP (ORDER BY id) AS m FROM t",
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id) AS m FROM t",
        "SELECT first(id) IGNORE NULLS AS f, any_value(id, true) AS a FROM t",
        "SELECT n + 1 AS n FROM (SELECT COUNT(*) AS n FROM t)",
        "WITH v AS (SELECT name, SUM(id) AS s FROM t GROUP BY name) SELECT name, s FROM v",
        "SELECT explode(collect_set(id)) AS x FROM t",
        "SELECT name FROM t GROUP BY ALL",
        "SELECT 1 AS one FROM t HAVING COUNT(*) > 1",
        "SELECT DISTINCT id FROM t",
        "SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS r FROM t",
        "SELECT id, SUM(id) OVER w AS r FROM t WINDOW w AS (ORDER BY id)",
        "SELECT id FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY id) = 1",
        "SELECT id FROM t ORDER BY id",
        "SELECT id FROM t LIMIT 3",
        "SELECT id FROM t UNION ALL SELECT id FROM u",
        "SELECT id FROM t EXCEPT SELECT id FROM t",
        "SELECT t.id FROM t JOIN u ON t.id = u.id",
        "SELECT a.id FROM t AS a, t AS b",
        "FROM t |> AGGREGATE COUNT(*) AS n"
      })
  void rowsAreMadeOfSeveral(String sql) throws InvalidQueryException {
    assertFalse(analyzer.isRowWise(text(sql)));
    assertFalse(analyzer.isWrittenRowWise(text(sql)));
  }

  @Test
  void whatAViewDoesIsDoneByItsReaders() throws InvalidQueryException {
    assertFalse(analyzer.isRowWise(text("SELECT name FROM grouped")));
    assertTrue(analyzer.isRowWise(text("SELECT id FROM plain")));
  }

  /** It is refused as a query of rows: nothing else is the matter with it. */
  @Test
  void aQueryInAnExpressionGroupsNothing() throws InvalidQueryException {
    assertTrue(analyzer.isRowWise(text("SELECT id FROM t WHERE id > (SELECT MAX(id) FROM codes)")));
  }

  @Test
  void whatIsUnknownIsTakenAsItIsWritten() {
    assertTrue(analyzer.isWrittenRowWise(text("SELECT a, my_function(b) AS c FROM nowhere")));
    assertFalse(analyzer.isWrittenRowWise(text("SELECT SUM(a) AS c FROM nowhere")));
    assertFalse(analyzer.isWrittenRowWise(text("SELECT a,, b FROM nowhere")));
    assertEquals(
        1,
        assertThrows(
                InvalidQueryException.class,
                () -> analyzer.isRowWise(text("SELECT a FROM nowhere")))
            .problems()
            .size());
  }
}
