package io.lakebeam.delta.upsert;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Rows in an order, gone through once. */
final class SortedRows {
  private final Comparator<InternalRow> order;
  private final List<InternalRow> rows;
  private int at;

  SortedRows(Comparator<InternalRow> order, List<InternalRow> rows) {
    this.order = order;
    this.rows = rows;
  }

  /** The next row; null behind the last one. */
  @Nullable InternalRow head() {
    return at < rows.size() ? rows.get(at) : null;
  }

  /** All rows with the place of a row, after those before it are passed over. */
  List<InternalRow> like(InternalRow row) {
    List<InternalRow> like = new ArrayList<>();
    while (at < rows.size() && order.compare(rows.get(at), row) <= 0) {
      if (order.compare(rows.get(at), row) == 0) {
        like.add(rows.get(at));
      }
      at++;
    }
    return like;
  }
}
