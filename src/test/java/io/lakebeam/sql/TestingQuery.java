package io.lakebeam.sql;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.SchemaDdlException;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.JavaValues;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.spec.QueryText;
import io.lakebeam.sql.catalyst.MemoryTables;
import io.lakebeam.sql.catalyst.function.UserFunction;
import io.lakebeam.testing.TestingRows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.util.SerializableUtils;

/** Queries over rows of one source, called {@code t}, as flows of a streaming table have them. */
final class TestingQuery {
  /** When the epoch of every row was planned. */
  static final Instant PLANNED = Instant.parse("2026-03-01T10:00:00.000123Z");

  private final TableSchema rows;
  private final QueryAnalyzer analyzer;

  TestingQuery(String schema) {
    this(schema, Map.of(), Map.of());
  }

  /**
   * @param references schemas of reference tables by name
   */
  TestingQuery(String schema, Map<String, String> references, Map<String, UserFunction> functions) {
    this.rows = schema(schema).plus(HiddenColumns.CARRIED);
    this.analyzer =
        new QueryAnalyzer(
            new FunctionLibrary(functions), Map.of(), Set.copyOf(references.keySet()));
    analyzer.declare("t", rows);
    references.forEach((name, ddl) -> analyzer.declare(name, schema(ddl)));
  }

  static TableSchema schema(String ddl) {
    try {
      return SchemaDdl.parse(ddl);
    } catch (SchemaDdlException e) {
      throw new IllegalArgumentException(e);
    }
  }

  RowQuery query(String sql) throws InvalidQueryException {
    return analyzer.rowQuery(new QueryText("q.sql", sql, sql));
  }

  /** A query of any shape, as a view may have it. */
  TableQuery view(String sql) throws InvalidQueryException {
    return analyzer.tableQuery(new QueryText("q.sql", sql, sql));
  }

  /** The program as a worker gets it. */
  RowProgram program(String sql) throws InvalidQueryException {
    RowQuery query = query(sql);
    return SerializableUtils.clone(query.as(query.rowSchema()));
  }

  /** A row of the source: values of its own columns, as Java has them. */
  InternalRow row(Object... own) {
    List<Object> values = new ArrayList<>(Arrays.asList(own));
    values.addAll(Arrays.asList("t", "in/a.csv:7", PLANNED, "raw"));
    return TestingRows.of(rows, values.toArray());
  }

  /** The columns that the query selects, of the rows that it makes of one row. */
  List<String> of(String sql, InternalRow row)
      throws InvalidQueryException, RowProgram.RowFailedException {
    List<Column> selected = query(sql).columns().columns();
    List<String> answers = new ArrayList<>();
    program(sql)
        .evaluator()
        .evaluate(row, result -> answers.add(JavaValues.of(result, selected).values().toString()));
    return answers;
  }

  /** Lets joins of this thread see these tables. */
  static void holds(Map<String, List<InternalRow>> tables) {
    Lookups lookups = new Lookups();
    lookups.fill(new MemoryTables(tables));
    lookups.use();
  }
}
