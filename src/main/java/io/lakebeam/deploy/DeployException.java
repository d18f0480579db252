package io.lakebeam.deploy;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/** A deployment that cannot go on and says why. Never holds what signs in. */
public final class DeployException extends ExplainedException {
  public DeployException(ErrorCode code, String problem, String reason, String fix) {
    super(Problem.of(code, problem, reason, fix));
  }
}
