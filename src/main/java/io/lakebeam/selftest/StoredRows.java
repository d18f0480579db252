package io.lakebeam.selftest;

import io.lakebeam.delta.CloseableIterator;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DataFileReader;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.beam.sdk.values.Row;

/** Rows of a small table, to be compared. */
final class StoredRows {
  private StoredRows() {}

  /** Each row as its columns' values joined by a bar, sorted; none when there is no table. */
  static List<String> texts(String table, List<String> columns) {
    List<String> texts = new ArrayList<>();
    Snapshot snapshot = DeltaTable.at(table).latest().orElse(null);
    for (DataFile file : snapshot == null ? List.<DataFile>of() : snapshot.files()) {
      try (CloseableIterator<Row> rows =
          DataFileReader.read(table, file, snapshot.schema(), columns)) {
        rows.forEachRemaining(row -> texts.add(text(row)));
      }
    }
    return texts.stream().sorted().toList();
  }

  private static String text(Row row) {
    return row.getValues().stream().map(Objects::toString).collect(Collectors.joining("|"));
  }
}
