package io.lakebeam.delta;

import io.lakebeam.graph.ErrorCode;

/**
 * The log no longer holds a version whose changes were asked for (Delta removes old log files): who
 * follows the table has to read it anew.
 */
public final class ChangesGoneException extends DeltaException {
  ChangesGoneException(String table, long version, long oldest) {
    super(
        ErrorCode.TABLE_VERSION_GONE,
        String.format(
            "the log of %s no longer holds version %d; the oldest it holds is %d",
            table, version, oldest));
  }
}
