package io.lakebeam.sql.catalyst;

import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Alias;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.ExprId;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Expand;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Generate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Columns of sources and datasets that the columns of a plan are computed from. Catalyst gives each
 * column an id where it is made, and each use of it has that id. What only decides which rows there
 * are, such as a WHERE, computes no column.
 */
public final class ColumnLineage {
  private static final Comparator<ColumnOrigin> IN_ORDER =
      Comparator.comparing(ColumnOrigin::relation).thenComparing(ColumnOrigin::column);

  private final Map<ExprId, Set<ColumnOrigin>> origins = new HashMap<>();

  private ColumnLineage() {}

  /** By name, in the order of the columns; a constant and {@code COUNT(*)} have none. */
  public static Map<String, List<ColumnOrigin>> of(LogicalPlan plain, List<Attribute> columns) {
    ColumnLineage lineage = new ColumnLineage();
    lineage.visit(plain);
    Map<String, List<ColumnOrigin>> byName = new LinkedHashMap<>();
    columns.forEach(c -> byName.put(c.name(), lineage.of(c).stream().sorted(IN_ORDER).toList()));
    return byName;
  }

  private void visit(LogicalPlan plan) {
    Scala.list(plan.children()).forEach(this::visit);
    if (plan instanceof DataSourceV2Relation relation) {
      String name = ((Relation) relation.table()).name();
      Scala.list(plan.output())
          .forEach(c -> origins.put(c.exprId(), Set.of(new ColumnOrigin(name, c.name()))));
    } else if (plan instanceof Generate generate) {
      Set<ColumnOrigin> all = of((Expression) generate.generator());
      Scala.list(generate.generatorOutput()).forEach(c -> origins.put(c.exprId(), all));
    }
    if (plan instanceof Expand expand) {
      List<Attribute> output = Scala.list(expand.output());
      for (int i = 0; i < output.size(); i++) {
        Set<ColumnOrigin> all = new HashSet<>();
        for (Seq<Expression> projection : Scala.list(expand.projections())) {
          all.addAll(of(projection.apply(i)));
        }
        origins.put(output.get(i).exprId(), all);
      }
    }
    for (Expression expression : Scala.list(plan.expressions())) {
      if (expression instanceof Alias alias) {
        origins.put(alias.exprId(), of(alias.child()));
      }
    }
  }

  private Set<ColumnOrigin> of(Expression expression) {
    Set<ColumnOrigin> all = new HashSet<>();
    Scala.list(expression.references().toSeq())
        .forEach(column -> all.addAll(origins.getOrDefault(column.exprId(), Set.of())));
    return all;
  }
}
