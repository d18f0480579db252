package io.lakebeam.deploy;

/** A deployment that cannot go on and says why. Never holds what signs in. */
public final class DeployException extends RuntimeException {
  private final String problem;
  private final String reason;
  private final String fix;

  public DeployException(String problem, String reason, String fix) {
    super(problem + (reason.isEmpty() ? "" : ": " + reason));
    this.problem = problem;
    this.reason = reason;
    this.fix = fix;
  }

  /** What is wrong, without a full stop. */
  public String problem() {
    return problem;
  }

  /** Why; may be empty. */
  public String reason() {
    return reason;
  }

  /** What to do; may be empty. */
  public String fix() {
    return fix;
  }
}
