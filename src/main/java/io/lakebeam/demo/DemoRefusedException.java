package io.lakebeam.demo;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/** A demo that cannot be run as asked; the message is a sentence for a person. */
public final class DemoRefusedException extends ExplainedException {
  DemoRefusedException(String message) {
    super(Problem.of(ErrorCode.WRONG_USE, message, "", ""));
  }
}
