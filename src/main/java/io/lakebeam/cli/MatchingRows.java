package io.lakebeam.cli;

import io.lakebeam.delta.CloseableIterator;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.EngineBorder;
import io.lakebeam.row.BeamSchemas;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.FunctionLibrary;
import io.lakebeam.sql.RowProgram;
import java.util.ArrayList;
import java.util.List;

/** Rows that meet a condition, which means what it means in a pipeline: Beam SQL evaluates it. */
final class MatchingRows {
  private MatchingRows() {}

  /** The first rows of a table that meet a condition; a row on which it fails does not. */
  static List<InternalRow> first(
      TableArgument.Found table,
      Condition condition,
      List<String> columns,
      int limit,
      Console console) {
    List<String> reads = condition.reads(columns);
    TableSchema schema = table.snapshot().schema();
    TableSchema read = part(schema, reads);
    RowProgram program =
        RowProgram.of(
            FunctionLibrary.standard(),
            Condition.RELATION,
            BeamSchemas.ofMilliseconds(read),
            condition.query(columns));
    EngineBorder query = new EngineBorder(program.evaluator(), read, part(schema, columns));
    List<InternalRow> found = new ArrayList<>();
    long failed = 0;
    String firstError = "";
    try (CloseableIterator<InternalRow> rows = new TableRows(table, reads)) {
      while (rows.hasNext() && found.size() < limit) {
        try {
          InternalRow row = query.evaluate(rows.next());
          if (row != null) {
            found.add(row.copy());
          }
        } catch (RowProgram.RowFailedException e) {
          firstError = failed == 0 ? e.getMessage() : firstError;
          failed++;
        }
      }
    }
    if (failed > 0) {
      console.warning(
          "left out " + Amounts.of(failed, "row") + " on which the condition fails: " + firstError);
    }
    return found;
  }

  private static TableSchema part(TableSchema schema, List<String> columns) {
    return new TableSchema(
        columns.stream().map(name -> schema.column(name).orElseThrow()).toList());
  }
}
