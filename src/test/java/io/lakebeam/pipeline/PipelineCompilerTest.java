package io.lakebeam.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.DataflowGraph;
import io.lakebeam.graph.Problem;
import io.lakebeam.sql.LookupJoin;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  private static String sql(CompiledTable table, int flow) {
    return ((CompiledFlow.Sql) table.flows().get(flow).query()).text();
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
    assertEquals(4, sql(table, 0).split("AS `_raw`", -1).length - 1, sql(table, 0));
  }

  @Test
  void starSelectsTheColumnsAndNotTheHiddenOnes() {
    CompiledTable table = table(flow("SELECT * FROM u"));
    assertEquals("id INT, other STRING, _rescued STRING", table.columns().ddl());
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
    assertTrue(sql(table, 0).contains("CAST(NULL AS VARCHAR) AS `other`"), sql(table, 0));
    assertTrue(sql(table, 0).contains("CAST(NULL AS DECIMAL(2,1)) AS `d`"), sql(table, 0));
    assertTrue(sql(table, 1).contains("CAST(NULL AS BIGINT) AS `id`"), sql(table, 1));
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
    assertTrue(sql(table, 0).contains("`t`.`_ingested_at` AS `now`"), sql(table, 0));
    assertTrue(sql(table, 0).contains("`CAST_DATE`(`t`.`_ingested_at`) AS `curdate`"));
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
    assertEquals(
        List.of(
            new LookupJoin("p", "codes", List.of("code")),
            new LookupJoin("p", "regions", List.of("region", "yr"))),
        table.flows().get(0).lookups());
    String sql = sql(table, 0);
    assertFalse(sql.contains("JOIN"), sql);
    assertTrue(sql.contains("WHERE `_LOOKUP_FOUND`("), sql);
    assertFalse(sql.contains("`_LOOKUP_FOUND`(CAST(UPPER"), sql);
  }

  @Test
  void viewsKeepAllFiveAggregatesWithFilters() {
    CompiledView view =
        view("SELECT UPPER(name) AS who, COUNT(*) AS n, COUNT(id) AS ids, SUM(amount) AS total,"
                + " MIN(ts) AS first_at, MAX(name) AS last_name, AVG(amount) AS mean,"
                + " COUNT(*) FILTER (WHERE id > 3) AS many, AVG(id) AS middle,"
                + " SUM(x) FILTER (WHERE flag) AS flagged FROM t GROUP BY UPPER(name)")
            .compile()
            .views()
            .get(0);
    assertEquals(
        "who STRING, n BIGINT, ids BIGINT, total DECIMAL(18,2), first_at TIMESTAMP,"
            + " last_name STRING, mean DECIMAL(12,6), many BIGINT, middle DOUBLE, flagged DOUBLE",
        view.query().columns().ddl());
    assertEquals(List.of("id", "name", "amount", "ts", "flag", "x"), view.query().reads());
    assertEquals("t", view.upstream());
  }

  @Test
  void partitionColumnsAreSpelledAsTheTableDoes() {
    CompiledTable table =
        table(datasets("q: {streaming_table: {from: t}, partition_by: [NAME, Id]}"));
    assertEquals(List.of("name", "id"), table.partitionBy());
    CompiledView view =
        datasets(
                """
                q:
                  materialized_view: {sql: "SELECT name AS who, COUNT(*) AS n FROM t GROUP BY name"}
                  partition_by: [WHO]
                """)
            .compile()
            .views()
            .get(0);
    assertEquals(List.of("who"), view.partitionBy());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          SELECT nme FROM t                # 1:8  # there is no column nme # did you mean name?
          SELECT id FROM tt                # 1:16 # there is no source or dataset tt # mean t?
          SELECT UPPR(name) FROM t         # 1:8  # there is no function UPPR for (<CHARACTER>) # docs
          SELECT id,, name FROM t          # 1:10 # unexpected , #
          SELECT COUNT(*) AS n FROM t      # 1:1  # a streaming table cannot group # materialized_view
          SELECT id FROM t GROUP BY id     # 1:1  # a streaming table cannot group # materialized_view
          SELECT COUNT(*) OVER (PARTITION BY name) AS n FROM t # 1:1 # a streaming table cannot group #
          SELECT DISTINCT id FROM t        # 1:1  # DISTINCT, HAVING, ORDER BY # leave it out
          SELECT id FROM t ORDER BY id     # 1:1  # DISTINCT, HAVING, ORDER BY # leave it out
          SELECT id FROM t LIMIT 5         # 1:1  # DISTINCT, HAVING, ORDER BY # leave it out
          SELECT id FROM t OFFSET 5 ROWS   # 1:1  # DISTINCT, HAVING, ORDER BY # leave it out
          SELECT id FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY id) = 1 # 1:1 # DISTINCT, HAVING #
          SELECT id FROM (SELECT id FROM t ORDER BY id LIMIT 3) s # 1:17 # DISTINCT, HAVING #
          SELECT id FROM t UNION ALL SELECT id FROM u # 1:1 # UNION is not possible # write one file
          SELECT t.id FROM t JOIN u ON t.id = u.id # 1:25 # this join is not with reference # declare
          SELECT t.id FROM t, u            # 1:21 # this join is not with reference data # declare
          SELECT t.id FROM t, codes        # 1:19 # a COMMA JOIN is not possible here # use LEFT JOIN
          SELECT t.id FROM t RIGHT JOIN codes c ON t.name = c.code # 1:26 # a RIGHT JOIN # LEFT JOIN
          SELECT code FROM codes           # 1:18 # codes is reference data and cannot be read # JOIN
          SELECT t.id FROM t JOIN codes c ON t.name > c.code # 1:36 # reference data is looked up # ON
          SELECT t.id FROM t JOIN codes c ON t.amount = c.number # 1:36 # reference data is looked up #
          SELECT c.price FROM t JOIN codes c ON t.name = c.code # 1:8 # column price cannot be # CAST
          SELECT id FROM t WHERE name IN (SELECT code FROM codes) # 1:33 # a query inside # JOIN
          SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u)         # 1:31 # a query inside # JOIN
          SELECT id, (SELECT MAX(code) FROM codes) AS m FROM t    # 1:12 # a query inside # JOIN
          SELECT RAND() AS r FROM t        # 1:8  # RAND cannot be used in a pipeline # from the data
          SELECT UUID() AS r FROM t        # 1:8  # UUID cannot be used in a pipeline # from the data
          SELECT id, id FROM t             # 1:1  # the query gives two columns named id # AS
          SELECT NULL AS n FROM t          # 1:1  # column n has the type NULL # CAST it
          SELECT 1 AS x                    # 1:1  # the query reads nothing # name a source
          VALUES (1)                       # 1:1  # VALUES is not possible in a flow # write one SELECT
          SELECT id FROM t WHERE name      # 1:24 # WHERE clause must be a condition #
          """)
  void queriesThatAreNotRowByRowAreRefused(String sql, String at, String problem, String fix) {
    assertRefused(flow(sql), at, problem, fix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          SELECT name, COUNT(*) AS n FROM t GROUP BY name HAVING COUNT(*) > 1 # 1:1 # HAVING, # filter
          SELECT name, COUNT(*) AS n FROM t GROUP BY name ORDER BY n # 1:1 # HAVING, DISTINCT # sort
          SELECT COUNT(DISTINCT name) AS n FROM t # 1:8 # DISTINCT is not possible # occurs once
          SELECT SUM(id) / COUNT(*) AS n FROM t # 1:8 # an expression over aggregates # inside
          SELECT COUNT(*) AS n FROM t GROUP BY name # 1:38 # the view groups by an expression that # add
          SELECT id FROM t                # 1:1 # the view does not aggregate # streaming_table
          SELECT STDDEV_POP(x) AS n FROM t # 1:8 # STDDEV_POP is not possible # use COUNT, SUM
          SELECT COUNT(id, name) AS n FROM t # 1:8 # COUNT of several arguments # count a CASE
          SELECT MIN(bytes) AS n FROM t   # 1:8 # MIN of a BINARY is not possible # CAST
          SELECT bytes, COUNT(*) AS n FROM t GROUP BY bytes # 1 # the view groups by bytes # CAST
          SELECT name, COUNT(*) AS n FROM t GROUP BY ROLLUP(name) # 1:8 # the view selects # add it
          SELECT COUNT(*) AS n FROM a     # 1   # the view reads a, which is no streaming table # make
          SELECT COUNT(*) AS n FROM t JOIN u ON t.id = u.id # 1:34 # this join is not with # declare
          """)
  void viewsThatCannotBeKeptUpToDateAreRefused(String sql, String at, String problem, String fix) {
    assertRefused(view(sql), at, problem, fix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          nme > 3                  # 2:4  # there is no column nme # did you mean name?
          id + 1                   # 2:4  # expectation r is no condition # write a comparison
          RAND() > 0.5             # 2:4  # RAND cannot be used in a pipeline # take the value
          COUNT(*) > 1             # 2:4  # expectation r looks at more than one row # leave
          SUM(id) OVER () > 3      # 2:4  # expectation r looks at more than one row # leave
          id IN (SELECT id FROM u) # 2:4  # expectation r looks at more than one row # leave
          id > 3 AND               # 2:11 # unexpected AND #
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

  private static void assertRefused(TestingPipeline pipeline, String at, String start, String fix) {
    List<Problem> problems = pipeline.problems();
    assertEquals(1, problems.size(), problems.toString());
    assertEquals(QUERY + ":" + at, problems.get(0).at().toString(), problems.toString());
    assertTrue(problems.get(0).problem().startsWith(start), problems.toString());
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
            "transforms/w.sql:2:5 there is no column nme | none of the relations in FROM has it |"
                + " did you mean name?",
            "11:3 q cannot be checked | it reads w, which cannot be computed | mend w first"),
        project.told());
    assertEquals(List.of("w"), project.problems().get(1).causedBy());
    project.file("transforms/w.sql", "SELECT id\n  ,, nme\nFROM t");
    assertTrue(
        project.told().get(0).startsWith("transforms/w.sql:2:3 unexpected ,"),
        project.told().toString());
    project.file("transforms/w.sql", "SELECT t.id\nFROM t\n  JOIN u ON t.id = u.id");
    assertTrue(
        project.told().get(0).startsWith("transforms/w.sql:3:8 this join is not with reference"),
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
        List.of("there is no column nope", "y cannot be checked", "z cannot be checked"),
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
          q: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM t"}, expect: {r: "n > 1"}} # 11:76 q cannot have expectations # rows of a materialized view change
          q: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM t"}, partition_by: [n]} # 11:3 q cannot be partitioned by n # a view is partitioned by columns that it groups by
          """)
  void datasetsThatCannotBeComputedAreRefused(String dataset, String problem, String cause) {
    List<String> told = datasets(dataset).told();
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).startsWith(problem), told.toString());
    assertTrue(told.get(0).contains(" | " + cause), told.toString());
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
