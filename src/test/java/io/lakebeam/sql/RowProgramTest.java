package io.lakebeam.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.JavaValues;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.catalyst.function.UserFunction;
import io.lakebeam.testing.TestingRows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries as workers compute them; right answers are those of a Spark 4.2 session. */
class RowProgramTest {
  private static final Instant AT = Instant.parse("2026-01-05T06:07:08.123456Z");

  private static final TestingQuery T =
      new TestingQuery(
          "id BIGINT, price STRING, at TIMESTAMP, bytes BINARY, tags ARRAY<STRING>,"
              + " items ARRAY<STRUCT<sku: STRING, n: INT>>, bag MAP<STRING, INT>");

  private final InternalRow row =
      T.row(7L, "9.90", AT, new byte[] {1, 2}, List.of("x", "y"), List.of(), Map.of("a", 1));

  private List<String> of(String sql) throws Exception {
    return T.of(sql, row);
  }

  private RowProgram.RowFailedException fails(String sql) {
    return assertThrows(RowProgram.RowFailedException.class, () -> of(sql));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          7 / 2                                      # 3.5
          price > 6.5                                # true
          at                                         # 2026-01-05T06:07:08.123456Z
          date_trunc('MILLISECOND', at)              # 2026-01-05T06:07:08.123Z
          hex(named_struct('b', bytes).b)            # 0102
          ID + Id                                    # 14
          'NaN'::double > 1e308                      # true
          tags[1] || price:a IS NULL                 # true
          transform(tags, t -> upper(t))             # [X, Y]
          aggregate(tags, '', (a, t) -> a || t)      # xy
          from_json('{"a": [1, 2]}', 'a ARRAY<INT>').a[1] # 2
          get_json_object('{"a": {"b": 1}}', '$.a.b') # 1
          element_at(bag, 'a')                       # 1
          try_cast(price AS INT)                     # null
          "double" || 'quoted'                       # doublequoted
          chr(9) = '\\t'                             # true
          price RLIKE r'^\\d+\\.\\d+$'               # true
          price LIKE '9.%'                           # true
          typeof(id)                                 # bigint
          get(array(1, 2), 1)                        # 2
          try_element_at(tags, CAST(id - 2147483655 AS INT)) # null
          id BETWEEN 1 AND 10                        # true
          nullif(id, 7)                              # null
          when(id)                                   # 7
          format_string('no 20000000000: %3d', id)   # no 20000000000:   7
          current_timestamp()                        # 2026-03-01T10:00:00.000123Z
          current_date                               # 2026-03-01
          unix_timestamp()                           # 1772359200
          input_file_name()                          # in/a.csv
          current_timezone()                         # UTC
          """)
  void answersAsSparkDoes(String expression, String answer) throws Exception {
    assertEquals(List.of("[" + answer + "]"), of("SELECT " + expression + " AS x FROM t"));
  }

  @Test
  void conditionsLeaveRowsOut() throws Exception {
    assertEquals(List.of(), of("SELECT id FROM t WHERE id > 7"));
    assertEquals(List.of("[7]"), of("WITH t AS (SELECT id FROM t) SELECT * FROM t WHERE id = 7"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          SELECT explode(tags) AS tag FROM t                       # [x] [y]
          SELECT posexplode(tags) AS (p, tag) FROM t               # [0, x] [1, y]
          SELECT id, v.tag FROM t LATERAL VIEW explode(tags) v AS tag # [7, x] [7, y]
          SELECT explode(bag) AS (k, n) FROM t                     # [a, 1]
          SELECT inline(items) FROM t                              #
          SELECT inline_outer(items) FROM t                        # [null, null]
          SELECT stack(2, 1, 'a', 2, 'b') AS (n, s) FROM t         # [1, a] [2, b]
          SELECT a FROM t, LATERAL explode(tags) AS v(a)           # [x] [y]
          """)
  void generatorsMakeRows(String sql, String answers) throws Exception {
    assertEquals(answers == null ? "" : answers, String.join(" ", of(sql)));
  }

  @Test
  void rowsOfOneRecordHavePositionsOfTheirOwn() throws Exception {
    RowProgram program = T.program("SELECT explode(array('a', 'b', 'c')) AS x FROM t");
    List<Object> positions = new ArrayList<>();
    program
        .evaluator()
        .evaluate(
            row,
            result ->
                positions.add(
                    JavaValues.of(result, program.schema().columns())
                        .get(HiddenColumns.POSITION.name())));
    assertEquals(List.of("in/a.csv:7", "in/a.csv:7#2", "in/a.csv:7#3"), positions);
  }

  @Test
  void aRecordIsHandedOnWholeOrNotAtAll() throws Exception {
    RowProgram program =
        T.program("SELECT 1 / x AS y FROM (SELECT explode(array(1, 0)) AS x FROM t)");
    List<InternalRow> handedOn = new ArrayList<>();
    RowProgram.RowFailedException e =
        assertThrows(
            RowProgram.RowFailedException.class,
            () -> program.evaluator().evaluate(row, handedOn::add));
    assertEquals(List.of(), handedOn);
    assertTrue(e.getMessage().startsWith("[DIVIDE_BY_ZERO]"), e.getMessage());
  }

  @Test
  void theLeastIndexIsOutsideOfEveryArray() {
    String message =
        fails("SELECT element_at(tags, CAST(id - 2147483655 AS INT)) AS x FROM t").getMessage();
    assertTrue(message.startsWith("[INVALID_ARRAY_INDEX_IN_ELEMENT_AT]"), message);
  }

  @Test
  void aConstantThatCatalystAssertsOnIsRefused() {
    InvalidQueryException refused =
        assertThrows(InvalidQueryException.class, () -> of("SELECT schema_of_csv('') AS x FROM t"));
    assertTrue(
        refused.getMessage().contains("CSV record should not be null"), refused.getMessage());
  }

  @Test
  void failuresAreToldWithoutWhatNobodyCanDo() {
    String message = fails("SELECT CAST(price AS INT) AS x FROM t").getMessage();
    assertTrue(message.startsWith("[CAST_INVALID_INPUT] The value '9.90'"), message);
    for (String noise : List.of("SQLSTATE", "== SQL", "spark.sql", "\n")) {
      assertFalse(message.contains(noise), message);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "repeat(price, 2000000000)",
        "space(CAST(id AS INT) * 200000000)",
        "lpad(price, CAST(id AS INT) * 200000000, 'x')",
        "rpad(price, CAST(id AS INT) * 200000000)",
        "array_repeat(price, CAST(id AS INT) * 200000000)",
        "sequence(CAST(id AS INT), 2000000000)",
        "sequence(id, -9223372036854775808, -1)",
        "sequence(at, at + INTERVAL 1 DAY, INTERVAL 1 MICROSECOND)",
        "sequence(CAST(at AS DATE), DATE'9999-12-31')",
        "rpad(CAST(price AS BINARY), CAST(id AS INT) * 200000000, X'00')",
        "array_insert(tags, CAST(id AS INT) * 200000000, 'x')",
        "format_string('%' || CAST(id * 200000000 AS STRING) || 'd', 1)",
        "format_number(1.5, CAST(id AS INT) * 200000000)"
      })
  void whatGrowsWithoutEndFailsTheRow(String expression) {
    String message = fails("SELECT " + expression + " AS x FROM t").getMessage();
    assertTrue(message.contains("is the limit"), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s RLIKE r'^(a+)+\\1#$'",
        "regexp_replace(s, r'^(a+)+\\1#$', '')",
        "regexp_extract(s, r'^(a+)+\\1#$')",
        "regexp_extract_all(s, r'^(a+)+\\1#$')",
        "regexp_count(s, r'^(a+)+\\1#$')",
        "regexp_substr(s, r'^(a+)+\\1#$')",
        "regexp_instr(s, r'^(a+)+\\1#$')"
      })
  void aPatternThatTakesTooManyStepsFailsTheRow(String expression) throws Exception {
    TestingQuery texts = new TestingQuery("s STRING");
    InternalRow slow = texts.row("a".repeat(60) + "b");
    RowProgram.RowFailedException e =
        assertThrows(
            RowProgram.RowFailedException.class,
            () -> texts.of("SELECT " + expression + " AS x FROM t", slow));
    assertTrue(e.getMessage().contains("takes too many steps"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          SELECT id, name FROM t JOIN ref ON code = tags[0]            # [7, one] [7, eins]
          SELECT id, name FROM t LEFT JOIN ref r ON r.code = price     # [7, null]
          SELECT id, name FROM ref JOIN t ON code = tags[0] AND name > 'f' # [7, one]
          SELECT id, name FROM ref RIGHT JOIN t ON code = price        # [7, null]
          SELECT id FROM t LEFT SEMI JOIN ref ON code = tags[0]        # [7]
          SELECT id FROM t LEFT ANTI JOIN ref ON code = tags[0]        #
          SELECT id, code FROM t JOIN ref ON n BETWEEN id - 1 AND id + 1 # [7, y]
          SELECT count_of FROM t CROSS JOIN (SELECT n AS count_of FROM ref WHERE n > 100) # [200]
          SELECT id, name FROM t JOIN ref ON code = tags[0] OR n = 8 # [7, one] [7, eins] [7, two]
          """)
  void rowsMeetThoseOfReferenceTables(String sql, String answers) throws Exception {
    String ref = "code STRING, name STRING, n INT, rid BIGINT";
    TestingQuery joined =
        new TestingQuery(
            "id BIGINT, price STRING, tags ARRAY<STRING>", Map.of("ref", ref), Map.of());
    TableSchema schema = TestingQuery.schema(ref);
    TestingQuery.holds(
        Map.of(
            "ref",
            List.of(
                TestingRows.of(schema, "x", "one", 200, null),
                TestingRows.of(schema, "x", "eins", 100, 8L),
                TestingRows.of(schema, "y", "two", 8, 9L),
                TestingRows.of(schema, null, "none", null, null))));
    assertEquals(
        answers == null ? "" : answers,
        String.join(" ", joined.of(sql, joined.row(7L, "9.90", List.of("x", "y")))));
  }

  /** A function as an author writes it. */
  public static final class Initials implements ScalarFunction {
    public String eval(String text, Integer count) {
      if (count == 0) {
        throw new IllegalArgumentException("no initials wanted");
      }
      return text == null ? null : text.substring(0, Math.min(count, text.length()));
    }
  }

  @Test
  void functionsOfTheAuthorAreCalled() throws Exception {
    TestingQuery own =
        new TestingQuery(
            "s STRING, n INT",
            Map.of(),
            Map.of("initials", new UserFunction("INITIALS", Initials.class, "eval")));
    assertEquals(List.of("[ab]"), own.of("SELECT Initials(s, n) AS x FROM t", own.row("abc", 2)));
    assertEquals(List.of("[null]"), own.of("SELECT INITIALS(s, n) AS x FROM t", own.row(null, 2)));
    RowProgram.RowFailedException e =
        assertThrows(
            RowProgram.RowFailedException.class,
            () -> own.of("SELECT INITIALS(s, n) AS x FROM t", own.row("abc", 0)));
    assertTrue(e.getMessage().contains("no initials wanted"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          SELECT reflect('java.lang.System', 'exit') AS x FROM t   # there is no function reflect
          SELECT rand() AS x FROM t                                # rand is not possible here
          SELECT current_user() AS x FROM t                        # current_user is not possible here
          SELECT monotonically_increasing_id() AS x FROM t         # monotonically_increasing_id is not
          SELECT id + 1 FROM t                                     # the column (id + 1) needs a name
          SELECT INTERVAL 1 DAY AS x FROM t                        # column x has the type INTERVAL DAY
          SELECT localtimestamp() AS x FROM t                        # column x has the type TIMESTAMP_NTZ
          SELECT parse_json(price) AS x FROM t                     # column x has the type VARIANT
          SELECT format_number(1.5, 'abc,DEF;ghi') AS x FROM t     # Malformed pattern
          SELECT rpad(price, 2000000000) AS x FROM t               # is the limit
          SELECT DISTINCT id FROM t                                # DISTINCT
          SELECT id FROM t QUALIFY row_number() OVER (PARTITION BY id ORDER BY at) = 1 # window functions
          SELECT lag(at) OVER (PARTITION BY id ORDER BY at) AS x FROM t # window functions
          SELECT id, u.x FROM t CROSS JOIN UNNEST(tags) AS u(x)    # there is no UNNEST
          """)
  void whatNoReplayOrNoTableCanHaveIsRefused(String sql, String problem) {
    InvalidQueryException e = assertThrows(InvalidQueryException.class, () -> T.query(sql));
    assertTrue(e.problems().get(0).problem().contains(problem), e.problems().toString());
    assertFalse(e.problems().get(0).fix().isEmpty(), e.problems().toString());
  }

  @Test
  void theSameQueryHasTheSameTextInEveryProcess() throws Exception {
    String sql = "SELECT transform(tags, t -> t || price) AS x, nullif(id, 3) AS y FROM t";
    String text = text(sql);
    assertEquals(text, text(sql));
    assertFalse(text.equals(text(sql.replace("price", "'A'"))));
  }

  private static String text(String sql) throws InvalidQueryException {
    return T.program(sql).rows().unpack().text();
  }
}
