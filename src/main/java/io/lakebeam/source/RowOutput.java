package io.lakebeam.source;

import org.apache.beam.sdk.values.Row;

/** Where a slice's records go. Called by the thread that reads. */
public interface RowOutput {
  void row(Row row);

  void rejected(Rejected rejected);

  /** A file of which no row comes; only of a source that sets bad files aside. */
  default void setAside(BadFile file) {
    throw new IllegalStateException(file.toString());
  }

  /** What an operator should know about the reading itself, one sentence. */
  void warning(String text);
}
