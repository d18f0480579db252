package io.lakebeam.source;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;

/** Takes everything and keeps nothing: for what is only looked at. */
public final class Nowhere implements RowOutput {
  @Override
  public void row(InternalRow row) {
    // Its file is only looked at.
  }

  @Override
  public void rejected(Rejected rejected) {
    // Its file is only looked at.
  }

  @Override
  public void warning(String text) {
    // Said when the file is read.
  }
}
