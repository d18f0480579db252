package io.lakebeam.sql;

import io.lakebeam.sql.catalyst.operator.Leaf;
import io.lakebeam.sql.catalyst.operator.Operator;
import io.lakebeam.sql.catalyst.operator.OperatorPlan;
import java.util.List;

/**
 * Why a view is computed from tables as they stand, and not kept up to date by what new rows add to
 * it. Where Databricks knows the reason, it has Databricks' code (error class
 * MATERIALIZED_VIEW_NOT_INCREMENTALIZABLE).
 */
public enum NotIncremental {
  AGGREGATE_NOT_TOP_NODE("it computes with aggregates, or groups rows that are grouped already"),
  AGGREGATE_NEEDS_ALL_ROWS("an aggregate needs all rows of its group, as DISTINCT does"),
  OPERATOR_NOT_INCREMENTALIZABLE("it joins, unites or limits rows, or groups none"),
  SUBQUERY_EXPRESSION_NOT_INCREMENTALIZABLE("it has a query inside an expression"),
  WINDOW_FUNCTION("it has window functions"),
  WINDOW_WITHOUT_PARTITION_BY("a window function looks at all rows"),
  CURRENT_TIME("it asks for the current time"),
  INPUT_ROWS_CHANGE("rows of what it reads change"),
  EXPECTATIONS("its rows are judged when they are whole"),
  REFRESH_FULL("refresh: full is declared");

  private final String text;

  NotIncremental(String text) {
    this.text = text;
  }

  /** The reason in words, as the end of a sentence. */
  public String text() {
    return text;
  }

  /** What in a query is a reason. */
  static NotIncremental of(OperatorPlan plan) {
    if (plan.asksTime()) {
      return CURRENT_TIME;
    }
    List<Operator> operators =
        plan.operators().stream().map(node -> (Operator) plan.nodes().get(node)).toList();
    for (Operator operator : operators) {
      if (operator instanceof Operator.Join join) {
        return join.kind() == Operator.Join.Kind.SINGLE
            ? SUBQUERY_EXPRESSION_NOT_INCREMENTALIZABLE
            : OPERATOR_NOT_INCREMENTALIZABLE;
      }
    }
    long leaves = plan.nodes().stream().filter(Leaf.class::isInstance).count();
    if (leaves > 1) {
      return OPERATOR_NOT_INCREMENTALIZABLE;
    }
    for (Operator operator : operators) {
      if (operator instanceof Operator.Windows windows) {
        return windows.partition().isEmpty() ? WINDOW_WITHOUT_PARTITION_BY : WINDOW_FUNCTION;
      }
    }
    boolean isLimited = operators.stream().anyMatch(Operator.Limit.class::isInstance);
    if (operators.isEmpty() || isLimited) {
      return OPERATOR_NOT_INCREMENTALIZABLE;
    }
    boolean needsAllRows =
        operators.stream()
            .anyMatch(each -> each instanceof Operator.Group group && !group.isOfParts());
    if (needsAllRows) {
      return AGGREGATE_NEEDS_ALL_ROWS;
    }
    return AGGREGATE_NOT_TOP_NODE;
  }
}
