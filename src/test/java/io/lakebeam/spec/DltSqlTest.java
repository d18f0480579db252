package io.lakebeam.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What statements of Delta Live Tables declare, and where their problems are told. */
class DltSqlTest {
  private static final String RAW =
      "CREATE STREAMING TABLE raw AS SELECT * FROM STREAM read_files('in', format => 'json',"
          + " schema => 'id INT, name STRING');\n";

  @TempDir Path dir;
  private InlineProject project;

  @BeforeEach
  void project() {
    project = new InlineProject(dir).pipeline("pipeline: p\ndlt_sql: \"sql/**.sql\"\n");
  }

  private PipelineSpec read(String sql) {
    return project.file("sql/a.sql", sql).read();
  }

  private static DatasetSpec dataset(PipelineSpec spec, String name) {
    return spec.datasets().stream().filter(d -> d.name().equals(name)).findFirst().orElseThrow();
  }

  private static String query(PipelineSpec spec, String table) {
    return queryText(spec, table).sql().strip();
  }

  private static QueryText queryText(PipelineSpec spec, String table) {
    DatasetSpec.Definition definition = dataset(spec, table).definition();
    if (definition instanceof DatasetSpec.StreamingTable streaming) {
      return ((DatasetSpec.QueryFlow) streaming.flows().get(0)).query();
    }
    return definition instanceof DatasetSpec.View view
        ? view.query()
        : ((DatasetSpec.MaterializedView) definition).query();
  }

  /** Problems without their causes and fixes. */
  private List<String> told(String sql) {
    return project.file("sql/a.sql", sql).problems().stream()
        .map(p -> p.at().line() + ":" + p.at().column() + " " + p.problem())
        .toList();
  }

  private List<String> notes(String sql) {
    project.file("sql/a.sql", sql);
    return new PipelineReader()
        .draft(project.location(), Map.of(), name -> null).notes().stream()
            .map(Problem::problem)
            .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "CREATE STREAMING TABLE, StreamingTable",
    "CREATE OR REFRESH STREAMING TABLE, StreamingTable",
    "create or refresh private streaming table, StreamingTable",
    "CREATE TEMPORARY STREAMING LIVE TABLE, StreamingTable",
    "CREATE INCREMENTAL LIVE TABLE, StreamingTable",
    "CREATE OR REFRESH LIVE TABLE, MaterializedView",
    "CREATE LIVE TABLE, MaterializedView",
    "CREATE MATERIALIZED VIEW IF NOT EXISTS, MaterializedView",
    "CREATE TEMPORARY LIVE VIEW, View",
    "CREATE STREAMING LIVE VIEW, View",
    "CREATE OR REPLACE TEMPORARY VIEW, View",
    "CREATE VIEW, View"
  })
  void everySpellingMakesItsKind(String create, String kind) {
    PipelineSpec spec =
        read(RAW + create + " t AS SELECT name, COUNT(*) AS n FROM raw GROUP BY name");
    assertEquals(kind, dataset(spec, "t").definition().getClass().getSimpleName());
  }

  @Test
  void rulesKeepTheirActionsAndPassOnNull() {
    PipelineSpec spec =
        read(
            RAW
                + """
                CREATE STREAMING TABLE t (
                  CONSTRAINT a EXPECT (id > 0),
                  CONSTRAINT b EXPECT (name IN ('x', ')')) ON VIOLATION DROP ROW,
                  CONSTRAINT `c c` EXPECT (id < (1 + 2)) ON VIOLATION FAIL UPDATE
                  CONSTRAINT d EXPECT (_rescued_data IS NULL) ON VIOLATION QUARANTINE
                ) AS SELECT * FROM STREAM raw
                """);
    assertEquals(
        List.of(
            "a WARN true id > 0",
            "b DROP true name IN ('x', ')')",
            "c_c FAIL true id < (1 + 2)",
            "d QUARANTINE true _rescued      IS NULL"),
        dataset(spec, "t").expectations().stream().map(DltSqlTest::shown).toList());
    assertEquals(
        new SourceLocation("sql/a.sql", 4, 24), dataset(spec, "t").expectations().get(1).at());
  }

  private static String shown(Expectation rule) {
    return rule.name()
        + " "
        + rule.onViolation()
        + " "
        + rule.nullPasses()
        + " "
        + rule.condition();
  }

  @Test
  void aColumnThatIsNotNullStopsTheUpdate() {
    PipelineSpec spec =
        read(
            "CREATE STREAMING TABLE t (id INT NOT NULL, m MAP<STRING, INT>, d DECIMAL(5, 2)) AS"
                + " SELECT * FROM STREAM read_files('in', format => 'json')");
    assertEquals(
        List.of("id_not_null FAIL true `id` IS NOT NULL"),
        dataset(spec, "t").expectations().stream().map(DltSqlTest::shown).toList());
    assertEquals(
        "id INT, m MAP<STRING, INT>, d DECIMAL(5,2)", spec.sources().get(0).schema().ddl());
  }

  @Test
  void theOnlyStreamIsTakenOut() {
    QueryText query =
        queryText(
            read(RAW + "CREATE STREAMING TABLE t AS SELECT id FROM STREAM(LIVE.raw) WHERE id > 1"),
            "t");
    assertTrue(query.sql().contains("FROM        raw       WHERE"), query.sql());
  }

  @Test
  void onlyStreamsAndQualifiersAreTakenOut() {
    String sql =
        """
        CREATE STREAMING TABLE t AS
        SELECT stream, EXTRACT(YEAR FROM live.x) AS y -- STREAM(a)
        FROM STREAM(LIVE.raw) AS live
        JOIN STREAM  raw s ON s.id = live.id
        WHERE live.name = 'STREAM(LIVE.raw)' AND id IN (SELECT id FROM LIVE.raw, main.default.raw)
        """;
    QueryText query = queryText(read(RAW + sql), "t");
    List<String> lines = query.sql().lines().toList();
    assertEquals("SELECT stream, EXTRACT(YEAR FROM live.x) AS y -- STREAM(a)", lines.get(2));
    assertEquals("FROM STREAM(raw     ) AS live", lines.get(3), "a join has to say what streams");
    assertEquals("JOIN STREAM  raw s ON s.id = live.id", lines.get(4));
    assertEquals(
        "WHERE live.name = 'STREAM(LIVE.raw)' AND id IN (SELECT id FROM raw     , raw             )",
        lines.get(5));
    assertEquals(new SourceLocation("sql/a.sql", 6, 41), query.at(6, 41));
  }

  @Test
  void eachCallIsASource() {
    PipelineSpec spec =
        read(
            """
            CREATE STREAMING LIVE TABLE a AS SELECT id, r.x FROM STREAM(cloud_files("s3://b/in", "csv",
              map("header", "true", "sep", ";", "cloudFiles.inferColumnTypes", "true", "schema", "id INT")))
              LEFT JOIN csv.`ref` r ON a = b;
            """
                .replace("csv.`ref` r", "read_files('ref', format => 'text') r"));
    assertEquals(
        List.of(
            "a_files false s3a://b/in id INT",
            "a_files_2 true " + dir.resolve("ref") + " value STRING"),
        spec.sources().stream()
            .map(
                s ->
                    s.name()
                        + " "
                        + s.reference()
                        + " "
                        + ((SourceSpec.Files) s.connection()).pattern()
                        + " "
                        + s.schema().ddl())
            .toList());
    assertEquals(
        new SourceSpec.Csv(true, ';', '"', '\\', SourceSpec.Csv.NONE, 0, "UTF-8", ""),
        spec.sources().get(0).format());
    assertEquals(
        "SELECT id, r.x FROM        a_files", query(spec, "a").lines().findFirst().get().strip());
  }

  @Test
  void filesThatAreOverwrittenOrDamagedAreTakenAsTheirOptionsSay() {
    PipelineSpec spec =
        read(
            """
            CREATE STREAMING TABLE t AS SELECT * FROM STREAM read_files('in', format => 'json',
              schema => 'id INT', allowOverwrites => true, ignoreCorruptFiles => true);
            """);
    FileRules rules = ((SourceSpec.Files) spec.sources().get(0).connection()).rules();
    assertEquals(FileRules.ChangedFiles.READ_AGAIN, rules.changedFiles());
    assertEquals(FileRules.BadFiles.SET_ASIDE, rules.badFiles());
  }

  @Test
  void newFieldsAreTakenAsTheirModeSays() {
    String files =
        """
        CREATE STREAMING TABLE t AS SELECT * FROM STREAM read_files('in', format => 'json',
          schema => 'id INT'%s);
        """;
    assertEquals(NewFields.RESCUE, newFields(files.formatted("")));
    assertEquals(
        NewFields.ADD_COLUMNS,
        newFields(files.formatted(", schemaEvolutionMode => 'addNewColumns'")));
    assertEquals(
        NewFields.FAIL, newFields(files.formatted(", schemaEvolutionMode => 'failOnNewColumns'")));
    assertEquals(NewFields.RESCUE, newFields(files.formatted(", schemaEvolutionMode => 'rescue'")));
    assertEquals(
        NewFields.ADD_COLUMNS,
        newFields(
            """
            CREATE STREAMING TABLE t AS SELECT * FROM cloud_files('in', 'json',
              map('schema', 'id INT', 'cloudFiles.schemaEvolutionMode', 'addNewColumns'));
            """));
  }

  private NewFields newFields(String sql) {
    return read(sql).sources().get(0).newFields();
  }

  @Test
  void aTopicHasTheColumnsThatQueriesName() {
    PipelineSpec spec =
        read(
            """
            CREATE STREAMING TABLE t AS SELECT CAST(key AS STRING) AS k, `timestamp` FROM STREAM read_kafka(
              bootstrapServers => 'localhost:9092', subscribe => 'orders', startingTimestamp => '1767225600000',
              `kafka.security.protocol` => 'SASL_SSL', `kafka.sasl.mechanism` => 'PLAIN',
              `kafka.sasl.jaas.config` => secret('my-scope', 'jaas'));
            """);
    SourceSpec.Kafka kafka = (SourceSpec.Kafka) spec.sources().get(0).connection();
    assertEquals("orders", kafka.topic());
    assertEquals(
        SourceSpec.StartingOffsets.at(Instant.parse("2026-01-01T00:00:00Z")),
        kafka.startingOffsets());
    assertEquals("${MY_SCOPE_JAAS}", kafka.properties().get("sasl.jaas.config").reference());
    assertTrue(
        query(spec, "t")
            .contains("(SELECT `value`, _key AS `key`, _timestamp AS `timestamp` FROM t_topic)"),
        query(spec, "t"));
  }

  @Test
  void catalogsAndSchemasAreFolders() {
    PipelineSpec spec =
        read(
            RAW
                + """
                USE CATALOG main;
                USE SCHEMA sales;
                CREATE STREAMING TABLE a AS SELECT * FROM STREAM(raw);
                CREATE STREAMING TABLE other.b AS SELECT * FROM STREAM(main.sales.a);
                CREATE STREAMING TABLE dev.other.b AS SELECT * FROM STREAM(dev.other.b);
                """);
    assertEquals(
        List.of(" raw", "main/sales a", "main/other main_other_b", "dev/other dev_other_b"),
        spec.datasets().stream().map(d -> d.folder() + " " + d.name()).toList());
    assertEquals("SELECT * FROM        dev_other_b", query(spec, "dev_other_b").stripTrailing());
  }

  @Test
  void settingsFillReferencesAndTheCommandWins() {
    String sql = "SET a.b = 5;\n" + RAW + "CREATE VIEW v AS SELECT ${a.b} AS x FROM raw";
    assertEquals("SELECT 5 AS x FROM raw", query(read(sql), "v"));
    project.set("a.b", "60");
    assertEquals("SELECT 60 AS x FROM raw", query(read(sql), "v"));
  }

  @Test
  void placesBehindAReplacedValueAreThoseOfTheFile() {
    project.set("where", "somewhere/quite/long");
    List<String> told =
        told(
            "CREATE STREAMING TABLE t AS SELECT 1 FROM STREAM read_files('${where}', format =>"
                + " 'orc')");
    assertEquals(List.of("1:84 files of orc cannot be read"), told);
  }

  @Test
  void aNotebooksCellsEndStatements() {
    String notebook =
        "-- Databricks notebook source\n"
            + RAW.replace(";\n", "\n")
            + "-- COMMAND ----------\n"
            + "-- MAGIC %md\n-- MAGIC words\n"
            + "-- COMMAND ----------\n"
            + "CREATE VIEW v AS SELECT id FROM raw /* a /* nested */ comment; */\n"
            + "-- COMMAND ----------\n-- MAGIC %sh\n-- MAGIC ls\n";
    assertEquals(2, read(notebook).datasets().size());
    assertEquals(List.of("the cell %sh is passed over"), notes(notebook));
  }

  @Test
  void flowsAddToTheirTable() {
    PipelineSpec spec =
        read(
            RAW
                + """
                CREATE STREAMING TABLE t COMMENT 'both';
                CREATE FLOW f1 AS INSERT INTO t BY NAME SELECT id FROM STREAM(raw);
                CREATE FLOW f2 AS INSERT INTO t BY NAME SELECT id FROM STREAM(raw) WHERE id > 1;
                """);
    var table = assertInstanceOf(DatasetSpec.StreamingTable.class, dataset(spec, "t").definition());
    assertEquals(2, table.flows().size());
  }

  @Test
  void filesAndYamlMakeOnePipeline() {
    project.pipeline(
        """
        pipeline: p
        dlt_sql: [sql/a.sql]
        sources:
          events: {files: in/*.json, format: json, schema: "id BIGINT"}
        datasets:
          bronze: {streaming_table: {from: events}}
        """);
    PipelineSpec spec =
        read("CREATE VIEW v AS SELECT id FROM cat.sch.bronze; CREATE VIEW w AS SELECT 1 FROM v");
    assertEquals(
        "bronze v w",
        spec.datasets().stream().map(DatasetSpec::name).sorted().collect(Collectors.joining(" ")));
    assertEquals("SELECT id FROM bronze", query(spec, "v").stripTrailing());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE STREAMING TABLE t (id INT MASK f) AS SELECT 1 FROM raw"
            + "@2:34 the column id cannot be masked",
        "CREATE STREAMING TABLE t (d DATE DEFAULT x) AS SELECT 1 FROM raw"
            + "@2:34 the column d cannot be DEFAULT",
        "CREATE STREAMING TABLE t (CONSTRAINT c CHECK (x > 1)) AS SELECT 1 FROM raw"
            + "@2:27 the constraint c is no expectation",
        "CREATE STREAMING TABLE t (CONSTRAINT c EXPECT (x > 1) ON VIOLATION SKIP) AS SELECT 1"
            + "@2:68 SKIP stands where DROP ROW, FAIL UPDATE or QUARANTINE is expected",
        "CREATE STREAMING TABLE t WITH ROW FILTER f ON (a) AS SELECT 1"
            + "@2:26 a row filter cannot be kept",
        "CREATE MATERIALIZED VIEW t@2:1 t has no query",
        "CREATE STREAMING TABLE t@2:1 nothing adds rows to t",
        "CREATE STREAMING TABLE raw AS SELECT 1@2:1 the table raw is made twice",
        "CREATE FLOW f AS INSERT INTO nobody SELECT 1@2:1 the flow f has no table nobody to add rows to",
        "CREATE STREMING TABLE t AS SELECT 1@2:8 STREMING stands where TABLE, VIEW or FLOW is expected",
        "CREATE STREAMING TABLE t AS SELECT 'a@2:36 the ' that opens here is never closed",
        "CREATE STREAMING TABLE t AS SELECT * FROM STREAM(raw@2:49 the ( that opens here is never closed",
        "CREATE VIEW v AS SELECT id FROM raw; CREATE FLOW f AS INSERT INTO v SELECT id FROM raw"
            + "@2:38 the flow f adds rows to v, which is a view",
        "CREATE STREAMING TABLE t AS SELECT * FROM STREAM read_kafka(subscribe => 'a')"
            + "@2:50 read_kafka needs bootstrapServers and subscribe",
        "CREATE STREAMING TABLE t AS SELECT * FROM STREAM read_files('a', format => 'csv', sep => 'ab',"
            + " schema => 'a INT')@2:91 sources.t_files.format.csv.delimiter takes one character, not 'ab'",
        "DROP TABLE raw@2:1 a pipeline has no statement that starts with DROP"
      })
  void whatCannotRunIsToldInItsPlace(String sqlAndProblem) {
    String[] both = sqlAndProblem.split("@", 2);
    assertEquals(List.of(both[1]), told(RAW + both[0]));
  }

  @Test
  void whatIsPassedOverIsSaid() {
    assertEquals(
        List.of(
            "the primary key is passed over",
            "CLUSTER BY is passed over",
            "LOCATION is passed over",
            "the types in the column list of t are not applied",
            "properties of t are passed over: delta.x, y"),
        notes(
            RAW
                + "CREATE STREAMING TABLE t (id BIGINT, CONSTRAINT k PRIMARY KEY (id) RELY) CLUSTER"
                + " BY AUTO LOCATION 'x' TBLPROPERTIES ('quality' = 'gold', delta.x = 1, 'y' ="
                + " 'z') AS SELECT id + 1 AS id FROM raw"));
  }

  /** Whoever means a regular expression by it gets other rows, and no word. */
  @Test
  void aBackslashThatIsDroppedIsTold() {
    project.file(
        "sql/a.sql",
        RAW
            + """
            CREATE STREAMING TABLE t (CONSTRAINT c EXPECT (name RLIKE '\\d'))
            AS SELECT name, '\\n\\t\\'\\"\\\\d\\%\\_\\b\\0\\065\\u0041' AS fine, r'\\d' AS raw, -- '\\d'
              split(name, "a\\|b\\|c") AS parts FROM STREAM raw;
            """);
    assertEquals(
        List.of(
            "4:17 the backslash before | in this text is dropped",
            "2:60 the backslash before d in this text is dropped"),
        new PipelineReader()
            .draft(project.location(), Map.of(), name -> null).notes().stream()
                .map(p -> p.at().line() + ":" + p.at().column() + " " + p.problem())
                .toList());
  }

  @Test
  void aTableInTheFolderOfAnotherIsRefused() {
    assertEquals(
        List.of("2:1 b would lie in the folder of the table raw"),
        told(RAW + "CREATE STREAMING TABLE raw.b AS SELECT id FROM raw"));
  }

  @Test
  void aWholeNameMayMeanAnOwnTableAndIsSaid() {
    String sql = RAW + "CREATE STREAMING TABLE t AS SELECT id FROM main.sales.raw";
    assertEquals("SELECT id FROM raw", query(read(sql), "t").stripTrailing());
    assertEquals(List.of("main.sales.raw is taken for this pipeline's own raw"), notes(sql));
    assertEquals(
        List.of("2:47 raw2 reads main.sales.raw2, which no file here makes"),
        told(RAW + "CREATE STREAMING TABLE raw2 AS SELECT id FROM main.sales.raw2"));
  }

  @Test
  void aViewOfFilesIsASource() {
    PipelineSpec spec =
        read(
            RAW
                + """
                CREATE TEMPORARY VIEW places AS
                SELECT * FROM read_files('p.csv', format => 'csv', header => true, schema => 'id INT');
                CREATE STREAMING TABLE t AS SELECT r.id FROM STREAM(raw) r LEFT JOIN LIVE.places p ON r.id = p.id;
                """);
    assertEquals(
        List.of("raw_files false", "places true"),
        spec.sources().stream().map(s -> s.name() + " " + s.reference()).toList());
    assertEquals(2, spec.datasets().size());
  }

  @Test
  void aNameOfThePipelineFileIsTaken() {
    project.pipeline(
        """
        pipeline: p
        dlt_sql: sql/a.sql
        sources:
          raw: {files: in/*.json, format: json, schema: "id BIGINT"}
        """);
    assertEquals(List.of("1:1 the name raw is taken"), told(RAW));
  }
}
