package io.lakebeam.catalyst;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.Packed;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.StructType;
import io.lakebeam.sql.catalyst.QueryReader;
import io.lakebeam.sql.catalyst.Relation;
import io.lakebeam.sql.catalyst.operator.LocalRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A query that is printed gives the rows that the real Spark gives, in the same order, with a LIMIT
 * and without.
 *
 * <p>{@code -Dlakebeam.queries=N -Dlakebeam.queries.seed=N} asks more, or others.
 */
class PrintedQueriesIT {
  private static final int QUERIES = Integer.getInteger("lakebeam.queries", 60);
  private static final long SEED = Long.getLong("lakebeam.queries.seed", 1);
  private static final List<String> TABLES = List.of("t", "u", "v");
  private static final int PARTS = 3;
  private static final int MORE_THAN_THERE_ARE = 1_000_000;

  @TempDir private Path folder;
  private final TableSchema schema = DrawnQueries.schema();
  private final QueryReader reader = new QueryReader(Map.of(), name -> false);

  @Test
  void answersInTheOrderOfSpark() throws Exception {
    TABLES.forEach(name -> reader.declareTable(new Relation(name, schema, Set.of())));
    List<String> differences = new ArrayList<>();
    int ordered = 0;
    try (RealSpark spark = new RealSpark(folder)) {
      spark.forSmallQueries();
      for (long seed = SEED; seed < SEED + QUERIES; seed++) {
        DrawnQueries drawn = new DrawnQueries(seed);
        List<List<String>> tables = List.of(drawn.rows(12), drawn.rows(12), drawn.rows(12));
        String query =
            "SELECT named_struct('k', CAST(k AS INT), 'x', CAST(x AS BIGINT), 's', s, 'at', CAST(at AS TIMESTAMP)) AS r"
                + " FROM ("
                + drawn.query()
                + ") ORDER BY r DESC"
                + (seed % 2 == 0 ? "" : " LIMIT 5 OFFSET 1");
        String wanted = spark.ask(DrawnQueries.with(tables, query));
        String found = found(query, tables);
        // Of some queries Spark itself loses its way.
        boolean isLost = wanted.matches("! (NoSuchElementException|INTERNAL_ERROR)");
        ordered += wanted.contains(" ; ") ? 1 : 0;
        if (!rows(wanted).equals(rows(found)) && !isLost) {
          differences.add(
              "seed "
                  + seed
                  + ": "
                  + query
                  + "\n  of "
                  + tables
                  + "\n  Spark  "
                  + wanted
                  + "\n  engine "
                  + found);
        }
      }
    }
    assertEquals(
        "",
        differences.stream().limit(5).collect(Collectors.joining("\n")),
        differences.size() + " differ");
    assertTrue(ordered > QUERIES / 3, "queries whose rows have an order: " + ordered);
  }

  /** Without the type, whose names may differ in what is NOT NULL. */
  private static String rows(String answer) {
    return answer.startsWith("!") ? answer : answer.substring(answer.indexOf("> ") + 2);
  }

  private String found(String query, List<List<String>> tables) {
    try {
      Map<String, List<InternalRow>> rows = new HashMap<>();
      for (int i = 0; i < TABLES.size(); i++) {
        rows.put(TABLES.get(i), run(DrawnQueries.table(tables.get(i)), Map.of()));
      }
      StructType struct = SparkTypes.of(schema);
      return SparkAnswers.told(run(query, rows), new StructType().add("r", struct));
    } catch (Exception | StackOverflowError | AssertionError e) {
      return SparkAnswers.error(e);
    }
  }

  private List<InternalRow> run(String query, Map<String, List<InternalRow>> tables)
      throws Exception {
    List<InternalRow> result = new ArrayList<>();
    LocalRun.Tables parts =
        (table, columns) ->
            IntStream.range(0, PARTS)
                .mapToObj(
                    part ->
                        (LocalRun.Part)
                            taker -> part(tables.get(table), part, columns).forEach(taker))
                .toList();
    new LocalRun(
            Packed.of(reader.printed(query, MORE_THAN_THERE_ARE).operators()), parts, 0, () -> {})
        .run(row -> result.add(row.copy()));
    return result;
  }

  private List<InternalRow> part(List<InternalRow> rows, int part, List<String> columns) {
    return IntStream.range(0, rows.size())
        .filter(i -> i % PARTS == part)
        .mapToObj(i -> selected(rows.get(i), columns))
        .toList();
  }

  private InternalRow selected(InternalRow row, List<String> columns) {
    return new GenericInternalRow(
        columns.stream()
            .map(
                name -> {
                  int at = schema.names().indexOf(name);
                  DataType type = SparkTypes.of(schema.columns().get(at).type());
                  return row.isNullAt(at) ? null : row.get(at, type);
                })
            .toArray());
  }
}
