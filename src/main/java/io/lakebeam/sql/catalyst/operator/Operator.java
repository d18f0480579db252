package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SortOrder;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.group.Accumulator;
import io.lakebeam.sql.catalyst.group.Aggregation;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What needs many rows at a time. */
public sealed interface Operator extends OperatorPlan.Node {
  /** The operator at work, with code generated for it; for one thread. */
  OperatorWork work();

  /**
   * A row for each group: the keys, and behind them what the aggregates come to.
   *
   * @param keys how many; they are the first columns of the rows
   * @param aggregation over the rows
   * @param calls what is wanted of each aggregate, in the order of the aggregation
   * @param isOfParts true when groups may be added up before they meet
   */
  record Group(List<DataType> keys, Aggregation aggregation, List<Call> calls, boolean isOfParts)
      implements Operator {
    public Group {
      keys = List.copyOf(keys);
      calls = List.copyOf(calls);
    }

    @Override
    public OperatorWork work() {
      return new GroupWork(this);
    }

    @Override
    public String toString() {
      return "Group"
          + List.of(
              keys,
              aggregation.aggregates().stream()
                  .map(Accumulator::text)
                  .collect(Collectors.joining(", ")),
              calls);
    }
  }

  /**
   * What is wanted of an aggregate.
   *
   * @param type of the result
   * @param distinct columns of the rows whose equal values count once; empty when all count
   */
  record Call(DataType type, List<Integer> distinct) implements Serializable {
    public Call {
      distinct = List.copyOf(distinct);
    }
  }

  /**
   * Rows of two sides that match: the columns of the left one, behind them those of the right one
   * where the kind has them.
   *
   * @param leftKeys over left rows
   * @param rightKeys over right rows; each is equal to the left key of its place
   * @param condition over both; null when the keys say all
   * @param right how many columns right rows have
   */
  record Join(
      Kind kind,
      List<Expression> leftKeys,
      List<Expression> rightKeys,
      @Nullable Expression condition,
      int left,
      int right)
      implements Operator {
    public Join {
      leftKeys = List.copyOf(leftKeys);
      rightKeys = List.copyOf(rightKeys);
    }

    @Override
    public OperatorWork work() {
      return new JoinWork(this);
    }

    /** What becomes of rows with and without a match. */
    public enum Kind {
      INNER,
      LEFT_OUTER,
      RIGHT_OUTER,
      FULL_OUTER,
      LEFT_SEMI,
      LEFT_ANTI,
      /** The left row, and whether there is a match. */
      EXISTENCE,
      /** The left row with the only one of the right, or with NULLs; two are an error. */
      SINGLE
    }
  }

  /**
   * The rows, with what window functions come to behind them.
   *
   * @param partition over the rows
   * @param order over the rows
   * @param columns how many the rows have
   */
  record Windows(
      List<Expression> partition,
      List<SortOrder> order,
      List<WindowFunction> functions,
      List<DataType> columns)
      implements Operator {
    public Windows {
      partition = List.copyOf(partition);
      order = List.copyOf(order);
      functions = List.copyOf(functions);
      columns = List.copyOf(columns);
    }

    @Override
    public OperatorWork work() {
      return new WindowWork(this);
    }
  }

  /**
   * A function over a frame.
   *
   * @param function over the rows: an aggregate, or one that looks at another row of the partition
   * @param filter over the rows; null when all count
   * @param isOfRows true when the frame counts rows, false when it compares values of the order
   * @param lower first row of the frame; null for that of the partition
   * @param upper last row of the frame; null for that of the partition
   */
  record WindowFunction(
      Expression function,
      @Nullable Expression filter,
      boolean isOfRows,
      @Nullable Expression lower,
      @Nullable Expression upper)
      implements Serializable {}

  /**
   * The first rows of an order; what has no order in it comes in that of all its columns.
   *
   * @param most rows
   * @param skipped rows before them
   */
  record Limit(List<SortOrder> order, long most, long skipped, List<DataType> columns)
      implements Operator {
    public Limit {
      order = List.copyOf(order);
      columns = List.copyOf(columns);
    }

    @Override
    public OperatorWork work() {
      return new LimitWork(this);
    }
  }
}
