package io.lakebeam.source;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;

/** Where a slice's records go. Called by the thread that reads. */
public interface RowOutput {
  /**
   * A record's row.
   *
   * @param row with the columns of {@link SourceReader#rowSchema}; not changed later
   */
  void row(InternalRow row);

  void rejected(Rejected rejected);

  /**
   * A field that is to become a column of its source, with a value in one of the rows to come or of
   * those before; told once a slice. Until it is one, rows have it in {@code _rescued}.
   */
  default void newField(String name) {}

  /** A file of which no row comes; only of a source that sets bad files aside. */
  default void setAside(BadFile file) {
    throw new IllegalStateException(file.toString());
  }

  /** What an operator should know about the reading itself, one sentence. */
  void warning(String text);
}
