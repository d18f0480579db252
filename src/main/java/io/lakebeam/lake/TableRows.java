package io.lakebeam.lake;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.Column;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A table's rows, one file after the other, oldest first: a table that only grows shows the same
 * first rows every time. Holds one file open.
 */
public final class TableRows implements CloseableIterator<InternalRow> {
  private final LakeTable found;
  private final List<String> columns;
  private final Iterator<DataFile> files;
  private CloseableIterator<InternalRow> open;

  public TableRows(LakeTable found, List<String> columns) {
    this.found = found;
    this.columns = columns;
    this.files = files(found).iterator();
  }

  /** A table's files, the oldest first. */
  public static List<DataFile> files(LakeTable found) {
    return found.snapshot().files().stream()
        .sorted(Comparator.comparingLong(DataFile::modifiedAt).thenComparing(DataFile::path))
        .toList();
  }

  /**
   * True for a column that is shown to those only who name it. What tables with history have begins
   * with two of what these begin with.
   */
  public static boolean isHidden(Column column) {
    return column.name().startsWith("_") && !column.name().startsWith("__");
  }

  @Override
  public boolean hasNext() {
    while (open == null || !open.hasNext()) {
      close();
      if (!files.hasNext()) {
        return false;
      }
      open =
          DataFileReader.read(
              found.table().place(), files.next(), found.snapshot().schema(), columns);
    }
    return true;
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no more rows");
    }
    return open.next();
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
