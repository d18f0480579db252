package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.scala.Tuple3;
import io.lakebeam.shaded.scala.runtime.AbstractFunction1;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedFunction;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedRelation;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GetJsonObject;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SemiStructuredExtract;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SubqueryExpression;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.SubqueryAlias;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.UnresolvedWith;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The relations that a parsed query names, besides those of its own WITH. */
final class Names {
  private Names() {}

  /** Makes a plan of a relation's name; null when there is none of that name. */
  interface Replacement {
    @Nullable LogicalPlan of(String name, boolean isStream);
  }

  /** In the order of the query. */
  static Set<String> in(LogicalPlan plan) {
    Set<String> names = new LinkedHashSet<>();
    replace(
        plan,
        (name, isStream) -> {
          names.add(name);
          return null;
        });
    return names;
  }

  /** The plan with every relation replaced that is known. */
  static LogicalPlan replace(LogicalPlan plan, Replacement replacement) {
    return replace(plan, replacement, Set.of());
  }

  private static LogicalPlan replace(
      LogicalPlan plan, Replacement replacement, Set<String> withNames) {
    if (plan instanceof UnresolvedRelation relation) {
      return relation(relation, replacement, withNames);
    }
    if (plan instanceof UnresolvedWith with) {
      Set<String> names = new HashSet<>(withNames);
      List<Tuple3<String, SubqueryAlias, Option<Object>>> parts = new ArrayList<>();
      for (Tuple3<String, SubqueryAlias, Option<Object>> part : Scala.list(with.cteRelations())) {
        parts.add(
            new Tuple3<>(
                part._1(), (SubqueryAlias) replace(part._2(), replacement, names), part._3()));
        names.add(part._1().toLowerCase(Locale.ROOT));
      }
      return new UnresolvedWith(
          replace(with.child(), replacement, names), Scala.seq(parts), with.allowRecursion());
    }
    LogicalPlan below = plan.mapChildren(function(child -> replace(child, replacement, withNames)));
    return below.mapExpressions(
        function(expression -> Scala.rewrite(expression, in(replacement, withNames))));
  }

  private static LogicalPlan relation(
      UnresolvedRelation relation, Replacement replacement, Set<String> withNames) {
    List<String> parts = Scala.list(relation.multipartIdentifier());
    String name = String.join(".", parts);
    boolean isOfWith = parts.size() == 1 && withNames.contains(name.toLowerCase(Locale.ROOT));
    LogicalPlan known = isOfWith ? null : replacement.of(name, relation.isStreaming());
    return known != null
        ? known
        : new UnresolvedRelation(relation.multipartIdentifier(), relation.options(), false);
  }

  private static UnaryOperator<Expression> in(Replacement replacement, Set<String> withNames) {
    return expression -> {
      if (expression instanceof SubqueryExpression subquery) {
        return (Expression) subquery.withNewPlan(replace(subquery.plan(), replacement, withNames));
      }
      // a:b.c of a text is what Databricks makes of it; Spark takes it of a VARIANT only.
      if (expression instanceof SemiStructuredExtract extract
          && !(extract.child() instanceof UnresolvedFunction)) {
        return new GetJsonObject(extract.child(), Literal$.MODULE$.apply(extract.field()));
      }
      return expression;
    };
  }

  private static <T> AbstractFunction1<T, T> function(UnaryOperator<T> each) {
    return new AbstractFunction1<>() {
      @Override
      public T apply(T node) {
        return each.apply(node);
      }
    };
  }
}
