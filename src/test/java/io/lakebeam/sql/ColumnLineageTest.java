package io.lakebeam.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each column of a query is computed from. */
class ColumnLineageTest {
  private static final TestingQuery T =
      new TestingQuery(
          "id BIGINT, first STRING, last STRING, tags ARRAY<STRING>, s STRUCT<a: INT, b: INT>",
          Map.of("ref", "code STRING, name STRING, weight INT"),
          Map.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          SELECT id FROM t                                          # id<t.id
          SELECT ID AS k FROM t WHERE last = 'x'                    # k<t.id
          SELECT first || last AS name, 1 AS one FROM t             # name<t.first,t.last one<
          SELECT x + 1 AS y FROM (SELECT id * 2 AS x, first FROM t) # y<t.id
          WITH w AS (SELECT upper(first) AS u FROM t) SELECT u AS v FROM w # v<t.first
          SELECT id, explode(tags) AS tag FROM t                    # id<t.id tag<t.tags
          SELECT v.p + id AS n FROM t LATERAL VIEW posexplode(tags) v AS p, tag # n<t.id,t.tags
          SELECT s.a AS x FROM t                                    # x<t.s
          SELECT id, name FROM t LEFT JOIN ref ON code = first      # id<t.id name<ref.name
          SELECT CASE WHEN weight > 1 THEN last END AS x FROM t JOIN ref ON TRUE # x<ref.weight,t.last
          SELECT transform(tags, y -> y || first) AS x FROM t       # x<t.first,t.tags
          """)
  void columnsComeFrom(String sql, String lineage) throws Exception {
    String found =
        T.query(sql).lineage().entrySet().stream()
            .map(
                column ->
                    column.getKey()
                        + "<"
                        + column.getValue().stream()
                            .map(origin -> origin.relation() + "." + origin.column())
                            .collect(Collectors.joining(",")))
            .collect(Collectors.joining(" "));
    assertEquals(lineage, found);
  }
}
