package io.lakebeam.delta.view;

/** A value of a view has outgrown its column. */
public final class NoRoomException extends RuntimeException {
  private final String problem;
  private final String reason;
  private final String fix;

  NoRoomException(String problem, String reason, String fix) {
    super(problem + ": " + reason);
    this.problem = problem;
    this.reason = reason;
    this.fix = fix;
  }

  /** Which column, without a full stop. */
  public String problem() {
    return problem;
  }

  /** Group, value and type. */
  public String reason() {
    return reason;
  }

  /** What to change in the view's query. */
  public String fix() {
    return fix;
  }
}
