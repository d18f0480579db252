package io.lakebeam.powerbi;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/** The project cannot be written there. */
public final class PowerBiException extends ExplainedException {
  PowerBiException(String problem, String cause, String fix) {
    super(Problem.of(ErrorCode.FILE_FAILED, problem, cause, fix));
  }
}
