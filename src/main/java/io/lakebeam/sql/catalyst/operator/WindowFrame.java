package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Add;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.CurrentRow$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.DateAdd;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.DateAddYMInterval;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Descending$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.FrameLessOffsetWindowFunction;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SortOrder;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.TimestampAddInterval;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.TimestampAddYMInterval;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnaryMinus;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.shaded.spark.sql.types.YearMonthIntervalType;
import io.lakebeam.sql.catalyst.RowOrder;
import io.lakebeam.sql.catalyst.Scala;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What a window function comes to for each row of a partition; for one thread. */
abstract class WindowFrame {
  WindowFrame() {}

  static WindowFrame of(
      Operator.WindowFunction function, List<SortOrder> order, List<DataType> columns) {
    return function.function() instanceof FrameLessOffsetWindowFunction offset
        ? new OtherRow(offset)
        : new Framed(function, order, columns);
  }

  /** One for each row. */
  abstract @Nullable Object[] results(List<UnsafeRow> rows);

  /** LEAD and LAG: a value of the row that is so many before or behind. */
  private static final class OtherRow extends WindowFrame {
    private final FrameLessOffsetWindowFunction function;
    private final Value input;
    private final Value otherwise;

    OtherRow(FrameLessOffsetWindowFunction function) {
      this.function = function;
      this.input = new Value(function.input());
      this.otherwise = new Value(Scala.list(function.children()).get(2));
    }

    @Override
    @Nullable Object[] results(List<UnsafeRow> rows) {
      int offset = ((Number) function.offset().eval(InternalRow.empty())).intValue();
      @Nullable Object[] results = new Object[rows.size()];
      for (int i = 0; i < results.length; i++) {
        int at = function.ignoreNulls() ? notNull(rows, i, offset) : i + offset;
        results[i] =
            at >= 0 && at < results.length
                ? input.copyOf(rows.get(at))
                : otherwise.copyOf(rows.get(i));
      }
      return results;
    }

    private int notNull(List<UnsafeRow> rows, int from, int offset) {
      if (offset == 0) {
        return from;
      }
      int step = Integer.signum(offset);
      int left = Math.abs(offset);
      int at = from;
      while (left > 0) {
        at += step;
        if (at < 0 || at >= rows.size()) {
          return -1;
        }
        if (input.copyOf(rows.get(at)) != null) {
          left--;
        }
      }
      return at;
    }
  }

  /** A function of the rows between two. */
  private static final class Framed extends WindowFrame {
    private final WindowAggregate aggregate;
    private final Bound lower;
    private final Bound upper;

    Framed(Operator.WindowFunction function, List<SortOrder> order, List<DataType> columns) {
      this.aggregate = new WindowAggregate(function, columns);
      this.lower = bound(function.lower(), function.isOfRows(), order);
      this.upper = bound(function.upper(), function.isOfRows(), order);
    }

    @Override
    @Nullable Object[] results(List<UnsafeRow> rows) {
      int size = rows.size();
      @Nullable Object[] results = new Object[size];
      int from = 0;
      int until = 0;
      int added = -1; // rows from 'from' up to here are in the aggregate
      Object last = null;
      for (int i = 0; i < size; i++) {
        int nextFrom = lower.first(rows, i, from);
        int nextUntil = upper.end(rows, i, until);
        boolean isSame = added >= 0 && nextFrom == from && nextUntil == until;
        if (!isSame) {
          if (added < 0 || nextFrom != from) {
            aggregate.start(size);
            added = nextFrom;
          }
          for (; added < nextUntil; added++) {
            aggregate.add(rows.get(added));
          }
          last = aggregate.result();
        }
        from = nextFrom;
        until = nextUntil;
        results[i] = last;
      }
      return results;
    }
  }

  /** Where a frame begins or ends. Frames of later rows do not begin or end before. */
  private interface Bound {
    /** The first row of the frame of the row {@code at}, where it is the lower one. */
    int first(List<UnsafeRow> rows, int at, int before);

    /** The row behind the frame, where it is the upper one. */
    int end(List<UnsafeRow> rows, int at, int before);
  }

  private static Bound bound(@Nullable Expression bound, boolean isOfRows, List<SortOrder> order) {
    if (bound == null) {
      return new Open();
    }
    if (isOfRows) {
      boolean isCurrent = bound == CurrentRow$.MODULE$;
      return new ByCount(isCurrent ? 0 : ((Number) bound.eval(InternalRow.empty())).intValue());
    }
    return bound == CurrentRow$.MODULE$ ? new ByValue(order) : new ByValue(order.get(0), bound);
  }

  private static final class Open implements Bound {
    @Override
    public int first(List<UnsafeRow> rows, int at, int before) {
      return 0;
    }

    @Override
    public int end(List<UnsafeRow> rows, int at, int before) {
      return rows.size();
    }
  }

  private record ByCount(int offset) implements Bound {
    @Override
    public int first(List<UnsafeRow> rows, int at, int before) {
      return (int) Math.max(0, Math.min(rows.size(), (long) at + offset));
    }

    @Override
    public int end(List<UnsafeRow> rows, int at, int before) {
      return (int) Math.max(0, Math.min(rows.size(), (long) at + offset + 1));
    }
  }

  private static final class ByValue implements Bound {
    private final @Nullable Value value;
    private final @Nullable Value limit;
    private final RowOrder order;

    /** The rows that are equal to the current one in the order. */
    ByValue(List<SortOrder> order) {
      this.value = null;
      this.limit = null;
      this.order = RowOrder.of(order);
    }

    /** A distance from the current row. */
    ByValue(SortOrder of, Expression distance) {
      Expression child = of.child();
      boolean isDescending = of.direction() == Descending$.MODULE$;
      Expression signed = isDescending ? new UnaryMinus(distance, false) : distance;
      this.value = new Value(child);
      this.limit = new Value(limit(child, signed));
      this.order =
          RowOrder.of(
              List.of(
                  new SortOrder(
                      new BoundReference(0, child.dataType(), true),
                      of.direction(),
                      of.nullOrdering(),
                      Scala.<Expression>seq(List.of()))));
    }

    private static Expression limit(Expression value, Expression distance) {
      DataType type = value.dataType();
      Option<String> utc = Option.apply("UTC");
      boolean isOfMonths = distance.dataType() instanceof YearMonthIntervalType;
      if (type.equals(DataTypes.DateType)) {
        return isOfMonths ? new DateAddYMInterval(value, distance) : new DateAdd(value, distance);
      }
      if (type.equals(DataTypes.TimestampType) || type.equals(DataTypes.TimestampNTZType)) {
        return isOfMonths
            ? new TimestampAddYMInterval(value, distance, utc)
            : new TimestampAddInterval(value, distance, utc);
      }
      return new Add(value, distance);
    }

    @Override
    public int first(List<UnsafeRow> rows, int at, int before) {
      int first = before;
      InternalRow bound = bound(rows.get(at));
      while (first < rows.size() && order.compare(of(rows.get(first)), bound) < 0) {
        first++;
      }
      return first;
    }

    @Override
    public int end(List<UnsafeRow> rows, int at, int before) {
      int end = before;
      InternalRow bound = bound(rows.get(at));
      while (end < rows.size() && order.compare(of(rows.get(end)), bound) <= 0) {
        end++;
      }
      return end;
    }

    private InternalRow bound(UnsafeRow row) {
      return limit == null ? row : new GenericInternalRow(new Object[] {limit.copyOf(row)});
    }

    private InternalRow of(UnsafeRow row) {
      return value == null ? row : new GenericInternalRow(new Object[] {value.copyOf(row)});
    }
  }
}
