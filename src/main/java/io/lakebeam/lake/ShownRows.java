package io.lakebeam.lake;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** The rows that are shown of those that come: the first ones, or the least of an order. */
public final class ShownRows {
  private final int limit;
  private final boolean isOrdered;
  private final Comparator<Numbered> order;

  /** The greatest first, which is the next to go. */
  private final PriorityQueue<Numbered> rows;

  private long next;

  /**
   * @param limit rows at most
   * @param order empty for that in which they come
   */
  public ShownRows(int limit, Optional<Comparator<InternalRow>> order) {
    this.limit = limit;
    this.isOrdered = order.isPresent();
    Comparator<Numbered> asTheyCome = Comparator.comparingLong(Numbered::number);
    this.order =
        order
            .map(by -> Comparator.comparing(Numbered::row, by).thenComparing(asTheyCome))
            .orElse(asTheyCome);
    this.rows = new PriorityQueue<>(this.order.reversed());
  }

  private record Numbered(InternalRow row, long number) {}

  /** True when no row that comes would be shown. */
  public boolean isFull() {
    return !isOrdered && rows.size() == limit;
  }

  /** Takes a row, which nobody else changes. */
  public void add(InternalRow row) {
    rows.add(new Numbered(row, next++));
    if (rows.size() > limit) {
      rows.remove();
    }
  }

  /** In their order. */
  public List<InternalRow> rows() {
    List<Numbered> sorted = new ArrayList<>(rows);
    sorted.sort(order);
    return sorted.stream().map(Numbered::row).toList();
  }
}
