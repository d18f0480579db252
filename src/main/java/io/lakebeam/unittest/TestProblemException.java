package io.lakebeam.unittest;

import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/** A test cannot be run as it is written. */
public final class TestProblemException extends ExplainedException {
  public TestProblemException(Problem problem) {
    super(problem);
  }
}
