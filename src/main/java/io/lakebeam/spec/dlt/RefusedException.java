package io.lakebeam.spec.dlt;

import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;

/** A statement that cannot be read, with why. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  RefusedException(SourceLocation at, String problem, String cause, String fix) {
    super(problem);
    this.problem = new Problem(at, problem, cause, fix);
  }

  Problem problem() {
    return problem;
  }
}
