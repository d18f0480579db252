package io.lakebeam.lake;

import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.catalyst.RowOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** {@code a,b DESC}: by these columns, as SQL orders them; NULL is the least. */
public final class OrderBy {
  private final List<String> columns = new ArrayList<>();
  private final List<Boolean> isDescending = new ArrayList<>();

  /**
   * @param terms each a column, and perhaps {@code ASC} or {@code DESC}
   * @throws UsageException when a term is none, or the table has no such column
   */
  public OrderBy(List<String> terms, TableSchema schema) {
    for (String term : terms) {
      String[] words = term.strip().split("\\s+", -1);
      String how = words.length == 2 ? words[1].toUpperCase(Locale.ROOT) : "ASC";
      if (words.length > 2 || words[0].isEmpty() || !List.of("ASC", "DESC").contains(how)) {
        throw new UsageException("--order-by takes columns, each with ASC or DESC: a,b DESC");
      }
      columns.add(
          schema
              .column(words[0])
              .orElseThrow(
                  () ->
                      new UsageException(
                          "there is no column "
                              + words[0]
                              + "; "
                              + NearestName.question(words[0], schema.names())
                              + "the columns are "
                              + String.join(", ", schema.names())))
              .name());
      isDescending.add(how.equals("DESC"));
    }
  }

  /** What it compares. */
  public List<String> columns() {
    return List.copyOf(columns);
  }

  /**
   * Compares rows.
   *
   * @param rows what they have, these columns among them
   */
  public Comparator<InternalRow> over(TableSchema rows) {
    Comparator<InternalRow> all = null;
    for (int i = 0; i < columns.size(); i++) {
      Comparator<InternalRow> by = RowOrder.of(rows, List.of(rows.names().indexOf(columns.get(i))));
      by = isDescending.get(i) ? by.reversed() : by;
      all = all == null ? by : all.thenComparing(by);
    }
    return all;
  }
}
