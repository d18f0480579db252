package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.NamedStreamingRelation;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedFunction;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedInlineTable;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedRelation;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedSubqueryColumnAliases;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedTVFAliases;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedTableValuedFunction;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.ExpressionInfo;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.PipeOperator;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnresolvedWindowExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.WindowExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Filter;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Generate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Join;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LateralJoin;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LocalRelation;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.OneRowRelation;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Project;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.ResolvedHint;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.SubqueryAlias;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.UnresolvedHint;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.UnresolvedWith;
import io.lakebeam.shaded.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** Says whether each row of a query's result is made of one row of what it reads. */
final class RowWise {
  /** What makes rows of one row at a time. */
  private static final Set<Class<?>> OPERATORS =
      Set.of(
          DataSourceV2Relation.class,
          Filter.class,
          Generate.class,
          Join.class,
          LateralJoin.class,
          LocalRelation.class,
          OneRowRelation.class,
          Project.class,
          ResolvedHint.class,
          SubqueryAlias.class);

  /** The same, as the parser leaves them; {@code WITH} is looked into. */
  private static final Set<Class<?>> PARSED =
      Set.of(
          NamedStreamingRelation.class,
          PipeOperator.class,
          UnresolvedHint.class,
          UnresolvedInlineTable.class,
          UnresolvedRelation.class,
          UnresolvedSubqueryColumnAliases.class,
          UnresolvedTVFAliases.class,
          UnresolvedTableValuedFunction.class);

  private RowWise() {}

  /**
   * Of a plan that is analyzed: its aggregates and windows are operators of their own.
   *
   * @param isStatic true for relations that stand still
   */
  static boolean ofAnalyzed(LogicalPlan plan, Predicate<String> isStatic) {
    List<LogicalPlan> leaves = Scala.list(plan.collectLeaves());
    long streams =
        leaves.stream()
            .filter(DataSourceV2Relation.class::isInstance)
            .map(leaf -> StreamSide.relation((DataSourceV2Relation) leaf).name())
            .filter(isStatic.negate())
            .count();
    return streams <= 1
        && !plan.exists(Scala.predicate(node -> !OPERATORS.contains(node.getClass())));
  }

  /**
   * Of a plan whose relations and columns nobody knows. Its functions are Spark's, or make one
   * value of one row.
   *
   * @param isStatic true for relations that stand still
   */
  static boolean ofParsed(LogicalPlan plan, Predicate<String> isStatic) {
    int[] streams = new int[1];
    Names.replace(
        plan,
        (name, isStream) -> {
          streams[0] += isStatic.test(name) ? 0 : 1;
          return null;
        });
    return streams[0] <= 1 && isParsed(plan);
  }

  private static boolean isParsed(LogicalPlan plan) {
    if (plan instanceof UnresolvedWith with) {
      return Scala.list(with.cteRelations()).stream().allMatch(part -> isParsed(part._2()))
          && isParsed(with.child());
    }
    List<Expression> expressions = Scala.list(plan.expressions());
    List<LogicalPlan> children = Scala.list(plan.children());
    return (OPERATORS.contains(plan.getClass()) || PARSED.contains(plan.getClass()))
        && expressions.stream().noneMatch(RowWise::seesOtherRows)
        && children.stream().allMatch(RowWise::isParsed);
  }

  private static boolean seesOtherRows(Expression expression) {
    return expression instanceof AggregateExpression
        || expression instanceof WindowExpression
        || expression instanceof UnresolvedWindowExpression
        || expression instanceof UnresolvedFunction call && isAggregate(call)
        || Scala.list(expression.children()).stream().anyMatch(RowWise::seesOtherRows);
  }

  private static boolean isAggregate(UnresolvedFunction call) {
    List<String> name = Scala.list(call.nameParts());
    Option<ExpressionInfo> spark =
        Engine.functions()
            .lookupFunction(Engine.builtIn(name.get(name.size() - 1).toLowerCase(Locale.ROOT)));
    return call.isDistinct()
        || call.filter().isDefined()
        || spark.isDefined() && spark.get().getGroup().equals("agg_funcs");
  }
}
