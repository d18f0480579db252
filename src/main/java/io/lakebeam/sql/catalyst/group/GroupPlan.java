package io.lakebeam.sql.catalyst.group;

import io.lakebeam.graph.ColumnOrigin;
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
import java.util.Locale;
import java.util.Map;
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
 * @param lineage what each of them is computed from
 */
public record GroupPlan(
    String input,
    List<String> reads,
    Step.Rows rows,
    List<Attribute> row,
    List<Result> columns,
    Map<String, List<ColumnOrigin>> lineage) {
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

  private static final String FROM_NEW_ROWS = "a view is kept up to date from new rows alone";

  public static GroupPlan of(LogicalPlan plan, List<Attribute> output, Predicate<String> isStatic)
      throws RefusedQueryException {
    LogicalPlan top = plan;
    while (top instanceof Project project && isRenaming(project)) {
      top = project.child();
    }
    if (!(top instanceof Aggregate written)) {
      throw refused(plan, isStatic);
    }
    Aggregate aggregate = TimeWindows.ofView(written);
    if (aggregate.child() instanceof Expand) {
      throw new RefusedQueryException(
          aggregate.origin(),
          "ROLLUP, CUBE and GROUPING SETS are not possible in a materialized view",
          "each row of a view is one group",
          "write a view for each grouping");
    }
    refuseUnselected(aggregate);
    RowColumns row = new RowColumns();
    Scala.list(aggregate.groupingExpressions())
        .forEach(group -> row.add(group instanceof Alias alias ? alias.child() : group));
    List<Result> results = new ArrayList<>();
    for (Attribute column : output) {
      results.add(result(column, definition(column, plan), aggregate, row));
    }
    RowFlow flow = Translation.ofOnly(aggregate.child(), isStatic, row.values()).flow();
    Step.Rows rows = flow.select(flow.ready(row.values()));
    return new GroupPlan(
        flow.input().name(),
        flow.reads(),
        rows,
        row.columns(),
        results,
        ColumnLineage.of(plan, output));
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

  private static Result result(
      Attribute column, Expression value, Aggregate aggregate, RowColumns row)
      throws RefusedQueryException {
    List<Expression> groups = Scala.list(aggregate.groupingExpressions());
    for (int i = 0; i < groups.size(); i++) {
      if (isGroup(groups.get(i), value)) {
        return new Result(column.name(), column.dataType(), i, null);
      }
    }
    if (!(value instanceof AggregateExpression call)) {
      throw new RefusedQueryException(
          value.origin(),
          "the view computes " + value.sql() + " of aggregates or groups",
          FROM_NEW_ROWS + ": it stores aggregates and what they are grouped by",
          "select the aggregates, and compute with them where the view is read");
    }
    return new Result(column.name(), column.dataType(), -1, accumulator(call, row));
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

  private static void refuseUnselected(Aggregate aggregate) throws RefusedQueryException {
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
    for (int i = 0; i < groups.size(); i++) {
      if (!selected.contains(i)) {
        throw new RefusedQueryException(
            groups.get(i).origin(),
            "the view groups by an expression that it does not select",
            "rows of the view are found again by what they are grouped by",
            "add the expression to the SELECT list");
      }
    }
  }

  private static RefusedQueryException refused(LogicalPlan plan, Predicate<String> isStatic) {
    boolean hasWindow = plan.exists(Scala.predicate(node -> node.nodeName().equals("Window")));
    boolean isGrouped = plan.exists(Scala.predicate(node -> node instanceof Aggregate));
    if (!hasWindow && !isGrouped) {
      return ofRows(plan, isStatic);
    }
    String name = hasWindow ? "Window" : plan.nodeName();
    if (name.equals("Project") || name.equals("Filter")) {
      return new RefusedQueryException(
          plan.origin(),
          "HAVING and expressions over aggregates are not possible in a materialized view",
          FROM_NEW_ROWS,
          "leave it out, and filter where the view is read");
    }
    String shown =
        switch (name) {
          case "Sort" -> "ORDER BY";
          case "GlobalLimit", "LocalLimit" -> "LIMIT";
          case "Window" -> "a window function";
          default -> name.toUpperCase(Locale.ROOT);
        };
    return new RefusedQueryException(
        plan.origin(),
        shown + " is not possible in a materialized view",
        FROM_NEW_ROWS,
        "write one SELECT with GROUP BY; sort and limit where the view is read");
  }

  /** What no table can have either is told first. */
  private static RefusedQueryException ofRows(LogicalPlan plan, Predicate<String> isStatic) {
    try {
      Translation.ofOnly(plan, isStatic, List.of()).flow();
    } catch (RefusedQueryException e) {
      return e;
    }
    return new RefusedQueryException(
        plan.origin(),
        "the view groups nothing",
        FROM_NEW_ROWS,
        "declare it as a streaming table, or group with GROUP BY");
  }
}
