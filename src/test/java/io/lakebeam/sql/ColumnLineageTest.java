package io.lakebeam.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.graph.ColumnUse;
import io.lakebeam.graph.Lineage;
import java.util.LinkedHashMap;
import java.util.List;
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
        T.query(sql).lineage().origins().entrySet().stream()
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          SELECT id, id + 1 AS next FROM t WHERE last = 'x' # id<IDENTITY t.id next<TRANSFORMATION t.id *<FILTER t.last
          SELECT id FROM t LEFT JOIN ref ON code = first    # id<IDENTITY t.id *<JOIN ref.code,JOIN t.first
          SELECT IF(weight > 1, last, first) AS x FROM t JOIN ref ON TRUE # x<CONDITIONAL ref.weight,TRANSFORMATION t.first,TRANSFORMATION t.last
          SELECT id FROM t LATERAL VIEW explode(tags) v AS tag WHERE tag > 'a' # id<IDENTITY t.id *<FILTER t.tags
          """)
  void aFlowsColumnsAreUsed(String sql, String lineage) throws Exception {
    assertEquals(lineage, text(T.query(sql).lineage()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          SELECT first, SUM(id) AS n FROM t GROUP BY first HAVING MAX(s.a) > 1 # first<IDENTITY t.first n<AGGREGATION t.id *<FILTER t.s,GROUP_BY t.first
          SELECT COUNT(*) FILTER (WHERE last = 'x') AS n FROM t # n<CONDITIONAL t.last
          SELECT first AS x FROM t UNION ALL SELECT name FROM ref # x<IDENTITY ref.name,IDENTITY t.first
          SELECT first AS x FROM t UNION ALL SELECT last FROM t UNION ALL SELECT first FROM t # x<IDENTITY t.first,IDENTITY t.last
          SELECT first AS x FROM t EXCEPT SELECT name FROM ref # x<IDENTITY t.first *<FILTER ref.name,FILTER t.first
          SELECT DISTINCT first FROM t # first<IDENTITY t.first *<GROUP_BY t.first
          SELECT id FROM t WHERE first IN (SELECT name FROM ref WHERE weight > 1) # id<IDENTITY t.id *<FILTER ref.name,FILTER ref.weight,FILTER t.first
          SELECT id FROM t WHERE EXISTS (SELECT 1 FROM ref WHERE code = t.last) # id<IDENTITY t.id *<FILTER ref.code,FILTER t.last
          SELECT id, (SELECT MAX(weight) FROM ref WHERE code = t.last) AS w FROM t # id<IDENTITY t.id w<AGGREGATION ref.weight,FILTER ref.code,FILTER t.last
          SELECT id, row_number() OVER (PARTITION BY first ORDER BY last) AS n FROM t # id<IDENTITY t.id n<WINDOW t.first,WINDOW t.last
          SELECT SUM(id) OVER (PARTITION BY first) AS n FROM t # n<AGGREGATION t.id,WINDOW t.first
          SELECT rank() OVER (ORDER BY id) AS n FROM t # n<WINDOW t.id
          SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY first ORDER BY last) AS n FROM t) WHERE n = 1 # id<IDENTITY t.id *<FILTER t.first,FILTER t.last
          SELECT first, last, COUNT(*) AS n FROM t GROUP BY ROLLUP (first, last) # first<IDENTITY t.first last<IDENTITY t.last n< *<GROUP_BY t.first,GROUP_BY t.last
          SELECT id FROM t ORDER BY last LIMIT 3 # id<IDENTITY t.id *<SORT t.last
          SELECT id, n.up FROM t, LATERAL (SELECT upper(name) AS up FROM ref WHERE code = t.first) n # id<IDENTITY t.id up<TRANSFORMATION ref.name *<FILTER ref.code,FILTER t.first
          WITH w AS (SELECT first AS f, id FROM t WHERE last = 'x') SELECT a.id FROM w a JOIN w b ON a.id = b.id WHERE b.f = 'y' # id<IDENTITY t.id *<FILTER t.first,FILTER t.last,JOIN t.id
          """)
  void aViewsColumnsAreUsed(String sql, String lineage) throws Exception {
    assertEquals(lineage, text(T.view(sql).lineage()));
  }

  /** What rows follow from stands behind the columns, under {@code *}. */
  private static String text(Lineage lineage) {
    Map<String, List<ColumnUse>> all = new LinkedHashMap<>(lineage.columns());
    if (!lineage.rows().isEmpty()) {
      all.put("*", lineage.rows());
    }
    return all.entrySet().stream()
        .map(
            each ->
                each.getKey()
                    + "<"
                    + each.getValue().stream()
                        .map(
                            use ->
                                use.influence()
                                    + " "
                                    + use.origin().relation()
                                    + "."
                                    + use.origin().column())
                        .sorted()
                        .collect(Collectors.joining(",")))
        .collect(Collectors.joining(" "));
  }
}
