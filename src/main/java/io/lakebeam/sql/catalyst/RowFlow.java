package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SubqueryExpression;
import io.lakebeam.sql.catalyst.function.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Rows on their way.
 *
 * @param input what they are made of
 * @param reads columns of the input, as they stand in its rows
 * @param layout their columns: what the plan gives, and hidden ones
 * @param steps done so far
 */
public record RowFlow(
    Relation input, List<String> reads, List<Attribute> layout, List<Step> steps) {
  public RowFlow {
    layout = List.copyOf(layout);
    steps = List.copyOf(steps);
  }

  /** The rows after one step more. */
  public RowFlow with(Step step, List<Attribute> nextLayout) {
    return new RowFlow(
        input, reads, nextLayout, Stream.concat(steps.stream(), Stream.of(step)).toList());
  }

  /** Hidden columns that go along. */
  List<Attribute> carried() {
    return layout.stream().filter(a -> Origins.isCarried(a)).toList();
  }

  /** The expression over rows of this layout. */
  public Expression bind(Expression expression) {
    return Scala.rewrite(
        expression, each -> each instanceof Attribute column ? reference(column) : each);
  }

  private Expression reference(Attribute column) {
    for (int i = 0; i < layout.size(); i++) {
      if (layout.get(i).exprId().equals(column.exprId())) {
        return new BoundReference(i, column.dataType(), column.nullable());
      }
    }
    throw new IllegalStateException("no column " + column + " in " + layout);
  }

  /** The rows, with these columns only. */
  public Step.Rows select(List<Expression> columns) {
    List<Step> all = new ArrayList<>(steps);
    all.add(new Step.Project(columns.stream().map(this::bind).toList()));
    return new Step.Rows(input.name(), all, columns.size());
  }

  /** The expressions, as {@link #ready(Expression)}. */
  public List<Expression> ready(List<Expression> expressions) throws RefusedQueryException {
    List<Expression> ready = new ArrayList<>();
    for (Expression expression : expressions) {
      ready.add(ready(expression));
    }
    return ready;
  }

  /** The expression, once it is sure that each replay gives it the same values. */
  public Expression ready(Expression expression) throws RefusedQueryException {
    Expression bound = Replayed.bind(expression, layout);
    Replayed.refuseOthers(bound);
    if (SubqueryExpression.hasSubquery(bound)) {
      throw new RefusedQueryException(
              expression.origin(),
              "a query inside an expression is not possible here",
              "rows are taken one by one as they come, and see no other rows",
              "look reference data up with a JOIN")
          .becauseOfMoreRows();
    }
    Expression bounded = Bounds.in(bound);
    Optional<RefusedQueryException> foreseen = Foreseen.in(bounded);
    if (foreseen.isPresent()) {
      throw foreseen.get();
    }
    return Foreseen.computed(bounded);
  }
}
