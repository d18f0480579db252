package io.lakebeam.pipeline.compile;

import io.lakebeam.graph.Problem;
import java.util.List;

/** A dataset that cannot be computed as declared. */
public final class InvalidDatasetException extends Exception {
  private final transient List<Problem> problems;

  public InvalidDatasetException(List<Problem> problems) {
    super(problems.get(0).problem());
    this.problems = List.copyOf(problems);
  }

  public InvalidDatasetException(Problem problem) {
    this(List.of(problem));
  }

  List<Problem> problems() {
    return problems;
  }
}
