package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A lake of two runs, between which its tables have got a column: files of two schemas, a
 * quarantine, a table that is updated, and a view whose files have been replaced.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SqlCommandIT {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));

  private static final String YAML =
      """
      pipeline: p
      sources:
        feed: {files: "in/*.csv", format: csv, schema: "id INT, city STRING, amount DECIMAL(9,2)"}
      datasets:
        orders:
          streaming_table: {sql: "SELECT id, city, amount FROM STREAM feed"}
          expect:
            positive: {expect: amount > 0, on_violation: quarantine}
        newest:
          streaming_table:
            sql: "SELECT id, city, amount FROM STREAM orders"
            upsert: {keys: [id], sequence_by: amount}
        by_city:
          materialized_view: {sql: "SELECT city, COUNT(*) AS orders, SUM(amount) AS amount FROM orders GROUP BY city"}
      """;

  @TempDir static Path dir;
  private TestingConsole console;

  /** Its secret is set nowhere: whoever reads tables needs none. */
  private static final String LIVE =
      """
      sources:
        live:
          event_hubs: {namespace: n, event_hub: h, connection_string: "${NOBODY_SETS_THIS}"}
          format: json
          schema: "id INT"
      """;

  @BeforeAll
  void runs() {
    TestingPipeline project = new TestingPipeline(dir).yaml(YAML);
    project.land("1.csv", "id,city,amount\n1,Rome,10\n2,Oslo,20.5\n3,Rome,-1\n4,,7\n");
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    assertEquals(0, console.type("run", "p"), console.err());
    String noted =
        YAML.replace("amount DECIMAL(9,2)\"}", "amount DECIMAL(9,2), note STRING\"}")
            .replace(
                "id, city, amount FROM STREAM feed", "id, city, amount, note FROM STREAM feed");
    project
        .yaml(noted)
        .land("2.csv", "id,city,amount,note\n1,Bonn,11,a;b\n5,Oslo,5,c\n6,Oslo,0,d\n");
    assertEquals(0, console.type("run", "p"), console.err());
    project.yaml(noted.replace("sources:\n", LIVE) + "  later: {streaming_table: {from: live}}\n");
  }

  private static List<Map<String, Object>> parsed(String json) throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String line : json.lines().toList()) {
      Map<String, Object> row = new LinkedHashMap<>();
      JsonNode node = JSON.readTree(line);
      node.fieldNames().forEachRemaining(name -> row.put(name, node.get(name).asText()));
      rows.add(row);
    }
    return rows;
  }

  private String answer(String... arguments) {
    List<String> words = new ArrayList<>(List.of("sql", "p"));
    words.addAll(List.of(arguments));
    assertEquals(0, console.type(words.toArray(String[]::new)), console.err());
    return console.out();
  }

  @Test
  void rowsAreFilteredAndPrintedAsShowPrintsThem() {
    assertEquals(
        """
        id  city  amount  note
         1  Rome   10.00  NULL
         1  Bonn   11.00  a;b
        """,
        answer("SELECT * FROM orders WHERE id = 1 ORDER BY amount"));
    assertEquals("2 rows\n", console.err());
    // Names in any case; columns that have no name, or the same.
    assertEquals(
        "count(1)  id  id\n       5   5   5\n",
        answer("SELECT COUNT(*), 5 AS id, 5 AS id FROM Orders"));
  }

  @Test
  void aColumnThatCameLaterIsNullInFilesBeforeIt() {
    assertEquals(
        "note  n\nNULL  3\na;b   1\nc     1\n",
        answer("SELECT note, COUNT(*) AS n FROM orders GROUP BY note ORDER BY n DESC, note"));
    assertEquals("count(note)\n          2\n", answer("SELECT COUNT(note) FROM orders"));
  }

  @Test
  void groupsAreOrderedAndLimited() {
    String query =
        "SELECT city, SUM(amount) AS s FROM orders GROUP BY city ORDER BY s DESC LIMIT 2";
    assertEquals("city      s\nOslo  25.50\nBonn  11.00\n", answer(query));
    // An order holds without a LIMIT, of few rows and behind a LIMIT that cuts none.
    assertEquals(
        List.of("id", "6", "5", "4", "3"),
        answer(
                "SELECT * FROM (SELECT id FROM VALUES (4),(6),(3),(5) AS t(id) LIMIT 9) ORDER BY id DESC")
            .lines()
            .map(String::strip)
            .toList());
  }

  @Test
  void aTableIsJoinedWithItsQuarantine() {
    assertEquals(
        """
        id  city  _failed_expectations  accepted
         3  Rome  ["positive"]                 1
         6  Oslo  ["positive"]                 2
        """,
        answer(
            """
            SELECT q.id, q.city, q._failed_expectations, COUNT(o.id) AS accepted
            FROM orders_quarantine q LEFT JOIN orders o ON o.city = q.city
            GROUP BY ALL ORDER BY q.id
            """));
  }

  @Test
  void queriesOfWithAndWindowFunctions() {
    assertEquals(
        """
        city  id  r
        Bonn   1  1
        Oslo   2  1
        Rome   1  1
        """,
        answer(
            """
            WITH ranked AS (
              SELECT city, id, ROW_NUMBER() OVER (PARTITION BY city ORDER BY amount DESC) AS r
              FROM orders WHERE city IS NOT NULL)
            SELECT * FROM ranked WHERE r = 1 ORDER BY city
            """));
  }

  @Test
  void viewsAndUpdatedTablesAreReadAsTheyStand() {
    assertEquals(
        "city  orders  amount\nBonn       1   11.00\nOslo       2   25.50\n",
        answer("SELECT * FROM by_city WHERE city > 'A' AND city <> 'Rome' ORDER BY city"));
    assertEquals(
        "id  city\n 1  Bonn\n 2  Oslo\n",
        answer("SELECT id, city FROM newest WHERE id < 3 ORDER BY 1"));
    assertEquals(
        "true\n",
        answer("SELECT COUNT(*) > 0 AS any FROM event_log").lines().skip(1).toList().get(0) + "\n");
  }

  @Test
  void sparkGivesTheSame() throws IOException {
    String query =
        """
        SELECT o.city, COUNT(DISTINCT o.id) AS ids, MAX(v.orders) AS orders,
          SUM(SUM(o.amount)) OVER (ORDER BY o.city) AS running
        FROM %s o JOIN %s v ON o.city <=> v.city
        GROUP BY o.city HAVING COUNT(*) > 0 ORDER BY o.city NULLS LAST
        """;
    String orders = "delta.`" + dir.resolve("lake/orders") + "`";
    String byCity = "delta.`" + dir.resolve("lake/by_city") + "`";
    List<Map<String, Object>> expected = new ArrayList<>();
    for (Map<String, Object> row : SparkReader.sql(query.formatted(orders, byCity))) {
      Map<String, Object> texts = new LinkedHashMap<>();
      row.forEach((name, value) -> texts.put(name, String.valueOf(value)));
      expected.add(texts);
    }
    assertEquals(
        expected, parsed(answer(query.formatted("orders", "by_city"), "--output", "json")));
    assertEquals(4, expected.size());
  }

  @Test
  void jsonIsAnObjectALine() throws IOException {
    String json =
        answer(
            "SELECT id, amount, array(city) AS cities, INTERVAL 1 DAY AS d FROM orders WHERE id = 2",
            "--output",
            "json");
    assertEquals(
        JSON.readTree(
            "{\"id\":2,\"amount\":20.50,\"cities\":[\"Oslo\"],\"d\":\"INTERVAL '1' DAY\"}"),
        JSON.readTree(json));
    assertEquals(2, console.type("sql", "p", "SELECT 1 AS a, 2 AS a", "--output", "json"));
    assertTrue(console.err().contains("two columns named a"), console.err());
    JsonNode error = JSON.readTree(console.out()).path("error");
    assertEquals("QUERY_INVALID", error.path("code").asText());
    assertEquals(2, console.type("sql", "p", "SELECT\n idd FROM orders", "--output", "json"));
    assertEquals(2, JSON.readTree(console.out()).at("/error/line").asInt());
  }

  @Test
  void moreRowsThanAreWantedAreToldOf() {
    assertEquals("id\n 0\n 1\n", answer("SELECT id FROM range(9)", "--limit", "2"));
    assertTrue(console.err().startsWith("2 rows; there are more: --limit N"), console.err());
    assertEquals("id\n 0\n 1\n", answer("SELECT id FROM range(2)", "--limit", "2"));
    assertEquals("2 rows\n", console.err());
    // What a query says itself holds.
    answer("SELECT id FROM range(9) LIMIT 5", "--limit", "2");
    assertEquals("5 rows\n", console.err());
    answer("SELECT id FROM range(9)", "--limit", "2", "--output", "json");
    assertEquals(2, console.out().lines().count());
    assertTrue(console.err().startsWith("there are more"), console.err());
  }

  @Test
  void tablesAreListedAndDescribed() throws IOException {
    List<String> listed = answer("SHOW TABLES").lines().map(line -> line.split(" ")[0]).toList();
    assertTrue(listed.containsAll(List.of("orders", "orders_quarantine", "newest", "event_log")));
    assertFalse(listed.contains("later"), "no run has made it");
    assertTrue(
        answer("describe Orders").replaceAll(" +", " ").contains("\namount DECIMAL(9,2)"),
        console.out());
    assertTrue(console.out().replaceAll(" +", " ").contains("\n_position STRING not in *"));
    JsonNode first =
        JSON.readTree(answer("DESC TABLE orders", "--output", "json").lines().toList().get(0));
    assertEquals("id", first.path("column").asText());
    assertEquals("INT", first.path("type").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO orders SELECT * FROM orders",
        "FROM orders INSERT INTO newest SELECT *",
        "WITH a AS (SELECT 1) INSERT INTO orders SELECT * FROM a",
        "CREATE TABLE t AS SELECT 1",
        "DROP TABLE orders",
        "SET a = b",
        "ADD JAR 'x.jar'",
        "OPTIMIZE orders"
      })
  void whatWritesIsRefused(String statement) {
    assertEquals(2, console.type("sql", "p", statement), console.out());
    assertEquals("", console.out());
    assertTrue(console.err().contains("tables are read, and never changed"), console.err());
    assertFalse(console.err().contains("\tat "), console.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT * FROM parquet.`/etc/passwd` | no files",
        "SELECT * FROM csv.`in/1.csv` | no files",
        "SELECT * FROM `in/1.csv` | no files",
        "SELECT * FROM delta.`lake/orders` | no files",
        "SELECT * FROM read_files('in') | no files",
        "SELECT java_method('java.lang.System', 'exit', 3) | there is no function java_method",
        "SELECT reflect('java.lang.System', 'exit', 3) | there is no function reflect",
        "SELECT try_reflect('java.lang.System', 'exit', 3) | there is no function try_reflect",
        "SELECT * FROM orders VERSION AS OF 0 | VERSION AS OF",
        "SELECT * FROM ordrs | did you mean orders?",
        "SELECT * FROM p.orders | did you mean orders?",
        "DESCRIBE ordrs | did you mean orders?",
        "SELECT citty FROM orders | line 1, column 8: [UNRESOLVED_COLUMN.WITH_SUGGESTION] there is no column citty",
        "SELECT citty FROM orders | did you mean city?",
        "SELCT city FROM orders | did you mean SELECT?",
        "SELECT rand() | rand is not possible here",
        "SELECT 1 + | PARSE_SYNTAX_ERROR",
        "SELECT 'a | never closed",
        "SHOW DATABASES | only tables are shown",
        "/* nothing */ | there is no statement"
      })
  void whatCannotBeReadIsToldInASentence(String statement, String told) {
    assertEquals(2, console.type("sql", "p", statement), console.out());
    assertEquals("", console.out());
    assertTrue(console.err().contains(told), console.err());
    assertFalse(console.err().contains("\tat "), console.err());
    assertFalse(console.err().contains("dataset"), console.err());
  }

  @Test
  void whatFailsOnARowIsNoStackTrace() {
    assertEquals(1, console.type("sql", "p", "SELECT 1 / (id - id) FROM orders"));
    assertTrue(console.err().contains("the query fails on a row"), console.err());
    assertTrue(console.err().contains("DIVIDE_BY_ZERO"), console.err());
    assertEquals(1, console.type("sql", "p", "SELECT * FROM later"));
    assertTrue(console.err().contains("there is no Delta table at"), console.err());
    assertFalse(Files.exists(dir.resolve("lake/later")), "nothing is made");
    String endless =
        "SELECT COUNT(*) FROM range(9999) a, range(9999) b, range(9999) c, range(9999) d";
    assertEquals(1, console.type("sql", "p", endless, "--timeout", "1s"));
    assertTrue(console.err().contains("has taken longer than 1 s"), console.err());
  }

  @Test
  void statementsComeFromTheInput() {
    String statements =
        """
        -- a comment; and what it holds
        SELECT ';' AS a, ";" AS b, id AS `c;` FROM orders WHERE note = 'a;b';
        /* another; one */ ;
        SELECT 2 AS two
        """;
    assertEquals(0, console.typeWith(statements, false, "sql", "p"), console.err());
    assertEquals("a  b  c;\n;  ;   1\ntwo\n  2\n", console.out());
    // The first one that fails ends it, and is told with its place.
    assertEquals(
        2, console.typeWith("SELECT 1 AS a;\nSELECT\n x;\nSELECT 3 AS c;", false, "sql", "p"));
    assertEquals("a\n1\n", console.out());
    assertTrue(console.err().contains("line 3, column 2: "), console.err());
  }

  @Test
  void statementsComeFromAFile() throws IOException {
    Files.writeString(dir.resolve("asked.sql"), "SELECT 1 AS a;\nSELECT\n  x FROM orders;\n");
    assertEquals(2, console.type("sql", "p", "--file", "asked.sql"));
    assertEquals("a\n1\n", console.out());
    assertTrue(console.err().contains("asked.sql:3:3: "), console.err());
    assertEquals(2, console.type("sql", "p", "--file", "asked.sqll"));
    assertTrue(console.err().contains("there is no file asked.sqll"), console.err());
    assertEquals(2, console.type("sql", "p", "SELECT 1", "--file", "asked.sql"));
  }

  @Test
  void aPromptGoesOnAfterAFailure() {
    String typed =
        """
        tables
        describe by_city
        SELECT id,
          ';' AS sign
        FROM orders WHERE id = 5;
        SELECT nothing FROM orders;
        SELECT 1 / 0;
        SELECT 7 AS seven; SELECT 8 AS eight;
        help
        quit
        SELECT 9 AS nine;
        """;
    assertEquals(0, console.typeWith(typed, true, "sql", "p"), console.err());
    assertTrue(console.out().startsWith("table "), console.out());
    assertTrue(console.out().contains("\nid  sign\n 5  ;\n"), console.out());
    assertTrue(console.out().endsWith("seven\n    7\neight\n    8\n"), console.out());
    assertTrue(console.err().contains("lakebeam>        ->        -> 1 row"), console.err());
    assertTrue(console.err().contains("there is no column nothing"), console.err());
    assertTrue(console.err().contains("DIVIDE_BY_ZERO"), console.err());
    // The end of the input leaves as well.
    assertEquals(0, console.typeWith("SELECT 1 AS a;\n", true, "sql", "p"));
    assertEquals("a\n1\n", console.out());
  }

  @Test
  void nothingIsWrittenIntoTheLake() throws IOException {
    Map<String, Long> before = files();
    answer("SELECT * FROM orders JOIN by_city USING (city)");
    answer("SHOW TABLES");
    answer("DESCRIBE event_log");
    assertEquals(before, files());
  }

  private static Map<String, Long> files() throws IOException {
    Map<String, Long> files = new LinkedHashMap<>();
    try (Stream<Path> all = Files.walk(dir.resolve("lake"))) {
      for (Path file : all.sorted().toList()) {
        files.put(file.toString(), Files.getLastModifiedTime(file).toMillis());
      }
    }
    return files;
  }
}
