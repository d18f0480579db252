package io.lakebeam.pipeline.compile;

import io.lakebeam.graph.ExplainedException;

/** A table of the lake that cannot be joined with. */
public final class JoinedTableException extends ExplainedException {
  public JoinedTableException(String problem, String reason, String fix) {
    super(problem, reason, fix);
  }
}
