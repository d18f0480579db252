package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.JavaValues;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.util.List;

/** Texts of other people, short enough for a message. */
public final class Shortened {
  private static final int MOST_OF_A_ROW = 1000;

  private Shortened() {}

  /** A row of the named columns of a table, for people. */
  public static String ofRow(InternalRow row, List<String> names, TableSchema table) {
    List<Column> columns = names.stream().map(name -> table.column(name).orElseThrow()).toList();
    return of(JavaValues.of(row, columns).toString(), MOST_OF_A_ROW);
  }

  /** The text's beginning, cut between characters, and an ellipsis where it goes on. */
  public static String of(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end) + "…";
  }
}
