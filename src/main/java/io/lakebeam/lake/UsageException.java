package io.lakebeam.lake;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/**
 * What somebody asks for, at a terminal or in the console, cannot be meant, in a way that its
 * options alone do not show. A command ends with exit code 2.
 */
public final class UsageException extends ExplainedException {
  /**
   * @param message a sentence for a person
   */
  public UsageException(String message) {
    super(Problem.of(ErrorCode.WRONG_USE, message, "", ""));
  }
}
