package io.lakebeam.scaffold;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/** No project can be started: of such data, or in such a place. */
public final class ScaffoldException extends ExplainedException {
  ScaffoldException(Problem told) {
    super(told);
  }

  ScaffoldException(ErrorCode code, String problem, String cause, String fix) {
    this(Problem.of(code, problem, cause, fix));
  }
}
