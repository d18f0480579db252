package io.lakebeam.sql.catalyst.group;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Alias;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.CreateArray;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Explode;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.ExprId;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GetStructField;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.PreciseTimestampConversion;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SessionWindow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.TimeWindow;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Aggregate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Expand;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Generate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Project;
import io.lakebeam.shaded.spark.sql.catalyst.trees.Origin;
import io.lakebeam.shaded.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.sql.catalyst.RefusedQueryException;
import io.lakebeam.sql.catalyst.Scala;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The windows that a query groups by, as the analyzer has put them into its plan.
 *
 * @param column of the plan below the GROUP BY that has the window: a struct of start and end
 * @param structs the windows of a row, the last one first
 * @param below the plan that is grouped, a row for each window of a row
 */
public record TimeWindows(Attribute column, List<Expression> structs, LogicalPlan below) {
  public TimeWindows {
    structs = List.copyOf(structs);
  }

  public static TimeWindows of(Aggregate aggregate) throws RefusedQueryException {
    Attribute window = null;
    for (Expression group : Scala.list(aggregate.groupingExpressions())) {
      Expression value = group instanceof Alias alias ? alias.child() : group;
      if (value instanceof Attribute column && isSession(column)) {
        throw sessions(group.origin());
      }
      if (value instanceof Attribute column && isWindow(column)) {
        window = column;
      }
    }
    if (window == null) {
      throw new RefusedQueryException(
              aggregate.origin(),
              "a streaming table cannot group rows without a window",
              "a group that is no time may get more rows for ever, and a row of the table is written"
                  + " once",
              "group by window(time, '5 minutes') too, of the time that the WATERMARK is of, or declare"
                  + " the dataset as a materialized view")
          .becauseOfMoreRows();
    }
    Attribute column = window;
    LogicalPlan below = Scala.rewrite(pruned(aggregate), node -> generated(node, column));
    if (below.exists(Scala.predicate(Expand.class::isInstance))) {
      throw new RefusedQueryException(
          aggregate.origin(),
          "ROLLUP, CUBE and GROUPING SETS are not possible here",
          "each row of the table is one group of one window",
          "write a streaming table for each grouping");
    }
    return new TimeWindows(column, structs(below, column), below);
  }

  /**
   * The GROUP BY of a view, where it is by windows: a row for each window of a row is grouped, by
   * the start or end that is selected, which tells the window.
   */
  public static Aggregate ofView(Aggregate aggregate) throws RefusedQueryException {
    Optional<Attribute> made =
        Scala.list(aggregate.child().output()).stream()
            .filter(column -> isWindow(column) || isSession(column))
            .findFirst();
    if (made.isEmpty()) {
      return aggregate;
    }
    Attribute window = made.get();
    if (isSession(window)) {
      throw sessions(aggregate.origin());
    }
    List<Expression> groups = new ArrayList<>();
    for (Expression group : Scala.list(aggregate.groupingExpressions())) {
      List<Expression> fields =
          group.semanticEquals(window) ? fields(aggregate, window) : List.<Expression>of();
      groups.addAll(fields.isEmpty() ? List.of(group) : fields);
    }
    return new Aggregate(
        Scala.seq(groups),
        aggregate.aggregateExpressions(),
        Scala.rewrite(pruned(aggregate), node -> generated(node, window)),
        aggregate.hint());
  }

  private static List<Expression> fields(Aggregate aggregate, Attribute window) {
    List<Expression> fields = new ArrayList<>();
    for (NamedExpression column : Scala.list(aggregate.aggregateExpressions())) {
      Expression value = column instanceof Alias alias ? alias.child() : (Expression) column;
      if (value instanceof GetStructField field
          && field.child().semanticEquals(window)
          && fields.stream().noneMatch(known -> known.semanticEquals(field))) {
        fields.add(field);
      }
    }
    return fields;
  }

  private static boolean isWindow(Attribute column) {
    return column.metadata().contains(TimeWindow.marker());
  }

  private static boolean isSession(Attribute column) {
    return column.metadata().contains(SessionWindow.marker());
  }

  private static RefusedQueryException sessions(Origin at) {
    return new RefusedQueryException(
        at,
        "session windows are not possible here",
        "a session grows with the rows that come, and where it ends is known of all of them only",
        "group by window(time, '5 minutes'); sessions can be told where the table is read");
  }

  /** Where the windows are made of the rows, Spark keeps all columns, whoever asks for them. */
  private static LogicalPlan pruned(Aggregate aggregate) {
    if (!(aggregate.child() instanceof Project project)) {
      return aggregate.child();
    }
    Set<ExprId> asked = new HashSet<>();
    Scala.list(aggregate.references().toSeq()).forEach(each -> asked.add(each.exprId()));
    return new Project(
        Scala.seq(
            Scala.list(project.projectList()).stream()
                .filter(each -> asked.contains(each.exprId()))
                .toList()),
        project.child());
  }

  /** Where windows overlap, Spark expands each row: that is a generator of windows. */
  private static LogicalPlan generated(LogicalPlan node, Attribute window) {
    if (!(node instanceof Expand expand)
        || !Scala.list(expand.output()).get(0).exprId().equals(window.exprId())) {
      return node;
    }
    List<Expression> windows = new ArrayList<>();
    Scala.list(expand.projections()).forEach(projection -> windows.add(projection.apply(0)));
    return new Generate(
        new Explode(new CreateArray(Scala.<Expression>seq(windows))),
        Scala.seq(List.of()),
        false,
        Option.empty(),
        Scala.seq(List.of(window)),
        expand.child());
  }

  private static List<Expression> structs(LogicalPlan plan, Attribute window) {
    return find(plan, window)
        .orElseThrow(() -> new IllegalStateException("nothing makes " + window + " in " + plan));
  }

  private static Optional<List<Expression>> find(LogicalPlan plan, Attribute window) {
    if (plan instanceof Generate generate
        && Scala.list(generate.generatorOutput()).stream()
            .anyMatch(column -> column.exprId().equals(window.exprId()))) {
      Explode explode = (Explode) generate.generator();
      return Optional.of(Scala.list(explode.child().children()));
    }
    return defined(plan, window)
        .map(List::of)
        .or(
            () ->
                Scala.list(plan.children()).stream()
                    .flatMap(child -> find(child, window).stream())
                    .findFirst());
  }

  private static Optional<Expression> defined(LogicalPlan plan, Attribute column) {
    for (Expression each : Scala.list(plan.expressions())) {
      if (each instanceof Alias alias && alias.exprId().equals(column.exprId())) {
        return Optional.of(alias.child());
      }
    }
    return Optional.empty();
  }

  /** What the column of the WATERMARK is called in the table that is read; empty when computed. */
  public static Optional<String> timeOf(LogicalPlan inlined) {
    return Watermarks.time(inlined).flatMap(column -> origin(inlined, column));
  }

  /**
   * The column of the table with the time that windows are of.
   *
   * @param marked that of the WATERMARK
   */
  public String time(LogicalPlan plan, Optional<String> marked) throws RefusedQueryException {
    String time =
        marked.orElseThrow(
            () -> refused("the WATERMARK is of no column that the table has which is read"));
    Attribute windowed =
        conversion(structs.get(0))
            .orElseThrow(() -> refused("its windows are of something that is computed"));
    Optional<String> other = origin(plan, windowed);
    if (other.isEmpty() || !other.get().equals(time)) {
      throw refused("its windows are of " + windowed.name() + ", the WATERMARK is of " + time);
    }
    return time;
  }

  private RefusedQueryException refused(String cause) {
    return new RefusedQueryException(
        column.origin(),
        "this WATERMARK does not tell when windows are closed",
        cause,
        "let the table that is read have the time as a column of type TIMESTAMP, and write"
            + " WATERMARK and window(...) of that");
  }

  private static Optional<Attribute> conversion(Expression expression) {
    if (expression instanceof PreciseTimestampConversion conversion
        && conversion.fromType().equals(DataTypes.TimestampType)) {
      return conversion.child() instanceof Attribute column
          ? Optional.of(column)
          : Optional.empty();
    }
    return Scala.list(expression.children()).stream()
        .flatMap(child -> conversion(child).stream())
        .findFirst();
  }

  /** What a column is called in the relation that it comes from as it is. */
  private static Optional<String> origin(LogicalPlan plan, Attribute column) {
    Optional<Expression> made = anywhere(plan, column);
    if (made.isPresent()) {
      return made.get() instanceof Attribute other ? origin(plan, other) : Optional.empty();
    }
    List<LogicalPlan> leaves = Scala.list(plan.collectLeaves());
    return leaves.stream()
        .filter(DataSourceV2Relation.class::isInstance)
        .flatMap(leaf -> Scala.list(leaf.output()).stream())
        .filter(each -> each.exprId().equals(column.exprId()))
        .map(Attribute::name)
        .findFirst();
  }

  private static Optional<Expression> anywhere(LogicalPlan plan, Attribute column) {
    return defined(plan, column)
        .or(
            () ->
                Scala.list(plan.children()).stream()
                    .flatMap(child -> anywhere(child, column).stream())
                    .findFirst());
  }

  /** Where windows end. */
  public WindowGrid grid() {
    InternalRow last = ofEpoch(structs.get(0));
    long length = last.getLong(1) - last.getLong(0);
    long slide =
        structs.size() == 1 ? length : last.getLong(0) - ofEpoch(structs.get(1)).getLong(0);
    return new WindowGrid(length, slide, last.getLong(1));
  }

  private static InternalRow ofEpoch(Expression struct) {
    Expression ofEpoch =
        Scala.rewrite(
            struct,
            each ->
                each instanceof Attribute
                    ? Literal$.MODULE$.create(0L, DataTypes.TimestampType)
                    : each);
    return (InternalRow) ofEpoch.eval(InternalRow.empty());
  }
}
