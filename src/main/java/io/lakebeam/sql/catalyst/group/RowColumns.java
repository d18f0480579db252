package io.lakebeam.sql.catalyst.group;

import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SortOrder;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateFunction;
import io.lakebeam.sql.catalyst.Foreseen;
import io.lakebeam.sql.catalyst.RowKey;
import io.lakebeam.sql.catalyst.Scala;
import java.util.ArrayList;
import java.util.List;

/** The columns of the rows that a view groups: each expression that something needs, once. */
public final class RowColumns {
  private final List<Expression> values = new ArrayList<>();
  private final List<Attribute> columns = new ArrayList<>();

  /** A column of its own. */
  public void add(Expression value) {
    columns.add(Mergeable.attribute("_" + columns.size(), value.dataType()));
    values.add(value);
  }

  /** The column that has the expression's value. */
  public Attribute column(Expression value) {
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).semanticEquals(value)) {
        return columns.get(i);
      }
    }
    add(value);
    return columns.get(columns.size() - 1);
  }

  /**
   * The function over these columns. What is constant stays in it. Zeros of either sign, and all
   * NaNs, are the same, so that it does not matter which of them comes first.
   */
  public AggregateFunction function(AggregateFunction call) {
    List<Expression> arguments = new ArrayList<>();
    for (Expression argument : Scala.list(call.children())) {
      arguments.add(argument(argument));
    }
    return (AggregateFunction) call.withNewChildren(Scala.seq(arguments));
  }

  private Expression argument(Expression argument) {
    if (argument instanceof SortOrder order) {
      return order.withNewChildren(
          Scala.seq(Scala.list(order.children()).stream().map(this::argument).toList()));
    }
    Expression constant = Foreseen.computed(argument);
    return constant instanceof Literal ? constant : column(RowKey.normal(argument));
  }

  public List<Expression> values() {
    return List.copyOf(values);
  }

  public List<Attribute> columns() {
    return List.copyOf(columns);
  }
}
