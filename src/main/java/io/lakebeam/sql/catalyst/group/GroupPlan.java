package io.lakebeam.sql.catalyst.group;

import io.lakebeam.graph.Lineage;
import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Alias;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Aggregate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Expand;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Project;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.ColumnLineage;
import io.lakebeam.sql.catalyst.RefusedQueryException;
import io.lakebeam.sql.catalyst.RowFlow;
import io.lakebeam.sql.catalyst.Scala;
import io.lakebeam.sql.catalyst.Step;
import io.lakebeam.sql.catalyst.Translation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A GROUP BY query taken apart: the rows that are grouped, and what is computed of them.
 *
 * @param input the table that it reads
 * @param reads columns of the table that the rows are made of
 * @param rows what they are grouped by, then arguments of the aggregates
 * @param row the columns of the rows
 * @param columns of the result, as its author selects them
 * @param lineage what they follow from
 */
public record GroupPlan(
    String input,
    List<String> reads,
    Step.Rows rows,
    List<Attribute> row,
    List<Result> columns,
    Lineage lineage) {
  public GroupPlan {
    reads = List.copyOf(reads);
    row = List.copyOf(row);
    columns = List.copyOf(columns);
  }

  /**
   * A column of the result.
   *
   * @param group the row's column that it is; -1 for an aggregate
   * @param aggregate null for a group
   */
  public record Result(String name, DataType type, int group, @Nullable Accumulator aggregate) {}

  /**
   * Of a plan.
   *
   * @return empty when it is no query of groups and aggregates alone, over one table, or when parts
   *     of an aggregate do not add up
   */
  public static Optional<GroupPlan> of(
      LogicalPlan plan, List<Attribute> output, Predicate<String> isStatic) {
    try {
      return taken(plan, output, isStatic);
    } catch (RefusedQueryException e) {
      return Optional.empty(); // rows one by one, or parts of groups, cannot have it
    }
  }

  private static Optional<GroupPlan> taken(
      LogicalPlan plan, List<Attribute> output, Predicate<String> isStatic)
      throws RefusedQueryException {
    LogicalPlan top = plan;
    while (top instanceof Project project && isRenaming(project)) {
      top = project.child();
    }
    if (!(top instanceof Aggregate written)) {
      return Optional.empty();
    }
    Aggregate aggregate = TimeWindows.ofView(written);
    if (aggregate.child() instanceof Expand || !selectsItsGroups(aggregate)) {
      return Optional.empty();
    }
    RowColumns row = new RowColumns();
    Scala.list(aggregate.groupingExpressions())
        .forEach(group -> row.add(group instanceof Alias alias ? alias.child() : group));
    List<Result> results = new ArrayList<>();
    for (Attribute column : output) {
      Optional<Result> result = result(column, definition(column, plan), aggregate, row);
      if (result.isEmpty()) {
        return Optional.empty();
      }
      results.add(result.get());
    }
    RowFlow flow = Translation.ofOnly(aggregate.child(), isStatic, row.values()).flow();
    Step.Rows rows = flow.select(flow.ready(row.values()));
    return Optional.of(
        new GroupPlan(
            flow.input().name(),
            flow.reads(),
            rows,
            row.columns(),
            results,
            ColumnLineage.of(plan, output)));
  }

  private static boolean isRenaming(Project project) {
    return Scala.list(project.projectList()).stream()
        .allMatch(
            c -> c instanceof Attribute || c instanceof Alias a && a.child() instanceof Attribute);
  }

  /** The expression that gives a column of the plan, below renamings. */
  private static Expression definition(Attribute column, LogicalPlan plan) {
    List<NamedExpression> columns =
        plan instanceof Project project
            ? Scala.list(project.projectList())
            : Scala.list(((Aggregate) plan).aggregateExpressions());
    Expression found =
        (Expression)
            columns.stream()
                .filter(c -> c.exprId().equals(column.exprId()))
                .findFirst()
                .orElseThrow();
    Expression value = found instanceof Alias alias ? alias.child() : found;
    return plan instanceof Project project ? definition((Attribute) value, project.child()) : value;
  }

  /** Empty for what is neither a group nor an aggregate. */
  private static Optional<Result> result(
      Attribute column, Expression value, Aggregate aggregate, RowColumns row)
      throws RefusedQueryException {
    List<Expression> groups = Scala.list(aggregate.groupingExpressions());
    for (int i = 0; i < groups.size(); i++) {
      if (isGroup(groups.get(i), value)) {
        return Optional.of(new Result(column.name(), column.dataType(), i, null));
      }
    }
    return value instanceof AggregateExpression call
        ? Optional.of(new Result(column.name(), column.dataType(), -1, accumulator(call, row)))
        : Optional.empty();
  }

  /** The aggregate over the columns of the rows, which get those that it needs. */
  public static Accumulator accumulator(AggregateExpression call, RowColumns row)
      throws RefusedQueryException {
    AggregateRefusals.check(call);
    Option<Expression> filter = call.filter();
    Attribute isCounted = filter.isDefined() ? row.column(filter.get()) : null;
    return Mergeable.of(row.function(call.aggregateFunction()), isCounted);
  }

  public static boolean isGroup(Expression group, Expression value) {
    return group instanceof Alias alias
        ? alias.child().semanticEquals(value) || alias.toAttribute().semanticEquals(value)
        : group.semanticEquals(value);
  }

  /** Rows of a view are found again by what they are grouped by. */
  private static boolean selectsItsGroups(Aggregate aggregate) {
    Set<Integer> selected = new HashSet<>();
    List<Expression> groups = Scala.list(aggregate.groupingExpressions());
    for (NamedExpression column : Scala.list(aggregate.aggregateExpressions())) {
      Expression value = column instanceof Alias alias ? alias.child() : (Expression) column;
      for (int i = 0; i < groups.size(); i++) {
        if (isGroup(groups.get(i), value)) {
          selected.add(i);
        }
      }
    }
    return selected.size() == groups.size();
  }
}
