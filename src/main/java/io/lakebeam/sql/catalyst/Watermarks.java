package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedAttribute;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedEventTimeWatermark;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Distinct;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.unsafe.types.CalendarInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a query says by WATERMARK, taken out of its plan. */
final class Watermarks {
  private Watermarks() {}

  /**
   * How long rows are remembered of which one is kept.
   *
   * @param column with their time, as the query names it
   * @param microseconds at most between two of them
   */
  record Watermark(String column, long microseconds) {}

  /** The plan without it: by itself, a WATERMARK changes no row. */
  static LogicalPlan without(LogicalPlan parsed) {
    return Scala.rewrite(
        parsed, node -> node instanceof UnresolvedEventTimeWatermark mark ? mark.child() : node);
  }

  /** The rows that a DISTINCT is asked of, if it is the last thing that the query does. */
  static Optional<LogicalPlan> distinct(LogicalPlan parsed) {
    return parsed instanceof Distinct distinct ? Optional.of(distinct.child()) : Optional.empty();
  }

  /**
   * The only one of a query.
   *
   * @return empty when there is none
   */
  static Optional<Watermark> of(LogicalPlan parsed) throws RefusedQueryException {
    List<UnresolvedEventTimeWatermark> found = new ArrayList<>();
    Scala.rewrite(
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
