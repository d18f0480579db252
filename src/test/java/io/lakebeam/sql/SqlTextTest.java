package io.lakebeam.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.util.Litmus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a, b AS c FROM t WHERE a > 1 AND (b = 'x' OR NOT c IS NULL)",
        "SELECT `date`, t.`select` FROM `a table` AS t",
        "SELECT 'it''s', '日本', U&'\\65E5', X'AB', 1.50, 1e3, -1, TRUE, NULL FROM t",
        "SELECT DATE '2024-01-01', TIMESTAMP '2024-01-01 00:00:00.123', TIME '10:00:00' FROM t",
        "SELECT ts + INTERVAL '1' DAY, ts - INTERVAL '1 12:30' DAY TO MINUTE FROM t",
        "SELECT INTERVAL 1 DAY, TIMESTAMPADD(HOUR, 3, a), TIMESTAMPDIFF(DAY, a, b) FROM t",
        "SELECT CAST(a AS DECIMAL(10, 2)), CAST(b AS VARCHAR), CAST(c AS INT ARRAY) FROM t",
        "SELECT FLOOR(ts TO HOUR), EXTRACT(YEAR FROM ts), TRIM(BOTH 'x' FROM a) FROM t",
        "SELECT CASE a WHEN 1 THEN 'x' END, CASE WHEN a > 1 THEN 'ab' ELSE 'abcd' END FROM t",
        "SELECT a[1], m['k'], ARRAY[1, 2], MAP['a', 1], s.f.g FROM t",
        "SELECT COUNT(*), COUNT(DISTINCT a), SUM(b) FILTER (WHERE c) FROM t GROUP BY d HAVING SUM(b) > 1",
        "SELECT a LIKE 'x%' ESCAPE '!', a NOT LIKE 'y', a BETWEEN 1 AND 2, a IN (1, 2) FROM t",
        "SELECT a IS NOT DISTINCT FROM b, a <> b, a || b, MOD(a, 2), (a IS TRUE) FROM t",
        "WITH x AS (SELECT 1 AS a) SELECT * FROM x UNION ALL SELECT 2 FROM y",
        "SELECT x.*, y.b FROM x LEFT JOIN y ON x.a = y.a AND x.b = y.b",
        "SELECT DISTINCT a FROM (SELECT a FROM t) AS q",
        "SELECT a FROM t WHERE a IN (SELECT b FROM u) OR EXISTS (SELECT 1 FROM v)",
        "SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b DESC) FROM t",
        "SELECT `LEFT`(a, 3), `CONTAINS`(a, 'b'), `DATE_TRUNC`('hour', a), f() FROM t",
        "SELECT a FROM t ORDER BY a LIMIT 3",
        "SELECT CURRENT_TIMESTAMP, CURRENT_DATE, `CURRENT_DATE` FROM t"
      })
  void writesWhatItReads(String sql) {
    SqlNode query = SqlText.parse(sql);
    String text = SqlText.unparse(query);
    SqlNode again = SqlText.parse(text);
    assertTrue(query.equalsDeep(again, Litmus.IGNORE), text);
    assertEquals(text, SqlText.unparse(again));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          SELECT a == b FROM t        | SELECT a = b FROM t
          SELECT a != b FROM t        | SELECT a <> b FROM t
          SELECT 10L, 1e3 FROM t      | SELECT 10, 1e3 FROM t
          SELECT a REGEXP 'x' FROM t  | SELECT a RLIKE 'x' FROM t
          SELECT r'\\d', R'x' FROM t   | SELECT '\\d', 'x' FROM t
          SELECT a FROM t;            | SELECT a FROM t
          SELECT a -- "== !='         | SELECT a
          SELECT /* ; " */ a FROM t   | SELECT a FROM t
          SELECT '==10L' FROM t       | SELECT '==10L' FROM t
          """)
  void acceptsWhatSparkUsersType(String typed, String same) {
    assertTrue(
        SqlText.parse(typed).equalsDeep(SqlText.parse(same), Litmus.IGNORE),
        () -> SqlText.unparse(SqlText.parse(typed)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          SELECT a FROM                | 1 | 10 | the query ends after FROM: something is missing
          SELECT a,, b FROM t          | 1 | 9  | unexpected ,
          SELEC a                      | 1 | 1  | a query starts with SELECT or WITH, not SELEC
          SELECT 'abc                  | 1 | 8  | a string that is not closed: a ' is missing
          SELECT `abc                  | 1 | 8  | a name that is not closed: a ` is missing
          SELECT a /* x                | 1 | 10 | a comment that is not closed: */ is missing
          SELECT # a                   | 1 | 8  | the character # has no meaning in SQL
          SELECT "a" FROM t            | 1 | 8  | double quotes: write 'text' for a string or `name` for a column
          SELECT a AS date FROM t      | 1 | 13 | date is a reserved word: as a name, write it in back-ticks: `date`
          SELECT t.value FROM t        | 1 | 10 | value is a reserved word: as a name, write it in back-ticks: `value`
          SELECT a FROM t; SELECT 2    | 1 | 18 | a second statement: one SELECT is expected
          INSERT INTO t SELECT 1       | 1 | 1  | only a SELECT is a query here, not INSERT
          DROP TABLE t                 | 1 | 1  | only a SELECT is a query here, not DROP
          ;                            | 1 | 1  | the query is empty: one SELECT is expected
          -- nothing                   | 1 | 1  | the query is empty: one SELECT is expected
          SELECT (a FROM t             | 1 | 11 | unexpected FROM
          SELECT a b c FROM t          | 1 | 12 | unexpected c
          """)
  void saysWhatIsWrongAndWhere(String sql, int line, int column, String message) {
    SqlSyntaxException error = assertThrows(SqlSyntaxException.class, () -> SqlText.parse(sql));
    assertEquals(message, error.getMessage());
    assertEquals(line, error.line());
    assertEquals(column, error.column());
  }

  @Test
  void countsLines() {
    SqlSyntaxException error =
        assertThrows(
            SqlSyntaxException.class, () -> SqlText.parse("SELECT a\n  -- note\nFROM t\nWHERE (b"));
    assertEquals(4, error.line());
  }

  @Test
  void spellingsKeepPositions() {
    SqlSelect query =
        (SqlSelect) SqlText.parse("SELECT a == 1, DAY(b), c REGEXP 'x', 10L, d\nFROM t");
    assertEquals(43, query.getSelectList().get(4).getParserPosition().getColumnNum());
    assertEquals(16, query.getSelectList().get(1).getParserPosition().getColumnNum());
    assertEquals(2, query.getFrom().getParserPosition().getLineNum());
  }
}
