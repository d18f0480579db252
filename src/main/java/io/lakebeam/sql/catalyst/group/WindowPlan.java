package io.lakebeam.sql.catalyst.group;

import io.lakebeam.graph.Lineage;
import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Alias;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.CreateNamedStruct;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GetStructField;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Aggregate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Filter;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.GlobalLimit;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LocalLimit;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Project;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Sort;
import io.lakebeam.sql.catalyst.ColumnLineage;
import io.lakebeam.sql.catalyst.Refusals;
import io.lakebeam.sql.catalyst.RefusedQueryException;
import io.lakebeam.sql.catalyst.RowFlow;
import io.lakebeam.sql.catalyst.Scala;
import io.lakebeam.sql.catalyst.Shown;
import io.lakebeam.sql.catalyst.Step;
import io.lakebeam.sql.catalyst.Translation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A query of closed windows taken apart: the rows that are grouped, what is computed of them, and
 * what the query makes of the groups.
 *
 * @param groups the first two groups are start and end of the window; columns have names of no
 *     meaning
 * @param shown made of a row of the groups' columns
 * @param output the columns of what is made
 * @param time column of the table with the time that the WATERMARK is of
 * @param delay microseconds that rows may be late
 * @param grid where windows end
 * @param lineage what its columns follow from
 */
public record WindowPlan(
    GroupPlan groups,
    Step.Rows shown,
    List<Attribute> output,
    String time,
    long delay,
    WindowGrid grid,
    Lineage lineage) {
  /** Where the end of the window stands in rows that are grouped, and in those of the groups. */
  public static final int END = 1;

  public WindowPlan {
    output = List.copyOf(output);
  }

  /** True when all that a query does with rows once they are grouped is row by row, or an order. */
  public static boolean isOfGroups(LogicalPlan plan) {
    LogicalPlan top = plan;
    while (top instanceof Project
        || top instanceof Filter
        || top instanceof Sort
        || top instanceof GlobalLimit
        || top instanceof LocalLimit) {
      top = Scala.list(top.children()).get(0);
    }
    return top instanceof Aggregate;
  }

  /**
   * @param time the column of the WATERMARK; empty when the table that is read has no such column
   */
  public static WindowPlan of(
      LogicalPlan plan,
      Optional<String> time,
      List<Attribute> output,
      Predicate<String> isStatic,
      long delay)
      throws RefusedQueryException {
    List<LogicalPlan> above = new ArrayList<>();
    LogicalPlan top = plan;
    while (top instanceof Project || top instanceof Filter) {
      above.add(0, top);
      top = Scala.list(top.children()).get(0);
    }
    if (!(top instanceof Aggregate aggregate)) {
      throw Refusals.of(top, false);
    }
    TimeWindows windows = TimeWindows.of(aggregate);
    String column = windows.time(plan, time);
    try {
      return new Grouped(aggregate, windows, isStatic)
          .plan(above, output, column, delay, ColumnLineage.of(plan, output));
    } catch (RefusedQueryException e) {
      throw e.inOtherWords(WindowPlan::ofWindows);
    }
  }

  /** What holds for the rows of views holds for those of windows. */
  private static String ofWindows(String ofViews) {
    return ofViews
        .replace("a materialized view", "a table of windows")
        .replace("the view's rows", "its rows")
        .replace("the view", "the query")
        .replace("a view", "a table of windows");
  }

  /** The GROUP BY at work. */
  private static final class Grouped {
    private final Aggregate aggregate;
    private final TimeWindows windows;
    private final Predicate<String> isStatic;
    private final RowColumns row = new RowColumns();
    private final List<Expression> groups = new ArrayList<>();
    private final List<GroupPlan.Result> results = new ArrayList<>();
    private final List<Attribute> layout = new ArrayList<>();
    private final List<AggregateExpression> calls = new ArrayList<>();
    private final List<Attribute> ofCalls = new ArrayList<>();
    private final Expression window;

    Grouped(Aggregate aggregate, TimeWindows windows, Predicate<String> isStatic) {
      this.aggregate = aggregate;
      this.windows = windows;
      this.isStatic = isStatic;
      Attribute start = group("start", field(0));
      Attribute end = group("end", field(1));
      this.window =
          new CreateNamedStruct(
              Scala.seq(
                  List.of(
                      Literal$.MODULE$.apply("start"), start, Literal$.MODULE$.apply("end"), end)));
    }

    private Expression field(int at) {
      return new GetStructField(windows.column(), at, Option.empty());
    }

    private Attribute group(String name, Expression value) {
      int at = groups.size();
      groups.add(value);
      row.add(value);
      results.add(new GroupPlan.Result("_" + name, value.dataType(), at, null));
      Attribute column = Mergeable.attribute(name, value.dataType());
      layout.add(column);
      return column;
    }

    public WindowPlan plan(
        List<LogicalPlan> above, List<Attribute> output, String time, long delay, Lineage lineage)
        throws RefusedQueryException {
      List<Expression> others = new ArrayList<>();
      List<Attribute> ofOthers = new ArrayList<>();
      for (Expression each : Scala.list(aggregate.groupingExpressions())) {
        if (!GroupPlan.isGroup(each, windows.column())) {
          others.add(each);
          ofOthers.add(group("group" + others.size(), each instanceof Alias a ? a.child() : each));
        }
      }
      List<NamedExpression> selected = new ArrayList<>();
      for (NamedExpression each : Scala.list(aggregate.aggregateExpressions())) {
        Expression value = each instanceof Alias alias ? alias.child() : (Expression) each;
        collect(value);
        selected.add(each);
      }
      RowFlow flow = Translation.ofOnly(windows.below(), isStatic, row.values()).flow();
      Step.Rows rows = flow.select(flow.ready(row.values()));
      Shown shown = new Shown(flow.input(), layout);
      shown.project(
          selected,
          each -> {
            Expression value = each instanceof Alias alias ? alias.child() : (Expression) each;
            return replaced(value, others, ofOthers);
          });
      for (LogicalPlan node : above) {
        shown.add(node);
      }
      GroupPlan grouped =
          new GroupPlan(
              flow.input().name(), flow.reads(), rows, row.columns(), results, Lineage.unknown());
      return new WindowPlan(
          grouped, shown.rows(output), output, time, delay, windows.grid(), lineage);
    }

    private void collect(Expression value) throws RefusedQueryException {
      if (value instanceof AggregateExpression call) {
        if (calls.stream().noneMatch(known -> known.semanticEquals(call))) {
          calls.add(call);
          String name = "value" + calls.size();
          results.add(
              new GroupPlan.Result(
                  "_" + name, call.dataType(), -1, GroupPlan.accumulator(call, row)));
          Attribute column = Mergeable.attribute(name, call.dataType());
          layout.add(column);
          ofCalls.add(column);
        }
        return;
      }
      for (Expression child : Scala.list(value.children())) {
        collect(child);
      }
    }

    /** The expression over the groups' columns. */
    private Expression replaced(
        Expression value, List<Expression> others, List<Attribute> ofOthers) {
      for (int i = 0; i < calls.size(); i++) {
        if (calls.get(i).semanticEquals(value)) {
          return ofCalls.get(i);
        }
      }
      if (value.semanticEquals(windows.column())) {
        return window;
      }
      for (int i = 0; i < others.size(); i++) {
        if (GroupPlan.isGroup(others.get(i), value)) {
          return ofOthers.get(i);
        }
      }
      List<Expression> children = new ArrayList<>();
      for (Expression child : Scala.list(value.children())) {
        children.add(replaced(child, others, ofOthers));
      }
      return value.withNewChildren(Scala.seq(children));
    }
  }
}
