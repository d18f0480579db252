package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that take SQL files of Delta Live Tables in place of a pipeline file. */
class SqlFileCommandsTest {
  private static final String GOOD =
      "CREATE STREAMING TABLE lines COMMENT 'x' CLUSTER BY (value)"
          + " AS SELECT * FROM STREAM read_files('in', format => 'text');\n";
  private static final String BAD =
      """
      CREATE STREAMING TABLE target;
      APPLY CHANGES INTO target FROM STREAM(lines) KEYS (k) SEQUENCE BY s STORED AS SCD TYPE 3;
      CREATE MATERIALIZED VIEW counted AS SELECT k, COUNT(*) AS n FROM target GROUP BY k;
      CREATE STREAMING TABLE open AS SELECT a + 1 AS b FROM STREAM read_files('in', format => 'json');
      """;

  @TempDir Path dir;
  private TestingConsole console;

  @BeforeEach
  void files() throws IOException {
    console = new TestingConsole(dir);
    write("sql/good.sql", GOOD);
  }

  private void write(String file, String text) throws IOException {
    Path path = dir.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void aFileOrFolderIsAPipeline() {
    assertEquals(0, console.type("validate", "sql/good.sql"), console.out());
    assertEquals("good: 1 source, 1 dataset, 1 flow, no problems\n", console.out());
    assertEquals(
        "note: sql/good.sql:1:42: CLUSTER BY is passed over: tables are not sorted by columns\n",
        console.err());
    assertEquals(0, console.type("graph", "sql"));
    assertTrue(console.out().contains("lines"), console.out());
    assertEquals("1 note on what the SQL means here: lakebeam validate sql\n", console.err());
  }

  @Test
  void aProblemIsToldInTheSqlFile() throws IOException {
    write("sql/bad.sql", BAD);
    assertEquals(1, console.type("validate", "sql"));
    assertTrue(
        console.out().contains("sql/bad.sql:2:1: SCD TYPE 3 is not possible\n"), console.out());
    assertTrue(console.out().contains("    2 | APPLY CHANGES INTO target FROM"), console.out());
    assertTrue(console.out().contains("3 problems, 1 of them because of others"), console.out());
  }

  @Test
  void convertWritesWhatValidates() throws IOException {
    assertEquals(0, console.type("convert", "sql", "--to", "new"), console.err());
    assertEquals("new/pipeline.yaml\n", console.out());
    assertEquals(0, console.type("convert", "sql", "--to", "new"), "the same again");
    assertEquals(0, console.type("validate", "new"));
    assertEquals("sql: 1 source, 1 dataset, 1 flow, no problems\n", console.out());
    Files.writeString(dir.resolve("new/pipeline.yaml"), "pipeline: mine\n");
    assertEquals(1, console.type("convert", "sql", "--to", "new"));
    assertTrue(console.err().contains("the file is there already"), console.err());
    assertEquals("pipeline: mine\n", Files.readString(dir.resolve("new/pipeline.yaml")));
    assertEquals(1, console.type("convert", "new", "--to", "other"));
    assertTrue(console.err().contains("this is a pipeline file already"), console.err());
    assertFalse(Files.exists(dir.resolve("other")));
  }

  /** Queries say what a view is, also where nobody knows what they read. */
  @Test
  void convertKnowsWhichViewsAreTables() throws IOException {
    write(
        "sql/views.sql",
        """
        CREATE MATERIALIZED VIEW plain AS SELECT value, length(value) AS count FROM lines;
        CREATE MATERIALIZED VIEW counted AS SELECT n FROM (SELECT COUNT(*) AS n FROM lines);
        CREATE MATERIALIZED VIEW theirs AS SELECT a AS sum FROM elsewhere WHERE a > ${least};
        CREATE MATERIALIZED VIEW sums AS SELECT max_by(a, b) AS m FROM elsewhere;
        """);
    assertEquals(0, console.type("convert", "sql", "--to", "new"), console.err());
    String yaml = Files.readString(dir.resolve("new/pipeline.yaml"));
    for (String table : List.of("plain", "theirs")) {
      assertTrue(yaml.contains("streaming_table: transforms/" + table + ".sql\n"), yaml);
    }
    for (String view : List.of("counted", "sums")) {
      assertTrue(yaml.contains("materialized_view: transforms/" + view + ".sql\n"), yaml);
    }
    assertTrue(console.err().contains("note: sql/views.sql:1:1: plain is kept as"), console.err());
  }

  @Test
  void importCheckKnowsSourcesOfThePipelineFile() throws IOException {
    write("sql/theirs/a.sql", "CREATE STREAMING TABLE a AS SELECT id + 1 AS next FROM STREAM ids;");
    assertEquals(0, console.type("import-check", "sql/theirs"));
    assertTrue(console.out().endsWith("0 of 1 statement run\n"), console.out());
    write(
        "pipelines/theirs/pipeline.yaml",
        """
        pipeline: theirs
        dlt_sql: ["sql/theirs/*.sql"]
        sources: {ids: {files: "in/*", format: json, schema: "id INT"}}
        """);
    assertEquals(0, console.type("import-check", "sql/theirs"));
    assertTrue(console.out().endsWith("1 of 1 statement run\n"), console.out());
    assertEquals(0, console.type("import-check", "sql"));
    assertTrue(console.out().endsWith("2 of 2 statements run\n"), console.out());
  }

  @Test
  void importCheckCountsWhatRunsAndWhy() throws IOException {
    write("sql/bad.sql", BAD);
    write("sql/other.sql", "SELECT 1");
    write("sql/more/again.sql", GOOD);
    write("sql/more/p.py", "import dlt\n");
    assertEquals(0, console.type("import-check", "sql"));
    String out = console.out();
    assertTrue(out.contains("sql/bad.sql                  4    0       4\n"), out);
    assertTrue(out.contains("once: SCD TYPE 3 is not possible"), out);
    assertTrue(
        out.endsWith(
            "3 files in 2 pipelines: 2 of 6 statements run; 1 other .sql file without such"
                + " statements; 1 file of Python, which is not read\n"),
        out);
    assertEquals(0, console.type("import-check", "sql", "--output", "json"));
    JsonNode json = new ObjectMapper().readTree(console.out());
    assertEquals(2, json.get("run").asInt());
    assertEquals(4, json.get("do_not_run").asInt());
    assertEquals("target", json.get("statements").get(1).get("name").asText());
    assertFalse(json.get("statements").get(1).get("runs").asBoolean());
    assertEquals(2, json.get("statements").get(1).get("problems").get(0).get("line").asInt());
  }
}
