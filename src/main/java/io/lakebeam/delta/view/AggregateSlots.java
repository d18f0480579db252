package io.lakebeam.delta.view;

import io.lakebeam.graph.DataType;
import io.lakebeam.sql.ViewQuery.Aggregate;
import io.lakebeam.sql.ViewQuery.Function;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The state of one aggregate over a group: a commutative semigroup, so that rows, bundles and
 * epochs add up in any order to the same result. COUNT, SUM, MIN and MAX are their own state; AVG
 * is a sum and a count.
 *
 * <p>Sums of BIGINT and DECIMAL are exact however large they get on the way; what has no room in
 * the view's table is told when a row of it is made. Sums of FLOAT and DOUBLE depend, in their last
 * digits, on the order of their parts.
 */
enum AggregateSlots {
  COUNT(1) {
    @Override
    void add(Object[] slots, int at, @Nullable Object value) {
      slots[at] = (slots[at] == null ? 0L : (Long) slots[at]) + (value == null ? 0 : 1);
    }

    @Override
    void merge(Object[] slots, int at, Object[] other) {
      slots[at] = plus(slots[at], other[at]);
    }
  },
  SUM(1) {
    @Override
    void add(Object[] slots, int at, @Nullable Object value) {
      slots[at] = plus(slots[at], widened(value));
    }

    @Override
    void merge(Object[] slots, int at, Object[] other) {
      slots[at] = plus(slots[at], other[at]);
    }
  },
  MIN(1) {
    @Override
    void add(Object[] slots, int at, @Nullable Object value) {
      slots[at] = first(slots[at], value, -1);
    }

    @Override
    void merge(Object[] slots, int at, Object[] other) {
      add(slots, at, other[at]);
    }
  },
  MAX(1) {
    @Override
    void add(Object[] slots, int at, @Nullable Object value) {
      slots[at] = first(slots[at], value, 1);
    }

    @Override
    void merge(Object[] slots, int at, Object[] other) {
      add(slots, at, other[at]);
    }
  },
  AVG(2) {
    @Override
    void add(Object[] slots, int at, @Nullable Object value) {
      SUM.add(slots, at, value);
      COUNT.add(slots, at + 1, value);
    }

    @Override
    void merge(Object[] slots, int at, Object[] other) {
      slots[at] = plus(slots[at], other[at]);
      slots[at + 1] = plus(slots[at + 1], other[at + 1]);
    }
  };

  private final int width;

  AggregateSlots(int width) {
    this.width = width;
  }

  /** How many values the state has. */
  int width() {
    return width;
  }

  /** Adds one row's value. */
  abstract void add(Object[] slots, int at, @Nullable Object value);

  /** Adds a part's state, which stands at the same place. */
  abstract void merge(Object[] slots, int at, Object[] other);

  static AggregateSlots of(Function function) {
    return valueOf(function.name());
  }

  /** What readers of the view see. */
  static @Nullable Object result(Aggregate aggregate, Object[] slots, int at) {
    Object first = slots[at];
    if (aggregate.function() != Function.AVG || first == null) {
      return first;
    }
    long count = (Long) slots[at + 1];
    if (aggregate.type() instanceof DataType.Decimal decimal) {
      return ((BigDecimal) first)
          .divide(BigDecimal.valueOf(count), decimal.scale(), RoundingMode.HALF_UP);
    }
    return ((Number) first).doubleValue() / count;
  }

  private static @Nullable Object widened(@Nullable Object value) {
    if (value instanceof Integer number) {
      return number.longValue();
    }
    return value instanceof Float number ? (Object) number.doubleValue() : value;
  }

  private static @Nullable Object plus(@Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    if (a instanceof Long x && b instanceof Long y) {
      long sum = x + y;
      boolean overflows = ((x ^ sum) & (y ^ sum)) < 0;
      return overflows ? (Object) BigInteger.valueOf(x).add(BigInteger.valueOf(y)) : (Object) sum;
    }
    if (a instanceof BigInteger || b instanceof BigInteger) {
      return whole(big(a).add(big(b)));
    }
    if (a instanceof BigDecimal x) {
      return x.add((BigDecimal) b);
    }
    return (Double) a + (Double) b;
  }

  /** Whole numbers as they are added up: a Long, or a BigInteger where that has no room. */
  static Object whole(BigInteger number) {
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private static BigInteger big(Object number) {
    return number instanceof BigInteger big ? big : BigInteger.valueOf((Long) number);
  }

  @SuppressWarnings("unchecked") // values of one column have one comparable class
  private static @Nullable Object first(@Nullable Object a, @Nullable Object b, int sign) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    int order = ((Comparable<Object>) a).compareTo(b);
    return Integer.signum(order) == sign ? a : b;
  }
}
