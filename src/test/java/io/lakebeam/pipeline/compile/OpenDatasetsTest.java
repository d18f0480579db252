package io.lakebeam.pipeline.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How views of SQL files of Delta Live Tables are kept. */
class OpenDatasetsTest {
  private static final String RAW =
      """
      CREATE STREAMING TABLE raw AS SELECT * FROM STREAM read_files('in', format => 'json', schema => 'id INT, name STRING, arr ARRAY<INT>');
      CREATE STREAMING TABLE other AS SELECT id, name AS title FROM STREAM raw;
      """;

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir).yaml("pipeline: p\ndlt_sql: \"sql/*.sql\"\n");
  }

  private TestingPipeline sql(String sql) {
    return project.file("sql/a.sql", RAW + sql);
  }

  private List<String> kinds(String sql) {
    return sql(sql).compile().graph().datasets().stream()
        .filter(dataset -> !List.of("raw", "other").contains(dataset.name()))
        .map(dataset -> dataset.name() + " " + dataset.kind())
        .toList();
  }

  @Test
  void aQuerySaysWhatAViewIs() {
    String sql =
        """
        CREATE MATERIALIZED VIEW rows AS SELECT id AS count, 'GROUP BY' AS over FROM raw; -- SUM(id)
        CREATE MATERIALIZED VIEW inner_sum AS SELECT name, n FROM (SELECT name, COUNT(*) AS n FROM raw GROUP BY name);
        CREATE LIVE TABLE latest AS SELECT max_by(name, id) AS name FROM LIVE.raw;
        CREATE MATERIALIZED VIEW of_view AS SELECT upper(name) AS name FROM latest;
        CREATE VIEW busy AS SELECT name, COUNT(*) AS n FROM raw GROUP BY name;
        CREATE MATERIALIZED VIEW through AS SELECT name, n FROM busy;
        CREATE MATERIALIZED VIEW folded AS SELECT id, aggregate(arr, 0, (a, x) -> a + x) AS s FROM raw;
        CREATE MATERIALIZED VIEW of_rows AS SELECT count, COUNT(*) AS n FROM rows GROUP BY count;
        CREATE MATERIALIZED VIEW whole AS SELECT * FROM read_files('in', format => 'text');
        CREATE MATERIALIZED VIEW piped AS FROM raw |> WHERE id > 1 |> SELECT id;
        CREATE VIEW good (CONSTRAINT c EXPECT (id > 0) ON VIOLATION QUARANTINE) AS SELECT id FROM raw;
        CREATE VIEW seen AS SELECT id FROM good;
        """;
    assertEquals(
        List.of(
            "folded STREAMING_TABLE",
            "good STREAMING_TABLE",
            "inner_sum MATERIALIZED_VIEW",
            "latest MATERIALIZED_VIEW",
            "of_rows MATERIALIZED_VIEW",
            "of_view MATERIALIZED_VIEW",
            "piped STREAMING_TABLE",
            "rows STREAMING_TABLE",
            "through MATERIALIZED_VIEW",
            "whole STREAMING_TABLE"),
        kinds(sql).stream().sorted().toList());
    CompiledPipeline compiled = project.compile();
    assertEquals(
        List.of("folded", "good", "piped", "rows", "whole"),
        compiled.spec().notes().stream()
            .map(Problem::problem)
            .map(note -> note.replace(" is kept as a streaming table", ""))
            .sorted()
            .toList());
    assertEquals(1, compiled.table("good").orElseThrow().rules().size());
    assertTrue(compiled.table("whole").orElseThrow().storesRaw(), "a copy keeps the record");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          SELECT COUNT(*) AS n FROM read_files('a', format => 'text') # the materialized view q reads files itself # CREATE STREAMING TABLE raw
          SELECT NULL AS nothing FROM raw # column nothing has the type VOID # CAST it
          SELECT nme FROM raw # [UNRESOLVED_COLUMN.WITH_SUGGESTION] there is no column nme # did you mean name?
          """)
  void aQueryThatIsNeitherIsRefused(String query, String problem, String fix) {
    List<Problem> problems = sql("CREATE MATERIALIZED VIEW q AS " + query).problems();
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(problems.get(0).problem().startsWith(problem), problems.toString());
    assertTrue(problems.get(0).fix().contains(fix), problems.toString());
    assertEquals("sql/a.sql", problems.get(0).at().file());
    assertEquals(3, problems.get(0).at().line());
  }

  @Test
  void aViewWithRulesThatGroupsIsRefusedAsOne() {
    List<Problem> problems =
        sql("CREATE VIEW q (CONSTRAINT c EXPECT (n > 0)) AS SELECT COUNT(*) AS n FROM raw")
            .problems();
    assertEquals("q cannot have expectations", problems.get(0).problem());
  }

  @Test
  void rowsOfATableThatIsCalledAViewMayBeRead() {
    assertEquals(
        List.of("a STREAMING_TABLE", "b STREAMING_TABLE"),
        kinds(
            """
            CREATE MATERIALIZED VIEW a AS SELECT id FROM raw;
            CREATE STREAMING TABLE b AS SELECT id + 1 AS id FROM STREAM a;
            """));
    String grouped =
        "CREATE MATERIALIZED VIEW a AS SELECT id, COUNT(*) AS n FROM raw GROUP BY id;\n";
    assertEquals(
        List.of("a MATERIALIZED_VIEW", "b MATERIALIZED_VIEW"),
        kinds(grouped + "CREATE MATERIALIZED VIEW b AS SELECT id + 1 AS id FROM a;"));
    List<Problem> problems =
        sql(grouped + "CREATE STREAMING TABLE b AS SELECT id + 1 AS id FROM STREAM a;").problems();
    assertEquals("b reads a, which is a materialized view", problems.get(0).problem());
  }
}
