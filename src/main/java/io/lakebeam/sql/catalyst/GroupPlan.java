package io.lakebeam.sql.catalyst;

import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Alias;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.If;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.IsNotNull;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateFunction;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Average;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Count;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Max;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Min;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Sum;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Aggregate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Expand;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Project;
import io.lakebeam.shaded.spark.sql.types.DataType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A GROUP BY query taken apart: the rows that are grouped, and what is computed of them.
 *
 * @param input the table that it reads
 * @param reads columns of the table that the rows are made of
 * @param rows {@code _g0, _g1, ...}, what they are grouped by, then {@code _a0, ...}, the arguments
 *     of the aggregates
 * @param types of the columns of the rows
 * @param columns of the result, as its author selects them
 * @param lineage what each of them is computed from
 */
public record GroupPlan(
    String input,
    List<String> reads,
    Step.Rows rows,
    List<DataType> types,
    List<Result> columns,
    Map<String, List<ColumnOrigin>> lineage) {
  public GroupPlan {
    reads = List.copyOf(reads);
    types = List.copyOf(types);
    columns = List.copyOf(columns);
  }

  /** Aggregates whose parts add up in any order. */
  public enum Function {
    GROUP,
    COUNT,
    SUM,
    MIN,
    MAX,
    AVG
  }

  /**
   * A column of the result.
   *
   * @param rowColumn what of the row it is made of; -1 for every row
   */
  public record Result(String name, Function function, int rowColumn, DataType type) {}

  private static final String FROM_NEW_ROWS = "a view is kept up to date from new rows alone";

  static GroupPlan of(LogicalPlan plan, List<Attribute> output, Predicate<String> isStatic)
      throws RefusedQueryException {
    LogicalPlan top = plan;
    while (top instanceof Project project && isRenaming(project)) {
      top = project.child();
    }
    if (!(top instanceof Aggregate aggregate)) {
      throw refused(plan);
    }
    if (aggregate.child() instanceof Expand) {
      throw new RefusedQueryException(
          aggregate.origin(),
          "ROLLUP, CUBE and GROUPING SETS are not possible in a materialized view",
          "each row of a view is one group",
          "write a view for each grouping");
    }
    refuseUnselected(aggregate);
    List<Expression> arguments = new ArrayList<>();
    Scala.list(aggregate.groupingExpressions())
        .forEach(group -> arguments.add(group instanceof Alias alias ? alias.child() : group));
    List<Result> results = new ArrayList<>();
    for (Attribute column : output) {
      results.add(result(column, definition(column, plan), aggregate, arguments));
    }
    Translation.Flow flow = Translation.ofOnly(aggregate.child(), isStatic, arguments).flow();
    Step.Rows rows = flow.select(Translation.ready(arguments, flow));
    return new GroupPlan(
        flow.input().name(),
        flow.reads(),
        rows,
        arguments.stream().map(Expression::dataType).toList(),
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
      Attribute column, Expression value, Aggregate aggregate, List<Expression> arguments)
      throws RefusedQueryException {
    List<Expression> groups = Scala.list(aggregate.groupingExpressions());
    for (int i = 0; i < groups.size(); i++) {
      if (isGroup(groups.get(i), value)) {
        return new Result(column.name(), Function.GROUP, i, column.dataType());
      }
    }
    if (!(value instanceof AggregateExpression call)) {
      throw new RefusedQueryException(
          value.origin(),
          "the view computes " + value.sql() + " of aggregates or groups",
          FROM_NEW_ROWS + ": it stores aggregates and what they are grouped by",
          "select the aggregates, and compute with them where the view is read");
    }
    if (call.isDistinct()) {
      throw new RefusedQueryException(
          value.origin(),
          value.sql() + " is not possible in a materialized view",
          "to know what is new it would have to keep every value",
          "group by the value too and count the view's rows where it is read, or count something"
              + " that occurs once, for instance a status that a flight has once");
    }
    Function function = function(call);
    Expression argument = argument(call);
    if (argument == null) {
      return new Result(column.name(), function, -1, column.dataType());
    }
    arguments.add(argument);
    return new Result(column.name(), function, arguments.size() - 1, column.dataType());
  }

  private static boolean isGroup(Expression group, Expression value) {
    return group instanceof Alias alias
        ? alias.child().semanticEquals(value) || alias.toAttribute().semanticEquals(value)
        : group.semanticEquals(value);
  }

  private static Function function(AggregateExpression call) throws RefusedQueryException {
    AggregateFunction function = call.aggregateFunction();
    if (function instanceof Count) {
      return Function.COUNT;
    }
    if (function instanceof Sum) {
      return Function.SUM;
    }
    if (function instanceof Min) {
      return Function.MIN;
    }
    if (function instanceof Max) {
      return Function.MAX;
    }
    if (function instanceof Average) {
      return Function.AVG;
    }
    throw new RefusedQueryException(
        call.origin(),
        function.prettyName() + " is not possible in a materialized view",
        FROM_NEW_ROWS,
        "use COUNT, SUM, MIN, MAX and AVG, or compute it where the table is read");
  }

  /** What is counted or added up; null when each row counts. */
  private static Expression argument(AggregateExpression call) {
    List<Expression> children = Scala.list(call.aggregateFunction().children());
    Expression argument = children.get(0);
    for (Expression other : children.subList(1, children.size())) {
      argument = new If(new IsNotNull(argument), other, nothing(other.dataType()));
    }
    boolean isOfEachRow =
        call.aggregateFunction() instanceof Count && children.size() == 1 && !argument.nullable();
    Option<Expression> filter = call.filter();
    if (filter.isDefined()) {
      return new If(
          filter.get(),
          isOfEachRow ? Literal$.MODULE$.apply(1) : argument,
          nothing(isOfEachRow ? Literal$.MODULE$.apply(1).dataType() : argument.dataType()));
    }
    return isOfEachRow ? null : argument;
  }

  private static Expression nothing(DataType type) {
    return Literal$.MODULE$.create(null, type);
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

  private static RefusedQueryException refused(LogicalPlan plan) {
    boolean hasWindow = plan.exists(Scala.predicate(node -> node.nodeName().equals("Window")));
    String name = hasWindow ? "Window" : plan.nodeName();
    if (name.equals("Project") || name.equals("Filter")) {
      boolean isHaving = plan.exists(Scala.predicate(node -> node instanceof Aggregate));
      return new RefusedQueryException(
          plan.origin(),
          isHaving
              ? "HAVING and expressions over aggregates are not possible in a materialized view"
              : "the view groups nothing",
          FROM_NEW_ROWS,
          isHaving
              ? "leave it out, and filter where the view is read"
              : "declare it as a streaming table, or group with GROUP BY");
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
}
