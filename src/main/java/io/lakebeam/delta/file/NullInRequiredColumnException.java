package io.lakebeam.delta.file;

import io.lakebeam.delta.DeltaException;
import io.lakebeam.graph.ErrorCode;

/** A row without a value for a column that the schema declares NOT NULL. */
public final class NullInRequiredColumnException extends DeltaException {
  private final String column;

  NullInRequiredColumnException(String column) {
    super(
        ErrorCode.TABLE_FAILED,
        "column " + column + " is declared NOT NULL, and a row has no value for it");
    this.column = column;
  }

  public String column() {
    return column;
  }
}
