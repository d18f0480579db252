package io.lakebeam.pipeline.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.DataflowGraph;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.AdditiveView;
import io.lakebeam.pipeline.CompiledFlow;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.sql.NotIncremental;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of a pipeline without its data. */
class PipelineCompilerTest {
  private static final String HEAD =
      """
      pipeline: p
      functions: {MY_BAND: io.lakebeam.airlines.DistanceBand}
      sources:
        a: {files: "in/*.csv", format: csv, schema: "id BIGINT, name STRING, amount DECIMAL(8,2), ts TIMESTAMP, flag BOOLEAN, bytes BINARY, x DOUBLE"}
        b: {files: "in/*.json", format: json, schema: "id INT, other STRING"}
        codes: {reference: "ref.csv", format: csv, schema: "code STRING, region STRING, number INT, price DECIMAL(5,2), since DATE"}
        regions: {reference: "reg.csv", format: csv, schema: "region STRING, yr INT, title STRING"}
      datasets:
        t: {streaming_table: {from: a}}
        u: {streaming_table: {from: b}}
      """;

  private static final String QUERY = "transforms/q.sql";

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir);
  }

  private TestingPipeline datasets(String datasets) {
    return project.yaml(HEAD + datasets.indent(2));
  }

  private TestingPipeline flow(String sql) {
    return datasets("q: {streaming_table: " + QUERY + "}").file(QUERY, sql);
  }

  private TestingPipeline view(String sql) {
    return datasets("q: {materialized_view: " + QUERY + "}").file(QUERY, sql);
  }

  private CompiledTable table(TestingPipeline of) {
    return of.compile().table("q").orElseThrow();
  }

  @Test
  void dependenciesComeFromTheQueriesNotFromTheOrderOfTheFile() {
    datasets(
        """
        gold: {materialized_view: {sql: "SELECT name, COUNT(*) AS n FROM silver GROUP BY name"}}
        silver: {streaming_table: {sql: "SELECT s.id, s.name, c.region FROM named s JOIN codes c ON s.name = c.code"}}
        named: {view: {sql: "SELECT id, UPPER(name) AS name FROM T"}}
        """);
    DataflowGraph graph = project.compile().graph();
    assertEquals(
        List.of("t", "u", "silver", "gold"),
        graph.datasets().stream().map(DataflowGraph.Dataset::name).toList());
    assertEquals(Set.of("t", "codes"), graph.dataset("silver").orElseThrow().inputs());
    assertEquals(Set.of("silver"), graph.dataset("gold").orElseThrow().inputs());
    assertEquals(
        List.of("a", "b"), project.compile().readSources().stream().map(s -> s.name()).toList());
  }

  @Test
  void hiddenColumnsTravelThroughSubqueriesWithAndViews() {
    datasets(
            """
            w: {view: {sql: "SELECT s.id, s.name FROM (SELECT id, name FROM t) s"}}
            q: {streaming_table: transforms/q.sql}
            """)
        .file(QUERY, "WITH v AS (SELECT * FROM w WHERE id > 3)\nSELECT ID FROM v x");
    CompiledTable table = table(project);
    assertEquals("ID BIGINT", table.columns().ddl());
    assertEquals(
        List.of("ID", "_source", "_position", "_ingested_at"), table.storedSchema().names());
    assertEquals(
        List.of("ID", "_source", "_position", "_ingested_at", "_raw"), table.rowSchema().names());
    assertFalse(table.storesRaw());
  }

  @Test
  void starSelectsTheColumnsAndNotTheHiddenOnes() {
    for (String sql : List.of("SELECT * FROM u", "FROM u |> WHERE id > 1")) {
      CompiledTable table = table(flow(sql));
      assertEquals("id INT, other STRING, _rescued STRING", table.columns().ddl(), sql);
    }
  }

  /** As those of messages; a rule sees what its table has. */
  @Test
  void theFileOfARowComesByNameOnly() {
    String yaml =
        """
        pipeline: p
        sources:
          f: {files: "in/*", format: json, schema: "id INT"}
        datasets:
          copy: {streaming_table: {from: f}}
          q: {streaming_table: {sql: "%s"}}
          below: {streaming_table: {sql: "SELECT %s AS x FROM q"}, expect: {r: "%s IS NOT NULL"}}
        """;
    CompiledPipeline named =
        project
            .yaml(
                yaml.formatted(
                    "SELECT *, _metadata.file_path, f._METADATA.file_size AS size,"
                        + " _metadata.file_modification_time AS at FROM f",
                    "size",
                    "x"))
            .compile();
    assertEquals(
        "id INT, _rescued STRING, file_path STRING, size BIGINT, at TIMESTAMP",
        named.table("q").orElseThrow().columns().ddl());
    assertEquals("id INT, _rescued STRING", named.table("copy").orElseThrow().columns().ddl());
    List<Problem> refused =
        project
            .yaml(yaml.formatted("SELECT id FROM f", "_metadata.file_path", "_metadata.file_name"))
            .problems();
    assertEquals(
        "[UNRESOLVED_COLUMN.WITH_SUGGESTION] there is no column _metadata.file_path",
        refused.get(0).problem());
    assertEquals(
        "select it where a source of files is read, AS a name of your own, and hand that on",
        refused.get(0).fix());
    List<Problem> rule =
        project.yaml(yaml.formatted("SELECT id FROM f", "id", "_metadata.file_name")).problems();
    assertEquals(
        "a rule is held against the rows of below, which has no such column", rule.get(0).cause());
  }

  /** They come when they are named, and change nothing for those who do not name them. */
  @Test
  void columnsOfMessagesComeByNameOnly() {
    String yaml =
        """
        pipeline: p
        sources:
          k: {kafka: {bootstrap_servers: h, topic: t}, format: json, schema: "id INT"}
          codes: {reference: "ref.csv", format: csv, schema: "id INT, title STRING"}
        datasets:
          copy: {streaming_table: {from: k}}
          q: {streaming_table: {sql: "%s"}}
        """;
    CompiledPipeline plain = project.yaml(yaml.formatted("SELECT * FROM k")).compile();
    assertFalse(plain.source("k").namedColumns());
    assertEquals("id INT, _rescued STRING", plain.table("q").orElseThrow().columns().ddl());

    CompiledPipeline named =
        project
            .yaml(
                yaml.formatted(
                    "SELECT s.*, _KEY AS k, _headers['trace'] AS trace, _timestamp, _partition AS p,"
                        + " _offset AS o, c.title FROM k AS s LEFT JOIN codes c ON c.id = s.id"))
            .compile();
    assertTrue(named.source("k").namedColumns());
    assertEquals(
        "id INT, _rescued STRING, k BINARY, trace STRING, _timestamp TIMESTAMP, p INT, o BIGINT,"
            + " title STRING",
        named.table("q").orElseThrow().columns().ddl());
    assertEquals(
        plain.table("copy").orElseThrow().storedSchema(),
        named.table("copy").orElseThrow().storedSchema());
    assertTrue(named.table("copy").orElseThrow().storesRaw());
    assertTrue(
        named.table("copy").orElseThrow().flows().get(0).query() instanceof CompiledFlow.Rows);
    for (String sql :
        List.of(
            "SELECT *, STRING(_key) AS x FROM k",
            "SELECT * FROM (SELECT *, STRING(_key) AS x FROM k) v",
            "WITH v AS (SELECT *, STRING(_key) AS x FROM k) SELECT * FROM v")) {
      assertEquals(
          "id INT, _rescued STRING, x STRING",
          project.yaml(yaml.formatted(sql)).compile().table("q").orElseThrow().columns().ddl(),
          sql);
    }
    assertEquals(
        List.of(
            "7:38 [UNRESOLVED_COLUMN.WITH_SUGGESTION] there is no column _key | none of the"
                + " relations in FROM has it | select it from a source of messages, or hand it on"
                + " from there"),
        project.yaml(yaml.formatted("SELECT _key FROM copy")).told());
    assertEquals(
        List.of("[UNRESOLVED_COLUMN.WITH_SUGGESTION] there is no column _key"),
        flow("SELECT _key FROM a").problems().stream().map(Problem::problem).toList());
    assertEquals(
        "id INT, _key BINARY",
        project
            .yaml(yaml.formatted("SELECT id, _key FROM k"))
            .compile()
            .table("q")
            .orElseThrow()
            .columns()
            .ddl());
  }

  @Test
  void tablesOfASourceKeepTheRecord() {
    CompiledTable table = datasets("").compile().table("t").orElseThrow();
    assertTrue(table.storesRaw());
    assertEquals(
        List.of("_source", "_position", "_ingested_at", "_raw"),
        table.storedSchema().names().subList(8, 12));
  }

  @Test
  void aColumnThatAFlowDoesNotGiveIsNull() {
    CompiledTable table =
        table(
            datasets(
                """
                q:
                  streaming_table:
                    flows: [{sql: "SELECT id, name FROM t"}, {sql: "SELECT other, 1.5 AS d FROM u"}]
                """));
    assertEquals(List.of("id", "name", "other", "d"), table.columns().names());
  }

  @Test
  void theTimeIsThatOfThePlanAndNamesOfFunctionsMayBeNamesOfColumns() {
    CompiledTable table =
        table(
            flow(
                "SELECT CURRENT_TIMESTAMP AS now, CURRENT_DATE AS curdate, name AS random,"
                    + " id AS shuffle FROM t"));
    assertEquals(
        "now TIMESTAMP, curdate DATE, random STRING, shuffle BIGINT", table.columns().ddl());
  }

  @Test
  void joinsWithReferenceDataBecomeLookups() {
    CompiledTable table =
        table(
            flow(
                "SELECT t.id, r.region, g.title, r.since FROM t\n"
                    + "LEFT JOIN codes r ON r.code = UPPER(t.name)\n"
                    + "JOIN regions g ON g.region = r.region AND CAST(t.id AS INT) = g.yr"));
    assertEquals("id BIGINT, region STRING, title STRING, since DATE", table.columns().ddl());
    assertEquals(Set.of("codes", "regions"), table.flows().get(0).lookups());
  }

  @Test
  void viewsKeepAllFiveAggregatesWithFilters() {
    AdditiveView view =
        view("SELECT UPPER(name) AS who, COUNT(*) AS n, COUNT(id) AS ids, SUM(amount) AS total,"
                + " MIN(ts) AS first_at, MAX(name) AS last_name, AVG(amount) AS mean,"
                + " COUNT(*) FILTER (WHERE id > 3) AS many, AVG(id) AS middle,"
                + " SUM(x) FILTER (WHERE flag) AS flagged FROM t GROUP BY UPPER(name)")
            .compile()
            .additiveViews()
            .get(0);
    assertEquals(
        "who STRING, n BIGINT, ids BIGINT, total DECIMAL(18,2), first_at TIMESTAMP,"
            + " last_name STRING, mean DECIMAL(12,6), many BIGINT, middle DOUBLE, flagged DOUBLE",
        view.query().columns().ddl());
    assertEquals(List.of("id", "name", "amount", "ts", "flag", "x"), view.query().reads());
    assertEquals("t", view.upstream());
  }

  @Test
  void numbersOfFewBitsAreColumns() {
    assertEquals(
        "b TINYINT, s SMALLINT, m MAP<SMALLINT, TINYINT>, sum SMALLINT",
        table(
                flow(
                    "SELECT CAST(id AS TINYINT) AS b, 7S AS s, MAP(1S, 2Y) AS m, 7S + 1Y AS sum"
                        + " FROM t"))
            .columns()
            .ddl());
  }

  @Test
  void aggregatesOfOtherNamesAreThoseThatTheyMean() {
    AdditiveView view =
        view("SELECT name, COUNT(ALL id) AS n, EVERY(flag) AS e, SOME(flag) AS s, MEAN(x) AS m,"
                + " COUNT_IF(flag) AS f, SUM(id * 2) AS d FROM t GROUP BY (name)")
            .compile()
            .additiveViews()
            .get(0);
    assertEquals(
        List.of("COUNT", "MIN", "MAX", "MEAN", "COUNT", "SUM"),
        view.query().aggregates().stream().map(a -> a.function()).toList());
  }

  @Test
  void partitionColumnsAreSpelledAsTheTableDoes() {
    CompiledTable table =
        table(datasets("q: {streaming_table: {from: t}, partition_by: [NAME, Id]}"));
    assertEquals(List.of("name", "id"), table.partitionBy());
    AdditiveView view =
        datasets(
                """
                q:
                  materialized_view: {sql: "SELECT name AS who, COUNT(*) AS n FROM t GROUP BY name"}
                  partition_by: [WHO]
                """)
            .compile()
            .additiveViews()
            .get(0);
    assertEquals(List.of("who"), view.partitionBy());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          SELECT nme FROM t # 1:8 # [UNRESOLVED_COLUMN.WITH_SUGGESTION] there is no column # did you mean name?
          SELECT id FROM tt # 1:16 # [TABLE_OR_VIEW_NOT_FOUND] there is no source or dataset # name one of them
          SELECT UPPR(name) FROM t # 1:8 # [UNRESOLVED_ROUTINE] there is no function UPPR # did you mean upper?
          SELECT id,, name FROM t # 1:11 # [PARSE_SYNTAX_ERROR] Syntax error at or near ','. # see
          SELECT COUNT(*) AS n FROM t      # 1:1  # a streaming table cannot group # materialized_view
          SELECT id FROM t GROUP BY id # 1:18 # a streaming table cannot group rows # declare the dataset as
          SELECT COUNT(*) OVER (PARTITION BY name) AS n FROM t # 1:1 # window functions are not possible here # compute it where the
          SELECT DISTINCT id FROM t # 1:1 # DISTINCT is not possible here # say for how long
          SELECT id FROM t ORDER BY id # 1:18 # ORDER BY, LIMIT and OFFSET are not possible here # sort and limit where
          SELECT id FROM t LIMIT 5 # 1:18 # ORDER BY, LIMIT and OFFSET are not possible here # sort and limit where
          SELECT id FROM t OFFSET 5 ROWS # 1:27 # [PARSE_SYNTAX_ERROR] Syntax error at or near 'ROWS': # see
          SELECT id FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY id) = 1 # 1:1 # window functions are not possible here # compute it where the
          SELECT id FROM (SELECT id FROM t ORDER BY id LIMIT 3) s # 1:34 # ORDER BY, LIMIT and OFFSET are not possible here # sort and limit where
          SELECT id FROM t UNION ALL SELECT id FROM u # 1:1 # UNION is not possible # write one file
          SELECT t.id FROM t RIGHT JOIN codes c ON t.name = c.code # 1:20 # a RIGHT OUTER JOIN is not possible here # use LEFT JOIN or JOIN,
          SELECT code FROM codes # 1:1 # codes is reference data and cannot be read row by row # select FROM a source or
          SELECT id FROM t WHERE name IN (SELECT code FROM codes) # 1:29 # a query inside an expression is not possible here # look reference data up
          SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u) # 1:1 # a query inside an expression is not possible here # look reference data up
          SELECT id, (SELECT MAX(code) FROM codes) AS m FROM t    # 1:12 # a query inside # JOIN
          SELECT RAND() AS r FROM t # 1:8 # rand is not possible here # take the value from the
          SELECT UUID() AS r FROM t # 1:8 # uuid is not possible here # take the value from the
          SELECT id, id FROM t # 1:1 # [COLUMN_ALREADY_EXISTS] the query gives two columns named # give one of them
          SELECT NULL AS n FROM t # 1:1 # column n has the type VOID # CAST it to the type
          SELECT 1 AS x                    # 1:1  # the query reads nothing # name a source
          VALUES (1) # 1:1 # the query reads nothing # name a source or
          SELECT id FROM t WHERE name # 1:1 # [DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN] Cannot resolve # CAST one of the values
          """)
  void queriesThatAreNotRowByRowAreRefused(String sql, String at, String problem, String fix) {
    assertRefused(flow(sql), at, problem, fix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          SELECT name, COUNT(*) AS n FROM t GROUP BY name HAVING COUNT(*) > 1 # AGGREGATE_NOT_TOP_NODE
          SELECT name, COUNT(*) AS n FROM t GROUP BY name ORDER BY n # AGGREGATE_NOT_TOP_NODE
          SELECT COUNT(DISTINCT name) AS n FROM t # AGGREGATE_NEEDS_ALL_ROWS
          SELECT SUM(id) / COUNT(*) AS n FROM t # AGGREGATE_NOT_TOP_NODE
          SELECT COUNT(*) AS n FROM t GROUP BY name # AGGREGATE_NOT_TOP_NODE
          SELECT id FROM t # OPERATOR_NOT_INCREMENTALIZABLE
          SELECT LAST(name) AS n FROM t # AGGREGATE_NEEDS_ALL_ROWS
          SELECT MODE(name) AS n FROM t # AGGREGATE_NEEDS_ALL_ROWS
          SELECT bytes, COUNT(*) AS n FROM t GROUP BY bytes # AGGREGATE_NOT_TOP_NODE
          SELECT name, COUNT(*) AS n FROM t GROUP BY ROLLUP(name) # AGGREGATE_NOT_TOP_NODE
          SELECT name, PERCENTILE_APPROX(id, 0.5) AS n FROM t GROUP BY name # AGGREGATE_NEEDS_ALL_ROWS
          SELECT COUNT(id) OVER () AS n FROM t # WINDOW_WITHOUT_PARTITION_BY
          SELECT SUM(DISTINCT id) AS n FROM t # AGGREGATE_NEEDS_ALL_ROWS
          SELECT COUNT(DISTINCT id) FILTER (WHERE flag) AS n FROM t # AGGREGATE_NOT_TOP_NODE
          SELECT HLL_SKETCH_AGG(id) FILTER (WHERE flag) AS n FROM t # AGGREGATE_NEEDS_ALL_ROWS
          SELECT name, HISTOGRAM_NUMERIC(x, 5) AS n FROM t GROUP BY name # AGGREGATE_NEEDS_ALL_ROWS
          SELECT ANY_VALUE(name) AS n FROM t # AGGREGATE_NEEDS_ALL_ROWS
          SELECT COLLECT_LIST(id) AS n FROM t # AGGREGATE_NEEDS_ALL_ROWS
          SELECT LISTAGG(name) WITHIN GROUP (ORDER BY id) AS n FROM t # AGGREGATE_NEEDS_ALL_ROWS
          SELECT CAST(SUM(id) AS INT) AS n FROM t # AGGREGATE_NOT_TOP_NODE
          SELECT -SUM(id) AS n FROM t # AGGREGATE_NOT_TOP_NODE
          SELECT name, COUNT(*) AS n FROM t GROUP BY CUBE(name) # AGGREGATE_NOT_TOP_NODE
          SELECT name, COUNT(*) AS n FROM t GROUP BY GROUPING SETS ((name), ()) # AGGREGATE_NOT_TOP_NODE
          SELECT DISTINCT name, COUNT(*) AS n FROM t GROUP BY name # AGGREGATE_NOT_TOP_NODE
          SELECT name, COUNT(*) AS n FROM t GROUP BY name LIMIT 3 # OPERATOR_NOT_INCREMENTALIZABLE
          SELECT COUNT(*) AS n FROM (SELECT DISTINCT name FROM t) AS s # AGGREGATE_NOT_TOP_NODE
          SELECT COUNT(*) AS n FROM (SELECT name FROM t LIMIT 3) AS s # OPERATOR_NOT_INCREMENTALIZABLE
          SELECT COUNT(*) AS n FROM (SELECT name, COUNT(*) AS m FROM t GROUP BY name) AS s # AGGREGATE_NOT_TOP_NODE
          SELECT COUNT(*) AS n FROM t UNION ALL SELECT COUNT(*) AS n FROM t # OPERATOR_NOT_INCREMENTALIZABLE
          SELECT AVG(id) AS a, COUNT(*) AS _a_sum FROM t # AGGREGATE_NOT_TOP_NODE
          SELECT MAX_BY(name, ts, 3) AS n FROM t # AGGREGATE_NEEDS_ALL_ROWS
          SELECT COUNT(*) AS n FROM (SELECT id FROM t UNION ALL SELECT id FROM u) AS s # OPERATOR_NOT_INCREMENTALIZABLE
          SELECT COUNT(*) AS n FROM t JOIN u ON t.id = u.id # OPERATOR_NOT_INCREMENTALIZABLE
          SELECT id, COUNT(*) OVER (PARTITION BY id) AS n FROM t UNION ALL SELECT id, 1 FROM u # OPERATOR_NOT_INCREMENTALIZABLE
          """)
  void viewsThatAreNotKeptUpToDateFromNewRowsAreComputed(String sql, NotIncremental why) {
    assertEquals(why, view(sql).compile().computedViews().get(0).why());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          SELECT COLLECT(name) AS n FROM t # 1:8 # [UNRESOLVED_ROUTINE] there is no function COLLECT # see
          SELECT SUM(SUM(id)) AS n FROM t # 1:12 # [NESTED_AGGREGATE_FUNCTION] It is not allowed to use an #
          SELECT COUNT(*) AS n FROM t TABLESAMPLE BERNOULLI(50) # 1:51 # 50 is not a valid byte length literal, expected syntax: #
          SELECT COUNT(*) AS n FROM a     # 1   # the view reads a, which is no streaming table # make
          SELECT n FROM (WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r) # 1 # WITH RECURSIVE is not possible # as many joins
          SELECT session_window.start AS s, COUNT(*) AS n FROM t GROUP BY session_window(ts, '5 minutes') # 1 # session # number the sessions
          SELECT RAND() AS r FROM t # 1:8 # rand is not possible here # take the value from the
          SELECT name, name FROM t # 1:1 # [COLUMN_ALREADY_EXISTS] the query gives two columns # give one of them
          """)
  void viewsThatCannotBeKeptUpToDateAreRefused(String sql, String at, String problem, String fix) {
    assertRefused(view(sql), at, problem, fix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          nme > 3 # 2:4 # [UNRESOLVED_COLUMN.WITH_SUGGESTION] there is no column # did you mean name?
          id + 1                   # 2:4  # expectation r is no condition # write a comparison
          RAND() > 0.5 # 2:4 # rand is not possible here # take the value from the
          COUNT(*) > 1             # 2:4  # expectation r looks at more than one row # leave
          SUM(id) OVER () > 3      # 2:4  # expectation r looks at more than one row # leave
          id IN (SELECT id FROM u) # 2:4  # expectation r looks at more than one row # leave
          id > 3 AND # 2:4 # what is AND behind the condition? # leave it out, or
          name RLIKE '[a-' # 2:9 # [INVALID_PARAMETER_VALUE.PATTERN] The value of # mend the constant
          id > 3 AND NOT name RLIKE '(' # 2:24 # [INVALID_PARAMETER_VALUE.PATTERN] The value of # mend the constant
          REGEXP_REPLACE(name, '*', '') = '' # 2:4 # [INVALID_PARAMETER_VALUE.PATTERN] The value of # mend the constant
          name LIKE 'a!b' ESCAPE '!' # 2:9 # [INVALID_FORMAT.ESC_IN_THE_MIDDLE] The format is invalid: #
          name LIKE 'a' ESCAPE 'ab' # 2:9 # [INVALID_ESC] Found an invalid escape string: 'ab'. The #
          DATE_FORMAT(ts, 'bb') = '' # 2:4 # [INVALID_DATETIME_PATTERN.WITH_SUGGESTION] Unrecognized # mend the constant
          TO_DATE(name, 'bb') IS NULL # 2:4 # [INVALID_DATETIME_PATTERN.WITH_SUGGESTION] Unrecognized # mend the constant
          id / 0 > 1 # 2:4 # [DIVIDE_BY_ZERO] Division by zero. Use `try_divide` to # mend the constant
          amount / -0.0 > 1 # 2:4 # [DIVIDE_BY_ZERO] Division by zero. Use `try_divide` to # mend the constant
          id % 0 = 1 # 2:4 # [REMAINDER_BY_ZERO] Remainder by zero. Use `try_mod` to # mend the constant
          MOD(id, CAST(0 AS BIGINT)) = 1 # 2:4 # [REMAINDER_BY_ZERO] Remainder by zero. Use `try_mod` to # mend the constant
          id > CAST('abc' AS INT) # 2:9 # [CAST_INVALID_INPUT] The value 'abc' of the type "STRING" # mend the constant
          id > CAST(3000000000 AS INT) # 2:9 # [CAST_OVERFLOW] The value 3000000000L of the type # mend the constant
          ts > CAST('2024-13-01' AS TIMESTAMP) # 2:9 # [CAST_INVALID_INPUT] The value '2024-13-01' of the type # mend the constant
          amount > CAST('1234.5' AS DECIMAL(4,2)) # 2:13 # [NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION] 1234.5 # mend the constant
          id = 'many' # 2:4 # [CAST_INVALID_INPUT] The value 'many' of the type # mend the constant
          name = NULL              # 2:4  # a comparison with NULL is never TRUE # IS NULL
          id > 3 OR name <> NULL   # 2:14 # a comparison with NULL is never TRUE # IS NULL
          id BETWEEN NULL AND 5 # 2:7 # a comparison with NULL is never TRUE # write IS NULL or IS NOT
          name LIKE NULL # 2:9 # expectation r is never TRUE # write a condition over
          1 = 2                    # 2:4  # expectation r is never TRUE # a condition over
          id > 3 AND FALSE         # 2:4  # expectation r is never TRUE # a condition over
          NOT TRUE OR 'a' > 'b' # 2:4  # expectation r is never TRUE # a condition over
          """)
  void rulesThatAreNoConditionsOfARowAreRefused(
      String rule, String at, String problem, String fix) {
    datasets("q: {streaming_table: {from: t}, expect: rules.yaml}")
        .file("rules.yaml", "# rules\nr: " + rule + "\n");
    List<Problem> problems = project.problems();
    assertEquals(1, problems.size(), problems.toString());
    assertEquals("rules.yaml:" + at, problems.get(0).at().toString(), problems.toString());
    assertTrue(problems.get(0).problem().startsWith(problem), problems.toString());
    assertTrue(fix == null || problems.get(0).fix().contains(fix), problems.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRY_CAST('abc' AS INT) IS NULL",
        "TRY_DIVIDE(id, 0) IS NULL",
        "name NOT IN ('a', NULL)",
        "name IS NOT DISTINCT FROM NULL",
        "name LIKE 'a\\\\_b'",
        "name LIKE '100!%' ESCAPE '!'",
        "name RLIKE other",
        "NULLIF(name, '') IS NOT NULL",
        "1 = 1 OR name = 'a'",
        "NOT (id > 3 AND FALSE)",
        "CASE WHEN id > 0 THEN name IS NOT NULL END",
        "ts > '2012-01-01'"
      })
  void rulesThatMayBeTrueAreNotRefused(String rule) {
    datasets("q: {streaming_table: {sql: \"SELECT *, name AS other FROM t\"}, expect: rules.yaml}")
        .file("rules.yaml", "r: " + rule + "\n");
    assertEquals(1, table(project).rules().size());
  }

  @Test
  void whatFailsOnEveryRowOfAQueryIsToldToo() {
    assertRefused(
        flow("SELECT REGEXP_EXTRACT(name, '[') AS a FROM t"),
        "1:8",
        "[INVALID_PARAMETER_VALUE.PATTERN]",
        "mend");
    assertRefused(flow("SELECT id FROM t WHERE id / 0 > 1"), "1:24", "[DIVIDE_BY_ZERO]", "mend");
    assertRefused(
        view("SELECT COUNT(*) AS n FROM t WHERE name RLIKE '['"),
        "1:40",
        "[INVALID_PARAMETER_VALUE.PATTERN]",
        "mend");
    // A query that gives no rows is one that somebody may want.
    assertEquals(
        1, flow("SELECT id FROM t WHERE 1 = 2").compile().table("q").orElseThrow().flows().size());
  }

  /** What is wrong with a rule and with a query is found at different times. */
  @Test
  void mistakesOfASqlFileAreToldFromItsTop() {
    List<Problem> problems =
        project
            .yaml("pipeline: p\ndlt_sql: dlt.sql\n")
            .file(
                "dlt.sql",
                """
                CREATE STREAMING TABLE a (CONSTRAINT c EXPECT (x >)) AS SELECT value FROM STREAM raw;
                CREATE STREAMING TABLE b AS SELECT nothing FROM STREAM raw;
                DROP TABLE c;
                CREATE STREAMING TABLE raw AS SELECT * FROM STREAM read_files('in', format => 'text');
                CREATE STREAMING TABLE d AS SELECT nobody FROM STREAM raw;
                """)
            .problems();
    assertEquals(
        List.of(1, 2, 3, 5), problems.stream().map(problem -> problem.at().line()).toList());
  }

  @Test
  void everyMistakeIsToldAtOnce() {
    project
        .yaml(
            """
            pipeline: p
            sources:
              a: {files: in/a, format: json, schema: "id BIGINT, name STRING"}
              b: {files: in/b, formt: json, schema: "id BIGINT"}
            commit_every: soon
            datasets:
              t:
                streaming_table: {from: a}
                comment: [no]
                expect:
                  r1: {expect: nme > 3, on_violation: qarantine}
                  r2: "id >"
              q: {streaming_table: transforms/q.sql, expect: {r3: "x = 1", r4: "x RLIKE '['"}}
              s: {streaming_table: {sql: "SELECT id FROM b"}, expect: {r5: "id > > 2"}}
            """)
        .file(QUERY, "SELECT nme, UPPR(name) AS u,\n  id / 0 AS z FROM t WHERE idd > 3");
    assertEquals(
        """
        4:3 the key format is missing in sources.b
        4:20 there is no key formt in sources.b
        5:15 commit_every takes a duration in ms, s, m or h, not 'soon'
        9:14 datasets.t.comment takes a text, not a list
        11:43 datasets.t.expect.r1.on_violation cannot be 'qarantine'
        11:20 [UNRESOLVED_COLUMN.WITH_SUGGESTION] there is no column nme
        12:15 [PARSE_SYNTAX_ERROR] Syntax error at or near end of input.
        transforms/q.sql:1:8 [UNRESOLVED_COLUMN.WITH_SUGGESTION] there is no column nme
        transforms/q.sql:1:13 [UNRESOLVED_ROUTINE] there is no function UPPR
        transforms/q.sql:2:28 [UNRESOLVED_COLUMN.WITH_SUGGESTION] there is no column idd
        14:3 s cannot be checked
        14:69 [PARSE_SYNTAX_ERROR] Syntax error at or near '>'.
        """,
        project.told().stream()
            .map(told -> told.substring(0, told.indexOf(" | ")) + "\n")
            .collect(Collectors.joining()));
  }

  @Test
  void whatMayBeTheCauseOfAllIsToldAlone() {
    project.yaml(
        """
        pipeline: p
        surces:
          a: {files: in/a, format: json, schema: "id BIGINT"}
        datasets:
          t: {streaming_table: {sql: "SELECT id FROM a"}}
        """);
    assertTrue(
        project.told().stream().noneMatch(told -> told.contains("no source or dataset")),
        project.told().toString());
  }

  private static void assertRefused(TestingPipeline pipeline, String at, String start, String fix) {
    List<Problem> problems = pipeline.problems();
    assertEquals(1, problems.size(), problems.toString());
    assertEquals(
        QUERY + ":" + at,
        at.contains(":")
            ? problems.get(0).at().toString()
            : QUERY + ":" + problems.get(0).at().line(),
        problems.toString());
    assertTrue(start == null || problems.get(0).problem().startsWith(start), problems.toString());
    assertTrue(fix == null || problems.get(0).fix().contains(fix), problems.toString());
    assertFalse(problems.get(0).isDownstream());
  }

  @Test
  void aMistakeInAViewIsToldOnceAndWhereItStands() {
    datasets(
            """
            q: {streaming_table: transforms/q.sql}
            w: {view: transforms/w.sql}
            """)
        .file(QUERY, "SELECT id FROM w")
        .file("transforms/w.sql", "SELECT id\n  , nme\nFROM t");
    assertEquals(
        List.of(
            "transforms/w.sql:2:5 [UNRESOLVED_COLUMN.WITH_SUGGESTION] there is no column nme"
                + " | none of the relations in FROM has it | did you mean name?",
            "11:3 q cannot be checked | it reads w, which cannot be computed | mend w first"),
        project.told());
    assertEquals(List.of("w"), project.problems().get(1).causedBy());
    project.file("transforms/w.sql", "SELECT id\n  ,, nme\nFROM t");
    assertTrue(
        project.told().get(0).startsWith("transforms/w.sql:2:4 [PARSE_SYNTAX_ERROR]"),
        project.told().toString());
    project.file("transforms/w.sql", "SELECT t.id\nFROM t\n  RIGHT JOIN u ON t.id = u.id");
    assertTrue(
        project.told().get(0).startsWith("transforms/w.sql:3:3 a RIGHT OUTER JOIN is not"),
        project.told().toString());
  }

  @Test
  void whatReadsABrokenDatasetIsToldApart() {
    datasets(
        """
        x: {streaming_table: {sql: "SELECT nope FROM t"}}
        y: {streaming_table: {sql: "SELECT id FROM x"}}
        z: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM y"}}
        fine: {streaming_table: {sql: "SELECT id FROM t"}}
        """);
    List<Problem> problems = project.problems();
    assertEquals(
        List.of(
            "[UNRESOLVED_COLUMN.WITH_SUGGESTION] there is no column nope",
            "y cannot be checked",
            "z cannot be checked"),
        problems.stream().map(Problem::problem).toList());
    assertEquals(
        List.of(List.of(), List.of("x"), List.of("y")),
        problems.stream().map(Problem::causedBy).toList());
  }

  @Test
  void cyclesAreToldWithTheirWholePath() {
    datasets(
        """
        x: {streaming_table: {sql: "SELECT id FROM y"}}
        y: {streaming_table: {sql: "SELECT id FROM w"}}
        w: {view: {sql: "SELECT id FROM x"}}
        z: {streaming_table: {from: y}}
        self: {view: {sql: "SELECT * FROM self"}}
        """);
    assertEquals(
        List.of(
            "datasets depend on each other: x -> y -> w -> x",
            "datasets depend on each other: self -> self",
            "z cannot be checked"),
        project.problems().stream().map(Problem::problem).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      textBlock =
          """
          q: {streaming_table: {flows: [{from: t}, {from: u}]}} # 11:44 column id of q has two types # BIGINT in t, INT here
          q: {streaming_table: {from: t}, partition_by: [nope]} # 11:3 q cannot be partitioned by nope # it has no such column
          q: {streaming_table: {from: t}, partition_by: [bytes]} # 11:3 q cannot be partitioned by bytes # it is a BINARY
          q: {streaming_table: {from: nothing}} # 11:24 there is no source or streaming table nothing # the sources are a, b
          q: {streaming_table: {from: codes}} # 11:24 there is no source or streaming table codes # the sources are a, b
          q: {streaming_table: {transform: com.acme.None, from: [t]}} # 11:24 transform com.acme.None cannot be used # there is no such class
          q: {streaming_table: {transform: java.lang.String, from: [t]}} # 11:24 transform java.lang.String cannot be used # it is no org.apache.beam
          q: {streaming_table: {transform: io.lakebeam.airlines.DelayAlerts, from: [t]}} # 11:24 transform io.lakebeam.airlines.DelayAlerts cannot be used # it cannot be applied to [t]
          q: {view: {sql: "SELECT id FROM t"}, expect: {r: "id > 1"}} # 11:52 q cannot have expectations # a view is not stored
          q: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM t"}, expect: {r: {expect: "n > 1", on_violation: quarantine}}} # 11:85 expectation r cannot put rows of a view into a quarantine # they are computed anew each time
          q: {streaming_table: {sql: "SELECT NULL AS n FROM t"}} # 11:31 column n has the type VOID # no table can store it
          q: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM t"}, partition_by: [m]} # 11:3 q cannot be partitioned by m # its query gives no such column
          """)
  void datasetsThatCannotBeComputedAreRefused(String dataset, String problem, String cause) {
    List<String> told = datasets(dataset).told();
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).startsWith(problem), told.toString());
    assertTrue(told.get(0).contains(" | " + cause), told.toString());
  }

  /** COUNT_IF and others compute something beside all columns of the rows, for themselves. */
  @Test
  void aViewReadsOnlyWhatItNeeds() {
    CompiledPipeline compiled =
        datasets(
                """
                s: {streaming_table: {sql: "SELECT id, name FROM t"}}
                counted: {materialized_view: {sql: "SELECT name, COUNT_IF(id > 1) AS n FROM s GROUP BY name"}, refresh: incremental}
                parts: {materialized_view: {sql: "SELECT SUM(10 / NULLIF(id, 0)) AS x FROM t"}, refresh: incremental}
                """)
            .compile();
    assertEquals(
        List.of("counted [id, name]", "parts [id]"),
        compiled.additiveViews().stream()
            .map(view -> view.name() + " " + view.query().reads())
            .toList());
  }

  @Test
  void viewsAreKeptUpToDateAsTheirAuthorsWant() {
    CompiledPipeline compiled =
        datasets(
                """
                added: {materialized_view: {sql: "SELECT name, COUNT(*) AS n FROM t GROUP BY name"}, refresh: incremental}
                whole: {materialized_view: {sql: "SELECT name, COUNT(*) AS n FROM t GROUP BY name"}, refresh: full}
                keyed: {materialized_view: {sql: "SELECT name, COUNT(DISTINCT id) AS n FROM t GROUP BY name"}, refresh: incremental}
                over: {materialized_view: {sql: "SELECT name, n FROM added WHERE n > 1"}}
                """)
            .compile();
    assertEquals(
        List.of("added"), compiled.additiveViews().stream().map(AdditiveView::name).toList());
    assertEquals(
        List.of(
            "whole REFRESH_FULL false",
            "keyed AGGREGATE_NEEDS_ALL_ROWS true",
            "over OPERATOR_NOT_INCREMENTALIZABLE true"),
        compiled.computedViews().stream()
            .map(view -> view.name() + " " + view.why() + " " + view.isIncremental())
            .toList());
    List<String> told =
        datasets(
                """
                j: {materialized_view: {sql: "SELECT t.name FROM t JOIN u ON t.id = u.id"}, refresh: incremental}
                s: {streaming_table: {from: t}, refresh: full}
                """)
            .told();
    assertTrue(told.get(0).contains("only a materialized_view has refresh"), told.toString());
    assertTrue(
        told.get(1).contains("j cannot be kept up to date incrementally | OPERATOR_NOT_INCR"),
        told.toString());
  }

  @Test
  void aMaterializedViewIsReadByNobody() {
    datasets(
        """
        m: {materialized_view: {sql: "SELECT name, COUNT(*) AS n FROM t GROUP BY name"}}
        q: {streaming_table: {sql: "SELECT name FROM M"}}
        """);
    assertTrue(
        project.told().get(0).startsWith("12:3 q reads m, which is a materialized view"),
        project.told().toString());
  }

  @Test
  void classesOfFunctionsAreLookedFor() {
    assertEquals("band STRING", table(flow("SELECT my_band(id) AS band FROM t")).columns().ddl());
    project.yaml(HEAD.replace("io.lakebeam.airlines.DistanceBand", "com.acme.Gone"));
    assertTrue(
        project.told().get(0).contains("function MY_BAND cannot be found | there is no class"),
        project.told().toString());
    project.yaml(HEAD.replace("io.lakebeam.airlines.DistanceBand", "java.lang.String"));
    assertTrue(
        project.told().get(0).contains("function MY_BAND cannot be used | java.lang.String is"),
        project.told().toString());
  }
}
