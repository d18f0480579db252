package io.lakebeam.cli;

import io.lakebeam.delta.CloseableIterator;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.sql.FunctionLibrary;
import io.lakebeam.sql.RowProgram;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** Rows that meet a condition, which means what it means in a pipeline: Beam SQL evaluates it. */
final class MatchingRows {
  private MatchingRows() {}

  /** The first rows of a table that meet a condition; a row on which it fails does not. */
  static List<Row> first(
      TableArgument.Found table,
      Condition condition,
      List<String> columns,
      int limit,
      Console console) {
    List<String> reads = condition.reads(columns);
    TableSchema schema = table.snapshot().schema();
    Schema rowSchema =
        new TableSchema(reads.stream().map(name -> schema.column(name).orElseThrow()).toList())
            .beamSchema();
    RowProgram.Evaluator query =
        RowProgram.of(
                FunctionLibrary.standard(), Condition.RELATION, rowSchema, condition.query(columns))
            .evaluator();
    List<Row> found = new ArrayList<>();
    long failed = 0;
    String firstError = "";
    try (CloseableIterator<Row> rows = new TableRows(table, reads)) {
      while (rows.hasNext() && found.size() < limit) {
        try {
          Row row = query.evaluate(rows.next());
          if (row != null) {
            found.add(row);
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
}
