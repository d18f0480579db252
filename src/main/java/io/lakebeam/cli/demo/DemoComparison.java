package io.lakebeam.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.demo.DemoSources;
import io.lakebeam.demo.Expected;
import io.lakebeam.demo.ExpectedTable;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.JavaValues;
import io.lakebeam.row.RowJson;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Holds a lake against what its demo's generator expects; reads the tables, writes nothing. */
final class DemoComparison {
  private static final String QUARANTINE = "_quarantine";

  /** Averages are sums and counts of their own, divided once: only the last digits may differ. */
  private static final double TOLERANCE = 1e-9;

  private static final int MOST_DIFFERENCES_OF_A_TABLE = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path lake;
  private final Expected expected;

  DemoComparison(Path lake, Expected expected) {
    this.lake = lake;
    this.expected = expected;
  }

  Expected expected() {
    return expected;
  }

  /** Records that are in bronze, those of its quarantines included. */
  long committed() {
    return expected.bronze().stream()
        .mapToLong(table -> rows(table) + rows(table + QUARANTINE))
        .sum();
  }

  /** True when every record that the sources give has come to bronze or its quarantine. */
  boolean isAllCommitted() {
    return expected.bronze().stream()
        .allMatch(
            table ->
                rows(table) + rows(table + QUARANTINE)
                    >= expectedRows(table) + expectedRows(table + QUARANTINE));
  }

  /**
   * Everything that is not as expected, a sentence each: rows of every dataset, verdicts of every
   * rule, rows dropped, duplicates, and every row of the tables that are given row by row.
   */
  List<String> differences() {
    List<String> differences = new ArrayList<>();
    expected
        .rows()
        .forEach(
            (table, rows) -> {
              if (rows(table) != rows) {
                differences.add(
                    String.format(
                        Locale.ROOT, "%s has %,d rows, %,d expected", table, rows(table), rows));
              }
            });
    compareRules(differences);
    expected.tables().forEach((name, table) -> compareTable(name, table, differences));
    return differences;
  }

  /** What differs between a table and what was delivered of it. */
  List<String> differences(DemoSources.Delivered delivered) {
    String table = delivered.table();
    List<String> stored = new ArrayList<>();
    Snapshot alerts = snapshot(table).orElseThrow();
    List<Column> columns = alerts.schema().columns();
    for (DataFile file : alerts.files()) {
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(
              path(table), file, alerts.schema(), columns.stream().map(Column::name).toList())) {
        while (rows.hasNext()) {
          stored.add(RowJson.of(rows.next(), columns).toString());
        }
      }
    }
    List<String> came = new ArrayList<>(delivered.rows());
    stored.sort(null);
    came.sort(null);
    return stored.equals(came)
        ? List.of()
        : List.of(
            String.format(
                Locale.ROOT,
                "%s has %,d rows, and %,d were delivered; they are not the same",
                table,
                stored.size(),
                came.size()));
  }

  private long expectedRows(String table) {
    return expected.rows().getOrDefault(table, 0L);
  }

  private long rows(String table) {
    return snapshot(table).flatMap(Snapshot::rows).orElse(0L);
  }

  private Optional<Snapshot> snapshot(String table) {
    return DeltaTable.at(path(table)).latest();
  }

  private Place path(String table) {
    return Place.of(lake.resolve(table).toString());
  }

  /** Sums up what the event log says of each epoch: each is there once, whoever ran it. */
  private void compareRules(List<String> differences) {
    Map<String, long[]> verdicts = new TreeMap<>();
    long[] dropped = new long[1];
    long[] duplicates = new long[1];
    forEachRow(
        EventLog.TABLE,
        List.of("dataset_name", "details"),
        row -> {
          if (expected.judged().equals(row.get("dataset_name"))) {
            JsonNode progress = json((String) row.get("details")).path("flow_progress");
            JsonNode quality = progress.path("data_quality");
            duplicates[0] += progress.at("/metrics/num_duplicate_rows").asLong();
            dropped[0] += quality.path("dropped_records").asLong();
            for (JsonNode rule : quality.path("expectations")) {
              long[] sums = verdicts.computeIfAbsent(rule.path("name").asText(), n -> new long[2]);
              sums[0] += rule.path("passed_records").asLong();
              sums[1] += rule.path("failed_records").asLong();
            }
          }
        });
    expected
        .rules()
        .forEach(
            (rule, count) -> {
              long[] sums = verdicts.getOrDefault(rule, new long[2]);
              if (sums[0] != count.passed() || sums[1] != count.failed()) {
                differences.add(
                    String.format(
                        Locale.ROOT,
                        "expectation %s of %s: %,d rows passed and %,d failed, %,d and %,d expected",
                        rule,
                        expected.judged(),
                        sums[0],
                        sums[1],
                        count.passed(),
                        count.failed()));
              }
            });
    if (dropped[0] != expected.dropped()) {
      differences.add(
          String.format(
              Locale.ROOT,
              "%s dropped %,d rows, %,d expected",
              expected.judged(),
              dropped[0],
              expected.dropped()));
    }
    if (duplicates[0] != expected.duplicates()) {
      differences.add(
          String.format(
              Locale.ROOT,
              "%s left out %,d duplicates, %,d expected",
              expected.judged(),
              duplicates[0],
              expected.duplicates()));
    }
  }

  private void compareTable(String name, ExpectedTable table, List<String> differences) {
    Map<List<Object>, Supplier<Map<String, Object>>> missing = new HashMap<>(table.rows());
    List<String> found = new ArrayList<>();
    forEachRow(
        name,
        List.of(),
        row -> {
          List<Object> key = new ArrayList<>();
          table.keys().forEach(column -> key.add(plain(row.get(column))));
          Supplier<Map<String, Object>> expectedRow = missing.remove(key);
          if (expectedRow == null) {
            found.add(name + " has a row for " + key + " that is not expected");
            return;
          }
          Map<String, Object> actual = new LinkedHashMap<>();
          row.forEach((column, value) -> actual.put(column, plain(value)));
          actual.keySet().removeIf(column -> isHidden(column) || table.keys().contains(column));
          if (!isSame(expectedRow.get(), actual)) {
            found.add(
                name + " has " + actual + " for " + key + ", " + expectedRow.get() + " expected");
          }
        });
    missing.keySet().forEach(key -> found.add(name + " has no row for " + key));
    found.stream().limit(MOST_DIFFERENCES_OF_A_TABLE).forEach(differences::add);
    if (found.size() > MOST_DIFFERENCES_OF_A_TABLE) {
      differences.add(
          String.format(
              Locale.ROOT,
              "%s has %,d more such rows",
              name,
              found.size() - MOST_DIFFERENCES_OF_A_TABLE));
    }
  }

  /** Hidden columns, and the state of aggregates; not those of a history. */
  private static boolean isHidden(String column) {
    return column.startsWith("_") && !column.startsWith("__");
  }

  /**
   * @param columns empty for all
   */
  private void forEachRow(
      String table, List<String> columns, Consumer<Map<String, Object>> action) {
    Optional<Snapshot> snapshot = snapshot(table);
    if (snapshot.isEmpty()) {
      return;
    }
    TableSchema schema = snapshot.get().schema();
    List<Column> read =
        columns.isEmpty()
            ? schema.columns()
            : columns.stream().map(c -> schema.column(c).orElseThrow()).toList();
    for (DataFile file : snapshot.get().files()) {
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(
              path(table), file, schema, read.stream().map(Column::name).toList())) {
        rows.forEachRemaining(row -> action.accept(JavaValues.of(row, read)));
      }
    }
  }

  private static boolean isSame(Map<String, Object> expected, Map<String, Object> actual) {
    return expected.keySet().equals(actual.keySet())
        && expected.entrySet().stream()
            .allMatch(
                entry -> {
                  Object value = actual.get(entry.getKey());
                  if (entry.getValue() instanceof Double a && value instanceof Double b) {
                    return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a));
                  }
                  return Objects.equals(entry.getValue(), value);
                });
  }

  /** As in {@link ExpectedTable}. */
  private static Object plain(Object value) {
    return value instanceof Integer number ? (Object) number.longValue() : value;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
