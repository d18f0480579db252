package io.lakebeam.deploy;

import io.lakebeam.graph.ExplainedException;

/** A deployment that cannot go on and says why. Never holds what signs in. */
public final class DeployException extends ExplainedException {
  public DeployException(String problem, String reason, String fix) {
    super(problem, reason, fix);
  }
}
