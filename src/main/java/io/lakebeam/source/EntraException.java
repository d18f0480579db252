package io.lakebeam.source;

/** Why Entra ID gave no token, told without any secret. */
final class EntraException extends Exception {
  private final String problem;
  private final String fix;
  private final boolean retryable;

  private EntraException(String problem, String reason, String fix, boolean retryable) {
    super(reason);
    this.problem = problem;
    this.fix = fix;
    this.retryable = retryable;
  }

  static EntraException permanent(String problem, String reason, String fix) {
    return new EntraException(problem, reason, fix, false);
  }

  static EntraException retryable(String problem, String reason, String fix) {
    return new EntraException(problem, reason, fix, true);
  }

  boolean isRetryable() {
    return retryable;
  }

  SourceException forSource(String source) {
    return retryable
        ? SourceException.retryable(source, problem, getMessage(), fix, null)
        : SourceException.permanent(source, problem, getMessage(), fix);
  }
}
