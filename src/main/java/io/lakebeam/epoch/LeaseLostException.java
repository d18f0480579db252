package io.lakebeam.epoch;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/** This run no longer owns its pipeline, or never did. Nothing it has committed is wrong. */
public final class LeaseLostException extends ExplainedException {
  public LeaseLostException(String pipeline, String reason) {
    super(
        Problem.of(
            ErrorCode.LEASE_HELD,
            "pipeline " + pipeline + " is run by somebody else: " + reason,
            "",
            ""));
  }
}
