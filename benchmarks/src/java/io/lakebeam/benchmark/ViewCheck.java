package io.lakebeam.benchmark;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.demo.ExpectedTable;
import io.lakebeam.graph.Column;
import io.lakebeam.row.JavaValues;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.Optional;

/**
 * Holds a view's table against every row it must have.
 *
 * @param expected its rows
 */
record ViewCheck(String name, ExpectedTable expected) {
  /** Averages are sums divided by counts: only their last digits may differ. */
  private static final double TOLERANCE = 1e-9;

  /** A sentence for each row that is missing, too many or different. */
  List<String> differences(String path) {
    Optional<Snapshot> table = DeltaTable.at(Place.of(path)).latest();
    if (table.isEmpty()) {
      return List.of(name + " does not exist");
    }
    List<String> columns = new ArrayList<>(expected.keys());
    expected.rows().values().stream()
        .limit(1)
        .forEach(row -> columns.addAll(row.get().keySet()));
    Map<List<Object>, Supplier<Map<String, Object>>> missing = new HashMap<>(expected.rows());
    List<String> differences = new ArrayList<>();
    List<Column> read =
        columns.stream().map(name -> table.get().schema().column(name).orElseThrow()).toList();
    for (DataFile file : table.get().files()) {
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(Place.of(path), file, table.get().schema(), columns)) {
        rows.forEachRemaining(row -> compare(JavaValues.of(row, read), missing, differences));
      }
    }
    missing.keySet().forEach(group -> differences.add(name + " has no row for " + group));
    return differences;
  }

  private void compare(
      Map<String, Object> row,
      Map<List<Object>, Supplier<Map<String, Object>>> missing,
      List<String> differences) {
    List<Object> group = new ArrayList<>();
    expected.keys().forEach(column -> group.add(row.get(column)));
    Supplier<Map<String, Object>> made = missing.remove(group);
    if (made == null) {
      differences.add(name + " has a row too many for " + group);
      return;
    }
    made.get().forEach(
        (column, value) -> {
          Object found = row.get(column);
          if (!isSame(value, found)) {
            differences.add(
                String.format("%s of %s is %s, %s expected", column, group, found, value));
          }
        });
  }

  private static boolean isSame(Object wanted, Object found) {
    if (wanted instanceof Number a && found instanceof Number b) {
      double size = Math.max(1, Math.abs(a.doubleValue()));
      return Math.abs(a.doubleValue() - b.doubleValue()) <= TOLERANCE * size;
    }
    return Objects.equals(wanted, found);
  }
}
