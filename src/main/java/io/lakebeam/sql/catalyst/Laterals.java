package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.analysis.EliminateSubqueryAliases;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Generator;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.OuterReference;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Filter;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Generate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LateralJoin;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.OneRowRelation;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Project;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code FROM t, LATERAL explode(t.tags)}, which is a generator over the rows of t. */
final class Laterals {
  private Laterals() {}

  /** The same as a generator; empty when it is more than that. */
  static Optional<LogicalPlan> generate(LateralJoin join) {
    LogicalPlan right = EliminateSubqueryAliases.apply(join.right().plan());
    Project columns = right instanceof Project project ? project : null;
    LogicalPlan below = columns == null ? right : columns.child();
    if (!(below instanceof Generate generate) || !(generate.child() instanceof OneRowRelation)) {
      return Optional.empty();
    }
    boolean isOuter = join.joinType().sql().equals("LEFT OUTER");
    LogicalPlan plan =
        new Generate(
            (Generator) inner((Expression) generate.generator()),
            generate.unrequiredChildIndex(),
            generate.outer() || isOuter,
            generate.qualifier(),
            generate.generatorOutput(),
            join.left());
    if (columns != null) {
      List<NamedExpression> all = new ArrayList<>(Scala.list(join.left().output()));
      for (NamedExpression column : Scala.list(columns.projectList())) {
        all.add((NamedExpression) inner((Expression) column));
      }
      plan = new Project(Scala.seq(all), plan);
    }
    if (join.condition().isEmpty()) {
      return Optional.of(plan);
    }
    return isOuter
        ? Optional.empty()
        : Optional.of(new Filter(inner(join.condition().get()), plan));
  }

  private static Expression inner(Expression expression) {
    return Scala.rewrite(
        expression, each -> each instanceof OuterReference outer ? (Expression) outer.e() : each);
  }
}
