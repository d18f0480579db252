package io.lakebeam.sql.catalyst;

import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.graph.ColumnUse;
import io.lakebeam.graph.Influence;
import io.lakebeam.graph.Lineage;
import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.scala.Tuple2;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Alias;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.CaseWhen;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Exists;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.ExprId;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.If;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.OuterReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.RankLike;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SubqueryExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.WindowExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Aggregate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Distinct;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Except;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Expand;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Filter;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Generate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Intersect;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Join;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LateralJoin;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Sort;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Union;
import io.lakebeam.shaded.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Columns of sources and datasets that the result of a plan follows from. Catalyst gives each
 * column an id where it is made, and each use of it has that id.
 */
public final class ColumnLineage {
  private final Map<ExprId, Set<ColumnUse>> uses;
  private final Set<ColumnUse> rows = new LinkedHashSet<>();

  private ColumnLineage(Map<ExprId, Set<ColumnUse>> known) {
    this.uses = new HashMap<>(known);
  }

  /**
   * Of a plan that is resolved, but not optimized.
   *
   * @param columns of its result
   */
  public static Lineage of(LogicalPlan plain, List<Attribute> columns) {
    ColumnLineage lineage = new ColumnLineage(Map.of());
    lineage.visit(plain);
    Map<String, List<ColumnUse>> byName = new LinkedHashMap<>();
    columns.forEach(c -> byName.put(c.name(), List.copyOf(lineage.of(c, Influence.IDENTITY))));
    return new Lineage(byName, List.copyOf(lineage.rows));
  }

  private void visit(LogicalPlan plan) {
    if (plan instanceof Union || plan instanceof Intersect || plan instanceof Except) {
      visitSides(plan);
      return;
    }
    Scala.list(plan.children()).forEach(this::visit);
    if (plan instanceof DataSourceV2Relation relation) {
      String name = ((Relation) relation.table()).name();
      Scala.list(plan.output())
          .forEach(
              c ->
                  uses.put(
                      c.exprId(),
                      Set.of(new ColumnUse(new ColumnOrigin(name, c.name()), Influence.IDENTITY))));
    } else if (plan instanceof Generate generate) {
      Set<ColumnUse> all = of((Expression) generate.generator(), Influence.TRANSFORMATION);
      Scala.list(generate.generatorOutput()).forEach(c -> uses.put(c.exprId(), all));
    } else if (plan instanceof Expand expand) {
      visitProjections(expand);
    } else if (plan instanceof Filter filter) {
      rows.addAll(of(filter.condition(), Influence.FILTER));
    } else if (plan instanceof Join join) {
      addJoin(join.condition());
    } else if (plan instanceof LateralJoin join) {
      rows.addAll(visitQuery(join.right().plan()).rows);
      addJoin(join.condition());
    } else if (plan instanceof Aggregate aggregate) {
      Scala.list(aggregate.groupingExpressions())
          .forEach(group -> rows.addAll(of(group, Influence.GROUP_BY)));
    } else if (plan instanceof Distinct) {
      Scala.list(plan.output()).forEach(c -> rows.addAll(of(c, Influence.GROUP_BY)));
    } else if (plan instanceof Sort sort) {
      Scala.list(sort.order())
          .forEach(order -> rows.addAll(of((Expression) order, Influence.SORT)));
    }
    for (Expression expression : Scala.list(plan.expressions())) {
      if (expression instanceof Alias alias) {
        uses.put(alias.exprId(), of(alias.child(), Influence.IDENTITY));
      }
    }
  }

  private void addJoin(Option<Expression> condition) {
    if (condition.isDefined()) {
      rows.addAll(of(condition.get(), Influence.JOIN));
    }
  }

  /** The columns of both sides are one, in their order; both may have a relation of one id. */
  private void visitSides(LogicalPlan plan) {
    List<Attribute> output = Scala.list(plan.output());
    List<Set<ColumnUse>> columns = new ArrayList<>();
    output.forEach(c -> columns.add(new LinkedHashSet<>()));
    boolean isFirst = true;
    for (LogicalPlan side : Scala.list(plan.children())) {
      visit(side);
      List<Attribute> given = Scala.list(side.output());
      for (int i = 0; i < output.size(); i++) {
        if (isFirst || plan instanceof Union) {
          columns.get(i).addAll(of(given.get(i), Influence.IDENTITY));
        }
        if (!(plan instanceof Union)) {
          rows.addAll(of(given.get(i), Influence.FILTER));
        }
      }
      isFirst = false;
    }
    for (int i = 0; i < output.size(); i++) {
      uses.put(output.get(i).exprId(), columns.get(i));
    }
  }

  private void visitProjections(Expand expand) {
    List<Attribute> output = Scala.list(expand.output());
    for (int i = 0; i < output.size(); i++) {
      Set<ColumnUse> all = new LinkedHashSet<>();
      for (Seq<Expression> projection : Scala.list(expand.projections())) {
        all.addAll(of(projection.apply(i), Influence.IDENTITY));
      }
      uses.put(output.get(i).exprId(), all);
    }
  }

  /** A query within this one, whose columns become known here. */
  private ColumnLineage visitQuery(LogicalPlan query) {
    ColumnLineage inner = new ColumnLineage(uses);
    inner.visit(query);
    Scala.list(query.output()).forEach(c -> uses.put(c.exprId(), inner.of(c, Influence.IDENTITY)));
    return inner;
  }

  /** What an expression's value follows from, where it is used like this. */
  private Set<ColumnUse> of(Expression expression, Influence use) {
    Set<ColumnUse> all = new LinkedHashSet<>();
    collect(expression, use, all);
    return all;
  }

  private void collect(Expression expression, Influence use, Set<ColumnUse> all) {
    if (expression instanceof Attribute column) {
      uses.getOrDefault(column.exprId(), Set.of()).forEach(each -> all.add(each.then(use)));
    } else if (expression instanceof OuterReference outer) {
      collect((Expression) outer.e(), use, all);
    } else if (expression instanceof Alias alias) {
      collect(alias.child(), use, all);
    } else if (expression instanceof If choice) {
      collect(choice.predicate(), Influence.CONDITIONAL.then(use), all);
      collect(choice.trueValue(), Influence.TRANSFORMATION.then(use), all);
      collect(choice.falseValue(), Influence.TRANSFORMATION.then(use), all);
    } else if (expression instanceof CaseWhen choice) {
      for (Tuple2<Expression, Expression> branch : Scala.list(choice.branches())) {
        collect(branch._1(), Influence.CONDITIONAL.then(use), all);
        collect(branch._2(), Influence.TRANSFORMATION.then(use), all);
      }
      if (choice.elseValue().isDefined()) {
        collect(choice.elseValue().get(), Influence.TRANSFORMATION.then(use), all);
      }
    } else if (expression instanceof AggregateExpression call) {
      collectParts(call.aggregateFunction(), Influence.AGGREGATION.then(use), all);
      if (call.filter().isDefined()) {
        collect(call.filter().get(), Influence.CONDITIONAL.then(use), all);
      }
    } else if (expression instanceof WindowExpression window) {
      // What ranks look at is what their windows are ordered by.
      Influence ofFunction =
          window.windowFunction() instanceof RankLike ? Influence.WINDOW : Influence.TRANSFORMATION;
      collect(window.windowFunction(), ofFunction.then(use), all);
      collectParts(window.windowSpec(), Influence.WINDOW.then(use), all);
    } else if (expression instanceof SubqueryExpression query) {
      collectQuery(query, use, all);
    } else {
      collectParts(expression, Influence.TRANSFORMATION.then(use), all);
    }
  }

  private void collectParts(Expression expression, Influence use, Set<ColumnUse> all) {
    Scala.list(expression.children()).forEach(child -> collect(child, use, all));
  }

  /** A query for a value, or for whether there is a row. */
  private void collectQuery(SubqueryExpression query, Influence use, Set<ColumnUse> all) {
    LogicalPlan plan = (LogicalPlan) query.plan();
    ColumnLineage inner = new ColumnLineage(uses);
    inner.visit(plan);
    if (query instanceof Exists) {
      inner.rows.forEach(each -> all.add(each.then(Influence.CONDITIONAL.then(use))));
      return;
    }
    Scala.list(plan.output())
        .forEach(c -> inner.of(c, Influence.IDENTITY).forEach(each -> all.add(each.then(use))));
    inner.rows.forEach(each -> all.add(each.then(use)));
  }
}
