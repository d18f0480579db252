package io.lakebeam.source.table;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaException;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.TableHistory;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rows that a table has before another one begins to follow it. Which they are is fixed when
 * the first epoch is planned in which the other table takes part: all that is committed by then is
 * history, and all that comes with that epoch and later is news, which reaches it by itself.
 */
public final class TableDiscovery implements SourceDiscovery {
  /** The same at each look: paths differ, and what is said of files does not change. */
  private static final Comparator<DataFile> OLDEST_FIRST =
      Comparator.comparingLong(DataFile::modifiedAt)
          .thenComparing(DataFile::statistics)
          .thenComparing(DataFile::path);

  private final String table;
  private final Place path;
  private final Set<String> into;

  /**
   * @param table whose rows are read
   * @param path where it is
   * @param into the tables that get them
   */
  public TableDiscovery(String table, Place path, Set<String> into) {
    this.table = table;
    this.path = path;
    this.into = Collections.unmodifiableSortedSet(new TreeSet<>(into));
  }

  @Override
  public Discovery discover(SourcePosition since, long maxRows) {
    TableHistory from = (TableHistory) since;
    if (from.isAtEnd()) {
      return new Discovery(List.of(), from, false, List.of());
    }
    Snapshot snapshot = snapshot(from);
    List<DataFile> files = new ArrayList<>(snapshot.files());
    files.sort(OLDEST_FIRST);
    List<DataFile> taken = new ArrayList<>();
    long rows = 0;
    int next = from.next();
    while (next < files.size() && (taken.isEmpty() || rows + rows(files.get(next)) <= maxRows)) {
      DataFile file = files.get(next++);
      taken.add(file);
      rows += rows(file);
    }
    TableHistory position = new TableHistory(snapshot.id(), snapshot.version(), next, files.size());
    return new Discovery(
        taken.isEmpty() ? List.of() : List.of(new Slice.TableRows(table, taken, into, true)),
        position,
        !position.isAtEnd(),
        List.of());
  }

  /** What is there now is fixed when it is planned, not when an update looks where it will end. */
  @Override
  public Discovery discover(SourcePosition since, SourcePosition end, long maxRows) {
    return discover(since, maxRows);
  }

  @Override
  public Discovery present(SourcePosition since) {
    return new Discovery(List.of(), TableHistory.END, true, List.of());
  }

  private static long rows(DataFile file) {
    return Math.max(0, file.rows());
  }

  private Snapshot snapshot(TableHistory from) {
    try {
      Snapshot snapshot =
          from.version() < 0
              ? DeltaTable.at(path).latest().orElseThrow()
              : DeltaTable.at(path).at(from.version());
      if (from.version() >= 0 && !snapshot.id().equals(from.table())) {
        throw new DeltaException(ErrorCode.TABLE_VERSION_GONE, "the table was made anew since");
      }
      return snapshot;
    } catch (DeltaException e) {
      String readers = String.join(", ", into);
      throw SourceException.permanent(
          ErrorCode.INPUT_MISSING,
          table,
          "the rows that " + readers + " still needs of " + table + " cannot be read",
          "they are those of version " + from.version() + ": " + e.getMessage(),
          "Declare backfill: none for " + readers + ", which goes on without them",
          e);
    }
  }
}
