package io.lakebeam.pipeline;

/** A table of the lake that cannot be joined with. */
public final class JoinedTableException extends RuntimeException {
  private final String problem;
  private final String reason;
  private final String fix;

  JoinedTableException(String problem, String reason, String fix) {
    super(problem + ": " + reason);
    this.problem = problem;
    this.reason = reason;
    this.fix = fix;
  }

  /** What is wrong, without a full stop. */
  public String problem() {
    return problem;
  }

  /** Why, without a full stop. */
  public String reason() {
    return reason;
  }

  /** What to do, without a full stop. */
  public String fix() {
    return fix;
  }
}
