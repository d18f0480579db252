package io.lakebeam.delta.upsert;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/** What is declared of a table's changes fails on one of them. */
public final class UnmergeableChangeException extends ExplainedException {
  UnmergeableChangeException(String cause) {
    super(
        Problem.of(
            ErrorCode.QUERY_FAILED,
            "sequence_by, delete_when or truncate_when fails on a change",
            cause,
            "guard the expression, for instance with TRY_CAST or NULLIF"));
  }
}
