package io.lakebeam.pipeline.graph.held;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.Limits;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeProjection;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.sql.catalyst.StoredTable;
import io.lakebeam.storage.Place;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Rows of the lake's tables that queries join with, whole in memory. What is loaded of one version
 * stays as long as epochs ask for that version.
 */
final class JoinedTables {
  /** Of an object and what refers to it, besides the bytes of a row. */
  private static final int BYTES_AROUND_A_ROW = 64;

  private final long mostBytes;
  private Map<Loaded, Rows> loaded = new HashMap<>();

  /**
   * @param mostBytes of the rows of all tables
   */
  JoinedTables(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** With the part of this JVM's heap that they may fill. */
  static JoinedTables inThisHeap() {
    return new JoinedTables(Runtime.getRuntime().maxMemory() / Limits.HEAP_PARTS_OF_JOINED_TABLES);
  }

  /**
   * A table as it stood.
   *
   * @param path of its folder
   */
  record Wanted(StoredTable table, Place path, long version) implements Serializable {}

  /** By the table's id: another one may have been made in the same place. */
  private record Loaded(Place path, String id, List<String> columns, long version) {}

  private record Rows(List<InternalRow> rows, long bytes) {}

  /**
   * The rows by the keys of the tables, in an order that is the same for a version each time.
   *
   * @throws JoinedTableException when they do not fit
   */
  synchronized Map<String, List<InternalRow>> of(List<Wanted> wanted) {
    Map<Loaded, Rows> now = new HashMap<>();
    Map<String, List<InternalRow>> byKey = new HashMap<>();
    Map<Loaded, Rows> before = loaded;
    loaded = Map.of(); // what is not wanted any more makes room first
    List<Loaded> keys = wanted.stream().map(JoinedTables::key).toList();
    before.keySet().retainAll(keys);
    long bytes = 0;
    for (int i = 0; i < wanted.size(); i++) {
      Wanted table = wanted.get(i);
      Loaded key = keys.get(i);
      Rows rows = now.get(key);
      if (rows == null) {
        Rows known = before.get(key);
        rows = known == null ? load(table, mostBytes - bytes) : known;
        now.put(key, rows);
        bytes += rows.bytes();
        if (bytes > mostBytes) {
          throw tooLarge(table, bytes);
        }
      }
      byKey.put(table.table().key(), rows.rows());
    }
    loaded = now;
    return byKey;
  }

  private static Loaded key(Wanted table) {
    return new Loaded(
        table.path(), TableIds.of(table.path()), table.table().columns(), table.version());
  }

  private Rows load(Wanted table, long room) {
    Snapshot snapshot = DeltaTable.at(table.path()).at(table.version());
    requireColumns(table, snapshot);
    List<DataFile> files =
        snapshot.files().stream().sorted(Comparator.comparing(DataFile::path)).toList();
    UnsafeProjection compact = UnsafeProjection.create(SparkTypes.of(table.table().schema()));
    List<InternalRow> rows = new ArrayList<>();
    long bytes = 0;
    for (DataFile file : files) {
      try (CloseableIterator<InternalRow> read =
          DataFileReader.read(
              table.path(), file, table.table().schema(), table.table().columns())) {
        while (read.hasNext()) {
          UnsafeRow row = compact.apply(read.next()).copy();
          rows.add(row);
          bytes += row.getSizeInBytes() + BYTES_AROUND_A_ROW;
          if (bytes > room) {
            throw tooLarge(table, mostBytes - room + bytes);
          }
        }
      }
    }
    return new Rows(rows, bytes);
  }

  /**
   * Rows of a streaming table are NULL in a column that is younger than they are. A view is
   * computed anew when it gets another column: the version before has nothing that could stand for
   * it.
   */
  private static void requireColumns(Wanted table, Snapshot snapshot) {
    List<String> missing =
        table.table().schema().columns().stream()
            .filter(wanted -> !has(snapshot, wanted))
            .map(wanted -> wanted.name() + " " + wanted.type().sql())
            .toList();
    if (!missing.isEmpty() && ViewTable.isComputed(snapshot)) {
      throw new JoinedTableException(
          table.table().name() + " cannot be joined with",
          "its version "
              + table.version()
              + ", which the epoch's plan names, has no column "
              + String.join(", ", missing),
          "take the column out of the query, run the update once, and put it back");
    }
  }

  private static boolean has(Snapshot snapshot, Column wanted) {
    return snapshot
        .schema()
        .column(wanted.name())
        .filter(column -> column.type().sql().equals(wanted.type().sql()))
        .isPresent();
  }

  private JoinedTableException tooLarge(Wanted table, long bytes) {
    return new JoinedTableException(
        table.table().name() + " is too large to be joined with",
        String.format(
            Locale.ROOT,
            "the tables of the lake that queries join with are in memory, and with version %d of"
                + " %s they take more than %,d bytes; %,d is what they may take, one part in %d of"
                + " the heap",
            table.version(),
            table.table().name(),
            bytes - 1,
            mostBytes,
            Limits.HEAP_PARTS_OF_JOINED_TABLES),
        "name fewer columns of it, let another table be the one that is joined with, or give the"
            + " JVM more memory (LAKEBEAM_JAVA_OPTS=-Xmx8g; on Spark spark.executor.memory)");
  }
}
