package io.lakebeam.console;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/** A request that cannot be answered as it is asked. */
final class RefusedRequestException extends ExplainedException {
  private final int status;

  /**
   * @param status of HTTP
   * @param message a sentence for a person
   */
  RefusedRequestException(int status, String message) {
    super(Problem.of(ErrorCode.WRONG_USE, message, "", ""));
    this.status = status;
  }

  int status() {
    return status;
  }

  static RefusedRequestException notFound(String what) {
    return new RefusedRequestException(404, "there is no " + what);
  }
}
