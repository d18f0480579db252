package io.lakebeam.graph;

/** What keeps something from going on, and says what is wrong, why, and what to do. */
public abstract class ExplainedException extends RuntimeException {
  private final Problem told;

  /** Its message is the problem and its cause. */
  protected ExplainedException(Problem told) {
    this(told.sentence(), told, null);
  }

  /**
   * With a message of its own.
   *
   * @param cause may be null
   */
  protected ExplainedException(String message, Problem told, Throwable cause) {
    super(message, cause);
    this.told = told;
  }

  /** What is to be told. */
  public final Problem told() {
    return told;
  }

  /** What kind of thing it is, for programs. */
  public final ErrorCode code() {
    return told.code();
  }

  /** What is wrong, without a full stop. */
  public final String problem() {
    return told.problem();
  }

  /** Why, without a full stop; may be empty. */
  public final String reason() {
    return told.cause();
  }

  /** What to do, without a full stop; may be empty. */
  public final String fix() {
    return told.fix();
  }
}
