package io.lakebeam.sql.catalyst.group;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.scala.Tuple3;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedAttribute;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedEventTimeWatermark;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedStar;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Alias;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Distinct;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Project;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.SubqueryAlias;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.UnresolvedWith;
import io.lakebeam.shaded.spark.unsafe.types.CalendarInterval;
import io.lakebeam.sql.catalyst.RefusedQueryException;
import io.lakebeam.sql.catalyst.Scala;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What a query says by WATERMARK, taken out of its plan. */
public final class Watermarks {
  /** What a column is called that has the time. */
  private static final String MARK = "_watermark";

  private Watermarks() {}

  /**
   * How long rows are remembered of which one is kept.
   *
   * @param column with their time, as the query names it
   * @param microseconds at most between two of them
   */
  public record Watermark(String column, long microseconds) {}

  /** The plan without it: by itself, a WATERMARK changes no row. */
  public static LogicalPlan without(LogicalPlan parsed) {
    return rewrite(
        parsed, node -> node instanceof UnresolvedEventTimeWatermark mark ? mark.child() : node);
  }

  /** The plan with each node replaced, and those of its WITH, which are none of its children. */
  private static LogicalPlan rewrite(LogicalPlan parsed, UnaryOperator<LogicalPlan> each) {
    return Scala.rewrite(
        parsed, node -> each.apply(node instanceof UnresolvedWith with ? with(with, each) : node));
  }

  private static LogicalPlan with(UnresolvedWith with, UnaryOperator<LogicalPlan> each) {
    List<Tuple3<String, SubqueryAlias, Option<Object>>> parts = new ArrayList<>();
    for (Tuple3<String, SubqueryAlias, Option<Object>> part : Scala.list(with.cteRelations())) {
      parts.add(new Tuple3<>(part._1(), (SubqueryAlias) rewrite(part._2(), each), part._3()));
    }
    return new UnresolvedWith(with.child(), Scala.seq(parts), with.allowRecursion());
  }

  /** The plan with a column beside the rows of each WATERMARK that has their time. */
  public static LogicalPlan marked(LogicalPlan parsed) {
    return rewrite(
        parsed,
        node ->
            node instanceof UnresolvedEventTimeWatermark mark
                ? new Project(
                    Scala.<NamedExpression>seq(
                        List.of(
                            new UnresolvedStar(Option.empty()),
                            time((Expression) mark.eventTimeColExpr()))),
                    mark.child())
                : node);
  }

  private static NamedExpression time(Expression column) {
    return new Alias(
        column,
        MARK,
        NamedExpression.newExprId(),
        Alias.apply$default$4(column, MARK),
        Alias.apply$default$5(column, MARK),
        Alias.apply$default$6(column, MARK));
  }

  /** The column that a {@link #marked} plan has the time of, once it is analyzed. */
  public static Optional<Attribute> time(LogicalPlan analyzed) {
    for (Expression expression : Scala.list(analyzed.expressions())) {
      if (expression instanceof Alias alias
          && alias.name().equals(MARK)
          && alias.child() instanceof Attribute column) {
        return Optional.of(column);
      }
    }
    return Scala.list(analyzed.children()).stream()
        .flatMap(child -> time(child).stream())
        .findFirst();
  }

  /** The rows that a DISTINCT is asked of, if it is the last thing that the query does. */
  public static Optional<LogicalPlan> distinct(LogicalPlan parsed) {
    return parsed instanceof Distinct distinct ? Optional.of(distinct.child()) : Optional.empty();
  }

  /**
   * The only one of a query.
   *
   * @return empty when there is none
   */
  public static Optional<Watermark> of(LogicalPlan parsed) throws RefusedQueryException {
    List<UnresolvedEventTimeWatermark> found = new ArrayList<>();
    rewrite(
        parsed,
        node -> {
          if (node instanceof UnresolvedEventTimeWatermark mark) {
            found.add(mark);
          }
          return node;
        });
    if (found.isEmpty()) {
      return Optional.empty();
    }
    UnresolvedEventTimeWatermark mark = found.get(0);
    CalendarInterval delay = mark.delay();
    if (found.size() > 1 || delay.months != 0) {
      throw new RefusedQueryException(
          mark.origin(),
          "this WATERMARK is not possible here",
          found.size() > 1 ? "there are two of them" : "months differ in length",
          "write one WATERMARK, with a delay in days, hours, minutes or seconds");
    }
    long day = 24L * 3600 * 1_000_000;
    return Optional.of(
        new Watermark(column(mark), Math.addExact(delay.days * day, delay.microseconds)));
  }

  private static String column(UnresolvedEventTimeWatermark mark) throws RefusedQueryException {
    if (mark.eventTimeColExpr() instanceof UnresolvedAttribute attribute) {
      List<String> parts = Scala.list(attribute.nameParts());
      return parts.get(parts.size() - 1);
    }
    throw new RefusedQueryException(
        mark.origin(),
        "this WATERMARK is not of a column",
        "rows are compared by a time that the table has",
        "name a column; compute it in a query below");
  }
}
