package io.lakebeam.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpectedTest {
  @Test
  void everyRecordGoesSomewhereOnce() {
    FlightGenerator generator = new FlightGenerator(7);
    long n = 120_000;
    Expected expected = Expected.of(generator, n);
    Map<String, Long> rows = expected.rows();
    assertEquals(n, rows.get("bronze_flight_events") + rows.get("bronze_flight_events_quarantine"));
    long reportRows =
        generator.reports(n).stream().mapToLong(report -> report.flights().size()).sum();
    assertEquals(
        reportRows,
        rows.get("bronze_airport_reports") + rows.get("bronze_airport_reports_quarantine"));
    long judged = rows.get("bronze_flight_events") + rows.get("bronze_airport_reports");
    assertEquals(
        judged, rows.get("flights_changes") + rows.get("flights_quarantine") + expected.dropped());
    expected
        .rules()
        .forEach(
            (rule, count) -> {
              assertEquals(judged, count.passed() + count.failed(), rule);
              assertTrue(count.failed() > 0, rule);
            });
    rows.forEach((table, count) -> assertTrue(count > 0, table));
  }

  @Test
  void viewsAddUpToTheTable() {
    Expected expected = Expected.of(new FlightGenerator(7), 120_000);
    long events = sum(expected, "network_by_minute", "events");
    assertEquals(expected.rows().get("flight_history_changes"), events);
    long flights = sum(expected, "carrier_performance", "flights");
    assertEquals(
        flights,
        sum(expected, "carrier_performance", "completed")
            + sum(expected, "carrier_performance", "cancelled")
            + sum(expected, "carrier_performance", "diverted"));
    assertEquals(
        flights - sum(expected, "carrier_performance", "cancelled"),
        sum(expected, "airport_delays", "departures"));
  }

  @Test
  void nothingIsExpectedOfNoEventsButHistory() {
    Expected expected = Expected.of(new FlightGenerator(7), 0);
    assertEquals(0, expected.rows().get("bronze_flight_events"));
    assertEquals(0, expected.tables().get("network_by_minute").rows().size());
    assertTrue(expected.rows().get("flights") > 0);
    assertEquals(new Expected.Input(World.DAYS_OF_HISTORY, "report"), expected.inputs().get(1));
  }

  private static long sum(Expected expected, String view, String column) {
    return expected.tables().get(view).rows().values().stream()
        .mapToLong(row -> (Long) row.get().get(column))
        .sum();
  }
}
