package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Aggregate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Distinct;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LocalRelation;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.OneRowRelation;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Union;
import java.util.Locale;

/** Says of an operator why rows that come one by one cannot have it, and what to do. */
public final class Refusals {
  private static final String ONE_BY_ONE = "rows are taken one by one as they come";

  private Refusals() {}

  /**
   * @param isGrouped true when a view groups the rows afterwards
   */
  public static RefusedQueryException of(LogicalPlan plan, boolean isGrouped) {
    if (plan instanceof OneRowRelation || plan instanceof LocalRelation) {
      return refused(plan, "the query reads nothing", "it has no FROM", "name a source or dataset");
    }
    if (plan instanceof Aggregate && isGrouped) {
      return refused(
          plan,
          "the view groups rows that are grouped already",
          "a view is kept up to date from the new rows of its table alone",
          "group once; group the view's rows where it is read");
    }
    if (plan instanceof Aggregate) {
      return refused(
              plan,
              "a streaming table cannot group rows",
              "it would hold one result an epoch, not one result",
              "declare the dataset as a materialized_view; or let each window come once, when it is"
                  + " closed: FROM STREAM t WATERMARK at DELAY OF INTERVAL 10 MINUTES GROUP BY window(at,"
                  + " '5 minutes')")
          .becauseOfMoreRows();
    }
    if (plan instanceof Union) {
      return refused(
          plan,
          "UNION is not possible " + (isGrouped ? "in a materialized view" : "in a flow"),
          isGrouped ? "a view follows one streaming table" : "each flow has one input",
          "write one file for each SELECT, list them under flows: of a streaming table, and read"
              + " that");
    }
    if (plan instanceof Distinct) {
      return refused(
          plan,
          "DISTINCT is not possible here",
          isGrouped ? ONE_BY_ONE : ONE_BY_ONE + ", and none is remembered for ever",
          isGrouped
              ? "leave it out, or group by what is to be distinct"
              : "say for how long: SELECT DISTINCT ... FROM t WATERMARK at DELAY OF INTERVAL 10"
                  + " MINUTES, or deduplicate: of the table; or group in a materialized view");
    }
    return switch (plan.nodeName()) {
      case "Sort", "GlobalLimit", "LocalLimit", "Offset", "Limit" ->
          refused(
              plan,
              "ORDER BY, LIMIT and OFFSET are not possible here",
              ONE_BY_ONE,
              "sort and limit where the table is read");
      case "Window" ->
          refused(
                  plan,
                  "window functions are not possible here",
                  ONE_BY_ONE,
                  "compute it where the table is read")
              .becauseOfMoreRows();
      default ->
          refused(
              plan,
              plan.nodeName().toUpperCase(Locale.ROOT) + " is not possible here",
              ONE_BY_ONE,
              "write one SELECT from one source or dataset");
    };
  }

  private static RefusedQueryException refused(
      LogicalPlan plan, String problem, String cause, String fix) {
    return new RefusedQueryException(plan.origin(), problem, cause, fix);
  }
}
