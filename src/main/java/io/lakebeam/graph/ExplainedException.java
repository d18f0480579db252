package io.lakebeam.graph;

/** What keeps something from going on: what is wrong, why, and what to do. */
public abstract class ExplainedException extends RuntimeException {
  private final String problem;
  private final String reason;
  private final String fix;

  /** Its message is the problem and the reason. */
  protected ExplainedException(String problem, String reason, String fix) {
    this(problem + (reason.isEmpty() ? "" : ": " + reason), problem, reason, fix, null);
  }

  /**
   * With a message of its own.
   *
   * @param cause may be null
   */
  protected ExplainedException(
      String message, String problem, String reason, String fix, Throwable cause) {
    super(message, cause);
    this.problem = problem;
    this.reason = reason;
    this.fix = fix;
  }

  /** What is wrong, without a full stop. */
  public final String problem() {
    return problem;
  }

  /** Why, without a full stop; may be empty. */
  public final String reason() {
    return reason;
  }

  /** What to do, without a full stop; may be empty. */
  public final String fix() {
    return fix;
  }
}
