package io.lakebeam.delta.view;

import io.lakebeam.graph.ExplainedException;

/** A value of a view has outgrown its column: which one, its group and type, and what to change. */
public final class NoRoomException extends ExplainedException {
  NoRoomException(String problem, String reason, String fix) {
    super(problem, reason, fix);
  }
}
