package io.lakebeam.benchmark;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Holds a view's table against every row it must have.
 *
 * @param expected rows by their group, as in {@link io.lakebeam.demo.Expected#views}
 */
record ViewCheck(String name, Map<List<Object>, Map<String, Object>> expected) {
  private static final List<String> GROUP = List.of("carrier", "carrier_name", "flight_date");

  /** Averages are sums divided by counts: only their last digits may differ. */
  private static final double TOLERANCE = 1e-9;

  /** A sentence for each row that is missing, too many or different. */
  List<String> differences(String path) {
    Optional<Snapshot> table = DeltaTable.at(Place.of(path)).latest();
    if (table.isEmpty()) {
      return List.of(name + " does not exist");
    }
    List<String> columns = new ArrayList<>(GROUP);
    expected.values().stream().limit(1).forEach(row -> columns.addAll(row.keySet()));
    Map<List<Object>, Map<String, Object>> missing = new HashMap<>(expected);
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
      Map<List<Object>, Map<String, Object>> missing,
      List<String> differences) {
    List<Object> group = new ArrayList<>();
    GROUP.forEach(column -> group.add(row.get(column)));
    Map<String, Object> wanted = missing.remove(group);
    if (wanted == null) {
      differences.add(name + " has a row too many for " + group);
      return;
    }
    wanted.forEach(
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
