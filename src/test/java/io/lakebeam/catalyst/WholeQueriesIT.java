package io.lakebeam.catalyst;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.StructType;
import io.lakebeam.sql.catalyst.QueryReader;
import io.lakebeam.sql.catalyst.Relation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A query of any shape gives the rows that the real Spark gives, in however many buckets it is
 * computed.
 *
 * <p>{@code -Dlakebeam.queries=N -Dlakebeam.queries.seed=N} asks more, or others.
 */
class WholeQueriesIT {
  private static final int QUERIES = Integer.getInteger("lakebeam.queries", 60);
  private static final long SEED = Long.getLong("lakebeam.queries.seed", 1);
  private static final List<String> TABLES = List.of("t", "u", "v");

  @TempDir private Path folder;
  private final TableSchema schema = DrawnQueries.schema();
  private final QueryReader reader = new QueryReader(Map.of(), name -> false);

  @Test
  void answersAsSparkDoes() throws Exception {
    TABLES.forEach(name -> reader.declare(new Relation(name, schema, Set.of())));
    List<String> differences = new ArrayList<>();
    int withRows = 0;
    try (RealSpark spark = new RealSpark(folder)) {
      spark.forSmallQueries();
      for (long seed = SEED; seed < SEED + QUERIES; seed++) {
        DrawnQueries drawn = new DrawnQueries(seed);
        List<List<String>> tables = List.of(drawn.rows(12), drawn.rows(12), drawn.rows(12));
        String query = drawn.query();
        String wanted =
            DrawnQueries.sorted(
                spark.ask(
                    DrawnQueries.with(
                        tables,
                        "SELECT named_struct('k', CAST(k AS INT), 'x', CAST(x AS BIGINT), 's', s, 'at', at) FROM ("
                            + query
                            + ")")));
        withRows += wanted.contains("{") ? 1 : 0;
        for (int buckets : new int[] {1, 4}) {
          String found = found(query, tables, buckets);
          // Of some queries Spark itself loses its way.
          boolean isLost = wanted.matches("! (NoSuchElementException|INTERNAL_ERROR)");
          if (!wanted.equals(found) && !isLost) {
            differences.add(
                "seed "
                    + seed
                    + ", "
                    + buckets
                    + " buckets: "
                    + query
                    + "\n  of "
                    + tables
                    + "\n  Spark  "
                    + wanted
                    + "\n  engine "
                    + found);
            break;
          }
        }
      }
    }
    assertEquals(
        "",
        differences.stream().limit(5).collect(Collectors.joining("\n")),
        differences.size() + " differ");
    assertTrue(withRows > QUERIES / 2, "queries that give rows: " + withRows);
  }

  private String found(String query, List<List<String>> tables, int buckets) {
    try {
      List<DataType> types =
          schema.columns().stream().map(column -> SparkTypes.of(column.type())).toList();
      Map<String, List<InternalRow>> rows = new HashMap<>();
      for (int i = 0; i < TABLES.size(); i++) {
        rows.put(
            TABLES.get(i),
            new LocalQuery(
                    reader.operators(DrawnQueries.table(tables.get(i))).operators(),
                    Map.of(),
                    schema.names(),
                    types,
                    1,
                    1)
                .rows());
      }
      List<InternalRow> result =
          new LocalQuery(
                  reader
                      .operators(
                          "SELECT named_struct('k', CAST(k AS INT), 'x', CAST(x AS BIGINT), 's', s, 'at', at) AS r FROM ("
                              + query
                              + ")")
                      .operators(),
                  rows,
                  schema.names(),
                  types,
                  buckets,
                  buckets == 1 ? 1 : 3)
              .rows();
      StructType struct = SparkTypes.of(schema);
      return DrawnQueries.sorted(SparkAnswers.told(result, new StructType().add("r", struct)));
    } catch (Exception | StackOverflowError | AssertionError e) {
      return SparkAnswers.error(e);
    }
  }
}
