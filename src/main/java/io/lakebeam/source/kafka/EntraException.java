package io.lakebeam.source.kafka;

import io.lakebeam.source.SourceException;

/** Why Entra ID gave no token, told without any secret. */
final class EntraException extends Exception {
  private final String problem;
  private final String fix;
  private final Passing passing;

  /** When it may work without anybody doing anything. */
  private enum Passing {
    NEVER,
    LATER,
    AT_ONCE
  }

  private EntraException(String problem, String reason, String fix, Passing passing) {
    super(reason);
    this.problem = problem;
    this.fix = fix;
    this.passing = passing;
  }

  /** It stays until somebody mends it. */
  static EntraException permanent(String problem, String reason, String fix) {
    return new EntraException(problem, reason, fix, Passing.NEVER);
  }

  /** Nobody answers: it may pass, and asking again at once helps nobody. */
  static EntraException away(String problem, String reason, String fix) {
    return new EntraException(problem, reason, fix, Passing.LATER);
  }

  /** The server asks to be asked again. */
  static EntraException busy(String problem, String reason, String fix) {
    return new EntraException(problem, reason, fix, Passing.AT_ONCE);
  }

  boolean isBusy() {
    return passing == Passing.AT_ONCE;
  }

  boolean isRetryable() {
    return passing != Passing.NEVER;
  }

  SourceException forSource(String source) {
    return isRetryable()
        ? SourceException.retryable(source, problem, getMessage(), fix, null)
        : SourceException.permanent(source, problem, getMessage(), fix);
  }
}
