package io.lakebeam.benchmark;

import io.lakebeam.demo.DemoComparison;
import io.lakebeam.demo.Expected;
import io.lakebeam.demo.FlightGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Holds a lake against what the generator knows of its events, and weighs it. */
final class LakeCheck {
  private static final String VIEW = "carrier_performance";
  private static final List<String> TABLES =
      List.of(
          "bronze_flight_events",
          "bronze_flight_events_quarantine",
          "flights",
          "flights_quarantine",
          VIEW);

  private final Expected expected;

  LakeCheck(FlightGenerator generator, long events) {
    Expected all = Expected.ofEvents(generator, events);
    Map<String, Long> rows = new LinkedHashMap<>(all.rows());
    rows.keySet().retainAll(TABLES);
    expected =
        new Expected(
            events, 0, rows, all.rules(), all.dropped(), Map.of(VIEW, all.views().get(VIEW)));
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

  /** Rows of every table, each row of the view, and the verdicts of each rule. */
  Contents lakebeam(Path lake) throws IOException {
    return contents(lake, expected);
  }

  /** As for Lakebeam, without the verdicts: the peer does not count them. */
  Contents spark(Path lake) throws IOException {
    return contents(
        lake, new Expected(expected.events(), 0, expected.rows(), Map.of(), 0, expected.views()));
  }

  private static Contents contents(Path lake, Expected expected) throws IOException {
    long files = 0;
    long bytes = 0;
    for (String table : TABLES) {
      Path folder = lake.resolve(table);
      if (Files.exists(folder)) {
        try (Stream<Path> all = Files.walk(folder)) {
          List<Path> data =
              all.filter(path -> path.toString().endsWith(".parquet"))
                  .filter(path -> !path.toString().contains("_delta_log"))
                  .toList();
          files += data.size();
          bytes += data.stream().mapToLong(LakeCheck::size).sum();
        }
      }
    }
    return new Contents(
        expected.rows(), new DemoComparison(lake, expected).differences(), files, bytes);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
