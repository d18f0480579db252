package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.expressions.Alias;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Filter;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Project;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What a query makes of each row of the groups that it has made. */
public final class Shown {
  private final Relation input;
  private final List<Step> steps = new ArrayList<>();
  private List<Attribute> layout;

  /**
   * @param layout the columns of the groups
   */
  public Shown(Relation input, List<Attribute> layout) {
    this.input = input;
    this.layout = List.copyOf(layout);
  }

  /** Adds an operator that stands above the GROUP BY. */
  public void add(LogicalPlan node) throws RefusedQueryException {
    if (node instanceof Filter filter) {
      steps.add(new Step.Filter(bound(filter.condition())));
      return;
    }
    project(
        Scala.list(((Project) node).projectList()),
        each -> each instanceof Alias alias ? alias.child() : (Expression) each);
  }

  /** Adds columns in place of those that there are. */
  public void project(List<NamedExpression> columns, Function<NamedExpression, Expression> values)
      throws RefusedQueryException {
    List<Expression> bound = new ArrayList<>();
    for (NamedExpression column : columns) {
      bound.add(bound(values.apply(column)));
    }
    steps.add(new Step.Project(bound));
    layout = columns.stream().map(NamedExpression::toAttribute).toList();
  }

  private Expression bound(Expression value) throws RefusedQueryException {
    return flow().bind(flow().ready(value));
  }

  private RowFlow flow() {
    return new RowFlow(input, List.of(), layout, steps);
  }

  public Step.Rows rows(List<Attribute> output) {
    return flow().select(List.copyOf(output));
  }
}
