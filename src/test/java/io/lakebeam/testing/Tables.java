package io.lakebeam.testing;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.beam.sdk.values.Row;

/** Reads tables back with the product's own reader; {@link SparkReader} is the independent one. */
public final class Tables {
  private Tables() {}

  public static Snapshot latest(String path) {
    return latest(Place.of(path));
  }

  private static Snapshot latest(Place table) {
    return DeltaTable.at(table).latest().orElseThrow();
  }

  public static long version(String path) {
    return latest(path).version();
  }

  /** Every row. */
  public static List<Row> rows(String path) {
    return rows(Place.of(path));
  }

  private static List<Row> rows(Place table) {
    Snapshot snapshot = latest(table);
    List<Row> rows = new ArrayList<>();
    for (DataFile file : snapshot.files()) {
      try (CloseableIterator<InternalRow> each =
          DataFileReader.read(table, file, snapshot.schema(), snapshot.schema().names())) {
        each.forEachRemaining(row -> rows.add(TestingRows.beam(snapshot.schema(), row)));
      }
    }
    return rows;
  }

  /** Every row as its columns' values joined by a bar, sorted. */
  public static List<String> texts(String path, String... columns) {
    return texts(Place.of(path), columns);
  }

  /** Every row as its columns' values joined by a bar, sorted. */
  public static List<String> texts(Place table, String... columns) {
    List<String> texts = new ArrayList<>();
    for (Row row : rows(table)) {
      texts.add(
          List.of(columns).stream()
              .map(column -> Objects.toString(row.<Object>getValue(column)))
              .collect(Collectors.joining("|")));
    }
    return texts.stream().sorted().toList();
  }
}
