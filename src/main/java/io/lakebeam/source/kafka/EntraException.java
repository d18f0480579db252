package io.lakebeam.source.kafka;

import io.lakebeam.graph.Problem;
import io.lakebeam.source.SourceException;

/** Why Entra ID gave no token, told without any secret. */
final class EntraException extends Exception {
  private final transient Problem told;
  private final Passing passing;

  /** When it may work without anybody doing anything. */
  private enum Passing {
    NEVER,
    LATER,
    AT_ONCE
  }

  private EntraException(Problem told, Passing passing) {
    super(told.cause());
    this.told = told;
    this.passing = passing;
  }

  /** It stays until somebody mends it. */
  static EntraException permanent(Problem told) {
    return new EntraException(told, Passing.NEVER);
  }

  /** Nobody answers: it may pass, and asking again at once helps nobody. */
  static EntraException away(Problem told) {
    return new EntraException(told, Passing.LATER);
  }

  /** The server asks to be asked again. */
  static EntraException busy(Problem told) {
    return new EntraException(told, Passing.AT_ONCE);
  }

  boolean isBusy() {
    return passing == Passing.AT_ONCE;
  }

  boolean isRetryable() {
    return passing != Passing.NEVER;
  }

  SourceException forSource(String source) {
    return isRetryable()
        ? SourceException.retryable(source, told)
        : SourceException.permanent(source, told);
  }
}
