package io.lakebeam.lake;

import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.sql.RuleProgram;
import java.util.Arrays;
import java.util.List;

/** Rows that meet a condition, which means what it means in a pipeline: Catalyst computes it. */
public final class MatchingRows {
  private MatchingRows() {}

  /**
   * Rows on which a condition fails, which are left out.
   *
   * @param rows how many
   * @param first what it failed with first; empty when it never did
   */
  public record Failed(long rows, String first) {}

  /** Takes the rows of a table that meet a condition; a row on which it fails does not. */
  public static Failed take(
      LakeTable table, Condition condition, List<String> columns, ShownRows into) {
    List<String> reads = condition.reads(columns);
    TableSchema schema = table.snapshot().schema();
    TableSchema read = part(schema, reads);
    RuleProgram.Judge judge = condition.over(read).judge();
    RowFields fields = new RowFields(read);
    int[] wanted = columns.stream().mapToInt(fields::position).toArray();
    long failed = 0;
    String first = "";
    try (CloseableIterator<InternalRow> rows = new TableRows(table, reads)) {
      while (rows.hasNext() && !into.isFull()) {
        InternalRow row = rows.next();
        RuleProgram.Verdicts verdict = judge.of(row);
        if (verdict.passes()[0]) {
          into.add(
              new GenericInternalRow(
                  Arrays.stream(wanted).mapToObj(column -> fields.value(row, column)).toArray()));
        } else if (!verdict.errors().isEmpty()) {
          first = failed == 0 ? verdict.errors().get(0) : first;
          failed++;
        }
      }
    }
    return new Failed(failed, first);
  }

  private static TableSchema part(TableSchema schema, List<String> columns) {
    return new TableSchema(
        columns.stream().map(name -> schema.column(name).orElseThrow()).toList());
  }
}
