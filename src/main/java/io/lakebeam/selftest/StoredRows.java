package io.lakebeam.selftest;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.Column;
import io.lakebeam.row.JavaValues;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Rows of a small table, to be compared. */
final class StoredRows {
  private StoredRows() {}

  /** Each row as its columns' values joined by a bar, sorted; none when there is no table. */
  static List<String> texts(Place table, List<String> columns) {
    List<String> texts = new ArrayList<>();
    Snapshot snapshot = DeltaTable.at(table).latest().orElse(null);
    List<Column> read =
        snapshot == null
            ? List.of()
            : columns.stream().map(name -> snapshot.schema().column(name).orElseThrow()).toList();
    for (DataFile file : snapshot == null ? List.<DataFile>of() : snapshot.files()) {
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(table, file, snapshot.schema(), columns)) {
        rows.forEachRemaining(row -> texts.add(text(row, read)));
      }
    }
    return texts.stream().sorted().toList();
  }

  private static String text(InternalRow row, List<Column> columns) {
    return JavaValues.of(row, columns).values().stream()
        .map(Objects::toString)
        .collect(Collectors.joining("|"));
  }
}
