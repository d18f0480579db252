package io.lakebeam.cli.rows;

import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.text.RowText;
import io.lakebeam.cli.text.TextTable;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.row.JavaValues;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Rows as people see them: in aligned columns, as many as a terminal has room for. */
final class PrintedRows {
  /** Columns of a terminal that a column of a table gets at least, if it needs them. */
  private static final int LEGIBLE = 16;

  private final Console console;

  PrintedRows(Console console) {
    this.console = console;
  }

  /**
   * Prints rows with all of their columns.
   *
   * @param rows their values, in the order of the columns
   */
  void print(List<Column> columns, List<List<@Nullable Object>> rows) {
    lines(columns, cells(rows));
  }

  /**
   * Prints the first columns of rows, as far as there is room, and says which are left out.
   *
   * @param rows their values, in the order of the columns
   * @param advice how to see the others
   */
  void printFitting(List<Column> columns, List<List<@Nullable Object>> rows, String advice) {
    List<List<String>> cells = cells(rows);
    int fitting = fitting(columns, cells);
    lines(columns.subList(0, fitting), cells.stream().map(row -> row.subList(0, fitting)).toList());
    if (fitting < columns.size()) {
      List<String> rest =
          columns.subList(fitting, columns.size()).stream().map(Column::name).toList();
      console.say("no room for " + String.join(", ", rest) + "; " + advice);
    }
  }

  /**
   * The values of a row.
   *
   * @param columns of the row, which may have others behind them
   */
  static List<@Nullable Object> values(InternalRow row, List<Column> columns) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      values.add(JavaValues.at(row, i, columns.get(i).type()));
    }
    return values;
  }

  private static List<List<String>> cells(List<List<@Nullable Object>> rows) {
    return rows.stream().map(row -> row.stream().map(RowText::cell).toList()).toList();
  }

  private void lines(List<Column> columns, List<List<String>> cells) {
    TextTable text =
        TextTable.of(
            columns.stream().map(Column::name).toList(),
            columns.stream().map(column -> isNumeric(column.type())).toList());
    cells.forEach(text::add);
    text.lines(console.columns()).forEach(console::rows);
  }

  /** How many of the first columns a terminal has room for. */
  private int fitting(List<Column> columns, List<List<String>> cells) {
    if (console.columns().isEmpty()) {
      return columns.size();
    }
    int room = console.columns().getAsInt();
    for (int i = 0; i < columns.size(); i++) {
      int column = i;
      int widest = cells.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
      int wanted = Math.max(columns.get(i).name().length(), widest);
      room -= Math.min(LEGIBLE, wanted) + (i == 0 ? 0 : 2);
      if (room < 0) {
        return Math.max(1, i);
      }
    }
    return columns.size();
  }

  private static boolean isNumeric(DataType type) {
    if (type instanceof DataType.Primitive primitive) {
      return switch (primitive) {
        case TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE -> true;
        case BOOLEAN, STRING, BINARY, DATE, TIMESTAMP -> false;
      };
    }
    return type instanceof DataType.Decimal;
  }
}
