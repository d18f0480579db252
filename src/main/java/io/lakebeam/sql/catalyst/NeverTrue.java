package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.expressions.BinaryComparison;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Cast;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.EqualNullSafe;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal;
import io.lakebeam.shaded.spark.sql.catalyst.optimizer.BooleanSimplification$;
import io.lakebeam.shaded.spark.sql.catalyst.optimizer.ConstantFolding$;
import io.lakebeam.shaded.spark.sql.catalyst.optimizer.NullPropagation$;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Filter;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.OneRowRelation;
import java.util.ArrayList;
import java.util.List;

/** Finds conditions that no row can meet. */
final class NeverTrue {
  private NeverTrue() {}

  static List<RefusedQueryException> problems(Expression condition) {
    List<RefusedQueryException> problems = new ArrayList<>();
    collect(condition, problems);
    if (problems.isEmpty() && isNever(condition)) {
      problems.add(
          new RefusedQueryException(
              condition.origin(),
              "the condition is never TRUE",
              "it is the same for every row, so every row breaks it",
              "write a condition over the table's columns"));
    }
    return problems;
  }

  /** True when nothing of the row is left once constants are computed. */
  private static boolean isNever(Expression condition) {
    LogicalPlan plan = new Filter(condition, new OneRowRelation());
    try {
      for (int i = 0; i < 3; i++) {
        plan = NullPropagation$.MODULE$.apply(plan);
        plan = ConstantFolding$.MODULE$.apply(plan);
        plan = BooleanSimplification$.MODULE$.apply(plan);
      }
    } catch (RuntimeException e) {
      return false; // a constant that cannot be computed is told by itself
    }
    return plan instanceof Filter filter
        && filter.condition() instanceof Literal literal
        && !Boolean.TRUE.equals(literal.value());
  }

  private static void collect(Expression expression, List<RefusedQueryException> problems) {
    if (expression instanceof BinaryComparison comparison
        && !(expression instanceof EqualNullSafe)
        && (isNull(comparison.left()) || isNull(comparison.right()))) {
      problems.add(
          new RefusedQueryException(
              expression.origin(),
              "a comparison with NULL is never TRUE",
              "NULL is equal to nothing, and to nothing unequal",
              "write IS NULL or IS NOT NULL"));
    }
    Scala.list(expression.children()).forEach(child -> collect(child, problems));
  }

  private static boolean isNull(Expression expression) {
    if (expression instanceof Cast cast) {
      return isNull(cast.child());
    }
    return expression instanceof Literal literal && literal.value() == null;
  }
}
