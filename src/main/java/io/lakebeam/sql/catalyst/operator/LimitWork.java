package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.sql.catalyst.RowOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The first rows of an order at work. */
final class LimitWork extends OperatorWork {
  private final Operator.Limit limit;

  LimitWork(Operator.Limit limit) {
    this.limit = limit;
  }

  /** Keeps the first rows only; for one thread. */
  static final class First {
    private final RowOrder order;
    private final long most;
    private final List<UnsafeRow> rows = new ArrayList<>();

    First(Operator.Limit limit) {
      this.order = RowOrder.total(limit.order(), limit.columns());
      boolean isAll = limit.most() > Integer.MAX_VALUE || limit.skipped() > Integer.MAX_VALUE;
      this.most = isAll ? Long.MAX_VALUE : limit.most() + limit.skipped();
    }

    void add(UnsafeRow row) {
      rows.add(row.copy());
      if (rows.size() >= 2 * Math.min(most, Integer.MAX_VALUE / 4) + 10_000) {
        shorten();
      }
    }

    private void shorten() {
      rows.sort(order);
      if (rows.size() > most) {
        rows.subList((int) most, rows.size()).clear();
      }
    }

    void clear() {
      rows.clear();
    }

    /** Gives the rows away, in their order. */
    void flush(Consumer<UnsafeRow> out) {
      shorten();
      rows.forEach(out);
      rows.clear();
    }
  }

  @Override
  public void run(Rows rows, boolean isFirst, Consumer<InternalRow> out) {
    First first = new First(limit);
    rows.forEach(0, first::add);
    long[] at = {0};
    first.flush(
        row -> {
          if (at[0]++ >= limit.skipped()) {
            out.accept(row);
          }
        });
  }
}
