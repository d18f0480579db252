package io.lakebeam.delta.view;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/** A value of a view has outgrown its column: which one, its group and type, and what to change. */
public final class NoRoomException extends ExplainedException {
  NoRoomException(String problem, String reason, String fix) {
    super(Problem.of(ErrorCode.VALUE_TOO_LARGE, problem, reason, fix));
  }
}
