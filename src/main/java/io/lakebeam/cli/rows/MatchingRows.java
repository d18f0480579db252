package io.lakebeam.cli.rows;

import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.lake.Condition;
import io.lakebeam.lake.LakeTable;
import io.lakebeam.lake.ShownRows;
import io.lakebeam.lake.TableRows;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.sql.RuleProgram;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Rows that meet a condition, which means what it means in a pipeline: Catalyst computes it. */
final class MatchingRows {
  private MatchingRows() {}

  /**
   * Takes the rows of a table that meet a condition; a row on which it fails does not.
   *
   * @param told what is told of what it fails with
   */
  static void take(
      LakeTable table,
      Condition condition,
      List<String> columns,
      ShownRows into,
      UnaryOperator<String> told,
      Console console) {
    List<String> reads = condition.reads(columns);
    TableSchema schema = table.snapshot().schema();
    TableSchema read = part(schema, reads);
    RuleProgram.Judge judge = condition.over(read).judge();
    RowFields fields = new RowFields(read);
    int[] wanted = columns.stream().mapToInt(fields::position).toArray();
    long failed = 0;
    String firstError = "";
    try (CloseableIterator<InternalRow> rows = new TableRows(table, reads)) {
      while (rows.hasNext() && !into.isFull()) {
        InternalRow row = rows.next();
        RuleProgram.Verdicts verdict = judge.of(row);
        if (verdict.passes()[0]) {
          into.add(
              new GenericInternalRow(
                  Arrays.stream(wanted).mapToObj(column -> fields.value(row, column)).toArray()));
        } else if (!verdict.errors().isEmpty()) {
          firstError = failed == 0 ? verdict.errors().get(0) : firstError;
          failed++;
        }
      }
    }
    if (failed > 0) {
      console.warning(
          "left out "
              + Amounts.of(failed, "row")
              + " on which the condition fails: "
              + told.apply(firstError));
    }
  }

  private static TableSchema part(TableSchema schema, List<String> columns) {
    return new TableSchema(
        columns.stream().map(name -> schema.column(name).orElseThrow()).toList());
  }
}
