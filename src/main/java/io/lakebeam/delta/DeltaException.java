package io.lakebeam.delta;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/** A table that cannot be used as asked; the message is one sentence for a person. */
public class DeltaException extends ExplainedException {
  public DeltaException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public DeltaException(ErrorCode code, String message, Throwable cause) {
    super(message, Problem.of(code, message, "", ""), cause);
  }
}
