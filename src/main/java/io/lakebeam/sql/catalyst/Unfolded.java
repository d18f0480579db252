package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.scala.Tuple3;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedRelation;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SubqueryExpression;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.SubqueryAlias;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.UnresolvedWith;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The size of a parsed query when each query of its WITH and each view stands in the place of its
 * names, as often as it is named: a few lines can name each other billions of times.
 */
final class Unfolded {
  private static final long MOST = 1L << 40;

  private Unfolded() {}

  /**
   * Nodes of plans and expressions, or a number that is larger than any limit.
   *
   * @param views sizes of the views, by name in lower case
   */
  static long size(LogicalPlan plan, Map<String, Long> views) {
    if (plan instanceof UnresolvedRelation relation) {
      String name = String.join(".", Scala.list(relation.multipartIdentifier()));
      return views.getOrDefault(name.toLowerCase(Locale.ROOT), 1L);
    }
    Map<String, Long> known = views;
    if (plan instanceof UnresolvedWith with) {
      known = new HashMap<>(views);
      for (Tuple3<String, SubqueryAlias, Option<Object>> part : Scala.list(with.cteRelations())) {
        known.put(part._1().toLowerCase(Locale.ROOT), size(part._2(), known));
      }
    }
    long size = 1;
    for (LogicalPlan child : Scala.list(plan.children())) {
      size = sum(size, size(child, known));
    }
    for (Expression expression : Scala.list(plan.expressions())) {
      size = sum(size, size(expression, known));
    }
    return size;
  }

  /** How many operators and functions lie within each other. */
  static int depth(LogicalPlan plan) {
    int deepest = 0;
    for (LogicalPlan child : Scala.list(plan.children())) {
      deepest = Math.max(deepest, depth(child));
    }
    for (Expression expression : Scala.list(plan.expressions())) {
      deepest = Math.max(deepest, depth(expression));
    }
    return deepest + 1;
  }

  static int depth(Expression expression) {
    int deepest = 0;
    for (Expression child : Scala.list(expression.children())) {
      deepest = Math.max(deepest, depth(child));
    }
    return deepest + 1;
  }

  private static long size(Expression expression, Map<String, Long> views) {
    long size = 1;
    if (expression instanceof SubqueryExpression subquery) {
      size = sum(size, size(subquery.plan(), views));
    }
    for (Expression child : Scala.list(expression.children())) {
      size = sum(size, size(child, views));
    }
    return size;
  }

  private static long sum(long left, long right) {
    return Math.min(MOST, left + right);
  }
}
