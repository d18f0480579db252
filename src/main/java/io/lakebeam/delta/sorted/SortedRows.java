package io.lakebeam.delta.sorted;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Rows in an order, gone through once. For one thread. */
public final class SortedRows {
  private final Comparator<InternalRow> order;
  private final Iterator<? extends InternalRow> rows;
  private @Nullable InternalRow head;

  /**
   * @param rows in that order; each is good for as long as it is held
   */
  SortedRows(Comparator<InternalRow> order, Iterator<? extends InternalRow> rows) {
    this.order = order;
    this.rows = rows;
    next();
  }

  private void next() {
    head = rows.hasNext() ? rows.next() : null;
  }

  /** The next row; null behind the last one. */
  public @Nullable InternalRow head() {
    return head;
  }

  /** All rows with the place of a row, after those before it are passed over. */
  public List<InternalRow> like(InternalRow row) {
    List<InternalRow> like = new ArrayList<>();
    while (head != null) {
      int before = order.compare(head, row);
      if (before > 0) {
        break;
      }
      if (before == 0) {
        like.add(head);
      }
      next();
    }
    return like;
  }
}
