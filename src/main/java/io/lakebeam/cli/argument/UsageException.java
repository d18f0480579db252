package io.lakebeam.cli.argument;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/** A command that was typed wrongly in a way that its options alone do not show; exit code 2. */
public final class UsageException extends ExplainedException {
  /**
   * @param message a sentence for a person
   */
  public UsageException(String message) {
    super(Problem.of(ErrorCode.WRONG_USE, message, "", ""));
  }
}
