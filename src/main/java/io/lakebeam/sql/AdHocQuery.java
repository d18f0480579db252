package io.lakebeam.sql;

import io.lakebeam.graph.Column;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.Packed;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.catalyst.operator.LocalRun;
import io.lakebeam.sql.catalyst.operator.OperatorPlan;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * A query that somebody asks, and its answer, which is computed in this process. What meets in a
 * join, a group, a window or an order is in memory.
 */
public final class AdHocQuery {
  private final Packed<OperatorPlan> operators;
  private final List<Column> columns;
  private final boolean hasLimit;

  private AdHocQuery(Packed<OperatorPlan> operators, List<Column> columns, boolean hasLimit) {
    this.operators = operators;
    this.columns = List.copyOf(columns);
    this.hasLimit = hasLimit;
  }

  static AdHocQuery of(OperatorPlan plan, List<Column> columns, boolean hasLimit) {
    return new AdHocQuery(Packed.of(plan), columns, hasLimit);
  }

  /** The result's, in its author's order; several may have one name. */
  public List<Column> columns() {
    return columns;
  }

  /** True when it says itself how many rows it wants. */
  public boolean hasLimit() {
    return hasLimit;
  }

  /**
   * Gives the rows of the answer, in their order. Whatever fails is thrown as it comes: in the
   * tables or the taker, or because the query cannot be computed on a row, of which {@link
   * TableQuery#failure} says what a person reads.
   *
   * @param now the current time for the query
   * @param pulse called again and again, by every thread that is at work; throws to end it
   * @param out takes rows that are good until it returns
   */
  public void run(LocalRun.Tables tables, Instant now, Runnable pulse, Consumer<InternalRow> out) {
    new LocalRun(operators, tables, Microseconds.of(now), pulse).run(out);
  }
}
