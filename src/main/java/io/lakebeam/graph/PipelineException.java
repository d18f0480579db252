package io.lakebeam.graph;

import java.util.List;

/** A pipeline that cannot be run as declared; carries every problem found, not only the first. */
public final class PipelineException extends RuntimeException {
  private final transient List<Problem> problems;

  public PipelineException(List<Problem> problems) {
    super(message(problems));
    this.problems = List.copyOf(problems);
  }

  /** In file order, causes before what they cause. Never empty. */
  public List<Problem> problems() {
    return problems;
  }

  private static String message(List<Problem> problems) {
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("a pipeline without problems is no error");
    }
    Problem first = problems.get(0);
    String more = problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)";
    return first.at() + ": " + first.problem() + more;
  }
}
