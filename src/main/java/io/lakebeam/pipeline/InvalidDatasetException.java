package io.lakebeam.pipeline;

import io.lakebeam.graph.Problem;
import java.util.List;

/** A dataset that cannot be computed as declared. */
final class InvalidDatasetException extends Exception {
  private final transient List<Problem> problems;

  InvalidDatasetException(List<Problem> problems) {
    super(problems.get(0).problem());
    this.problems = List.copyOf(problems);
  }

  InvalidDatasetException(Problem problem) {
    this(List.of(problem));
  }

  List<Problem> problems() {
    return problems;
  }
}
