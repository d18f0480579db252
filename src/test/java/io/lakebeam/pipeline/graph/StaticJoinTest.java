package io.lakebeam.pipeline.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.pipeline.CompiledFlow;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which relation of a query is the stream, and what is read of the others. */
class StaticJoinTest {
  private static final String YAML =
      """
      pipeline: p
      sources:
        raw: {files: "in/*.csv", format: csv, schema: "id BIGINT, city STRING"}
        codes: {reference: codes.csv, format: csv, schema: "code STRING, label STRING"}
      datasets:
        a: {streaming_table: {from: raw}}
        b: {streaming_table: {sql: "SELECT id, city, UPPER(city) AS loud FROM a"}}
        v: {materialized_view: {sql: "SELECT city, COUNT(*) AS n FROM a GROUP BY city"}}
        w: {view: {sql: "WITH x AS (SELECT id, city FROM b) SELECT id, city AS town FROM x"}}
        q: {streaming_table: {sql: "%s"}}
      """;

  @TempDir Path dir;

  @Test
  void aViewIsNoStream() {
    for (String flow : List.of("{from: v}", "{transform: a.B, from: [a, v]}")) {
      TestingPipeline project =
          new TestingPipeline(dir)
              .yaml(YAML.replace("{sql: \"%s\"}", flow))
              .file("codes.csv", "code,label\n");
      assertTrue(
          project.told().get(0).contains("q reads v, which is a materialized view"),
          project.told().toString());
    }
  }

  private TestingPipeline project(String sql) {
    return new TestingPipeline(dir).yaml(YAML.formatted(sql)).file("codes.csv", "code,label\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          SELECT a.id, b.loud FROM a JOIN b ON a.id = b.id # a # b[id, loud]
          SELECT a.id, b.loud FROM b JOIN STREAM a ON a.id = b.id # a # b[id, loud]
          SELECT a.id, b.loud FROM b JOIN STREAM(a) ON a.id = b.id # a # b[id, loud]
          SELECT raw.id, b.loud FROM b JOIN raw ON raw.id = b.id # raw # b[id, loud]
          SELECT a.id, v.n FROM a LEFT JOIN v ON v.city = a.city AND v.n > 1 # a # v[city, n]
          SELECT x.id FROM a AS x LEFT ANTI JOIN a ON a.id < x.id # a # a[id]
          SELECT a.id FROM a CROSS JOIN b # a # b[id]
          SELECT a.id, w.town FROM a JOIN w USING (id) # a # b[id, city]
          SELECT a.id, w.town FROM a JOIN STREAM w USING (id) # b # a[id]
          SELECT a.id, b.loud, c.label FROM codes c JOIN a ON c.code = a.city JOIN b ON b.city = c.label # a # b[city, loud]
          SELECT a.*, s.n FROM a JOIN (SELECT city, n + 1 AS n FROM v WHERE n > 3) s ON s.city = a.city # a # v[city, n]
          SELECT x.id FROM a x JOIN b y ON x.id = y.id JOIN b z ON z.city = y.city # a # b[id, city] b[city]
          """)
  void oneRelationIsReadRowByRow(String sql, String input, String joined) {
    CompiledFlow flow = project(sql).compile().table("q").orElseThrow().flows().get(0);
    assertEquals(List.of(input), flow.takes());
    assertEquals(
        joined, String.join(" ", flow.joined().stream().map(table -> table.key()).toList()));
  }

  @Test
  void lineageHasBothSidesAndOnlyTheStreamFeeds() {
    CompiledPipeline compiled =
        project("SELECT raw.id, b.loud, c.label FROM raw JOIN b ON raw.id = b.id JOIN codes c")
            .compile();
    assertEquals(
        List.of("b", "codes", "raw"),
        compiled.graph().dataset("q").orElseThrow().inputs().stream().sorted().toList());
    assertEquals(List.of("b"), List.copyOf(compiled.joinedTables().keySet()));
    assertTrue(compiled.pathOf("v").uri().endsWith("/v"));
    CompiledPipeline apart = project("SELECT v.n, a.id FROM a JOIN v ON a.city = v.city").compile();
    assertEquals(
        List.of("a", "b", "q"),
        apart.tablesFedBy("raw").stream().map(CompiledTable::name).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          SELECT a.id FROM a JOIN b ON b._raw = a.city # b does not store _raw
          SELECT v.n FROM v JOIN a ON v.city = a.city # q reads v, which is a materialized view
          SELECT a.id FROM STREAM a JOIN STREAM(b) ON a.id = b.id # this join is not with reference data
          SELECT a.id FROM a RIGHT JOIN b ON a.id = b.id # a RIGHT OUTER JOIN is not possible here
          SELECT raw.id FROM raw JOIN raw x ON raw.id = x.id # this join is not with reference data
          SELECT a.id FROM a JOIN (SELECT id, current_timestamp() AS t FROM b) s ON s.id = a.id # the current time is not known here
          SELECT a.id FROM a JOIN (SELECT city, COUNT(*) AS n FROM b GROUP BY city) s ON s.city = a.city # a streaming table cannot group rows
          """)
  void whatCannotStandStillIsRefused(String sql, String problem) {
    List<String> told = project(sql).told();
    assertTrue(told.get(0).contains(problem), told.toString());
  }
}
