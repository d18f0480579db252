package io.lakebeam.sql;

import io.lakebeam.graph.Problem;

/** A query that cannot be run as written. */
public final class InvalidQueryException extends Exception {
  private final transient Problem problem;

  InvalidQueryException(Problem problem) {
    super(problem.at() + ": " + problem.problem());
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
