package io.lakebeam.lake;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/** There is no table where one was looked for. */
public final class TableMissingException extends ExplainedException {
  public TableMissingException(String path) {
    super(
        Problem.of(
            ErrorCode.TABLE_MISSING,
            "there is no Delta table at "
                + path
                + "; a pipeline's tables are made by its first run, and --lake names another lake",
            "",
            ""));
  }
}
