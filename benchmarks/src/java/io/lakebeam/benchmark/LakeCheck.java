package io.lakebeam.benchmark;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.demo.Expected;
import io.lakebeam.demo.FlightGenerator;
import io.lakebeam.storage.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Holds a lake against what the generator knows of its events, and weighs it. */
final class LakeCheck {
  private static final String VIEW = "network_by_minute";

  /** The tables, by what the generator calls them, whose silver table is one of changes. */
  private static final Map<String, String> TABLES =
      Map.of(
          "bronze_flight_events", "bronze_flight_events",
          "bronze_flight_events_quarantine", "bronze_flight_events_quarantine",
          "flights_changes", "flights_changes",
          "flights_quarantine", "flights_changes_quarantine",
          VIEW, VIEW);

  private final Map<String, Long> expectedRows;
  private final ViewCheck view;

  LakeCheck(FlightGenerator generator, long events) {
    Expected expected = Expected.ofEvents(generator, events);
    expectedRows = new LinkedHashMap<>();
    expected
        .rows()
        .forEach(
            (name, rows) ->
                Optional.ofNullable(TABLES.get(name))
                    .ifPresent(table -> expectedRows.put(table, rows)));
    view = new ViewCheck(VIEW, expected.tables().get(VIEW));
  }

  /**
   * What is in a lake.
   *
   * @param differences from what is expected, a sentence each
   * @param files Parquet files written, those that a merge has replaced included
   * @param bytes of these files
   */
  record Contents(
      Map<String, Long> expectedRows, List<String> differences, long files, long bytes) {}

  /** Rows of every table, and every value of the view. */
  Contents contents(Path lake) throws IOException {
    List<String> differences = new ArrayList<>();
    long files = 0;
    long bytes = 0;
    for (Map.Entry<String, Long> expected : expectedRows.entrySet()) {
      Path folder = lake.resolve(expected.getKey());
      Optional<Snapshot> table = DeltaTable.at(Place.of(folder.toString())).latest();
      long rows = table.flatMap(Snapshot::rows).orElse(0L);
      if (rows != expected.getValue()) {
        differences.add(
            String.format(
                Locale.ROOT,
                "%s has %,d rows, %,d expected",
                expected.getKey(),
                rows,
                expected.getValue()));
      }
      List<Path> data = data(folder);
      files += data.size();
      bytes += data.stream().mapToLong(LakeCheck::size).sum();
    }
    differences.addAll(view.differences(lake.resolve(VIEW).toString()));
    return new Contents(expectedRows, differences, files, bytes);
  }

  private static List<Path> data(Path table) throws IOException {
    if (!Files.exists(table)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(table)) {
      return all.filter(path -> path.toString().endsWith(".parquet"))
          .filter(path -> !path.startsWith(table.resolve("_delta_log")))
          .toList();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
