package io.lakebeam.pipeline.graph.held;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/** A table of the lake that cannot be joined with. */
public final class JoinedTableException extends ExplainedException {
  public JoinedTableException(String problem, String reason, String fix) {
    super(Problem.of(ErrorCode.JOINED_TABLE_REFUSED, problem, reason, fix));
  }
}
