package io.lakebeam.sql;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import java.util.List;

/** A query that cannot be run as written. */
public final class InvalidQueryException extends Exception {
  private final transient List<Problem> problems;

  InvalidQueryException(Problem problem) {
    this(List.of(problem));
  }

  /**
   * @param problems at least one
   */
  InvalidQueryException(List<Problem> problems) {
    super(problems.get(0).at() + ": " + problems.get(0).problem());
    this.problems = problems.stream().map(problem -> problem.as(ErrorCode.QUERY_INVALID)).toList();
  }

  /** All that is wrong with it, as far as it can be seen. */
  public List<Problem> problems() {
    return problems;
  }
}
