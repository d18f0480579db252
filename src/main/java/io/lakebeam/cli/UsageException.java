package io.lakebeam.cli;

/** A command that was typed wrongly in a way that its options alone do not show; exit code 2. */
final class UsageException extends RuntimeException {
  /**
   * @param message a sentence for a person
   */
  UsageException(String message) {
    super(message);
  }
}
