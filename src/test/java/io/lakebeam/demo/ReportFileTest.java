package io.lakebeam.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReportFileTest {
  private static final int COLUMNS = 32;

  @Test
  void historyIsThereBeforeTheFirstEventAndADayWhenItIsOver() {
    FlightGenerator generator = new FlightGenerator(7);
    List<ReportFile> history = generator.reports(0);
    assertEquals(
        List.of(
            "ONTIME_REPORTING_2026_01_02.csv",
            "ONTIME_REPORTING_2026_01_03.csv",
            "ONTIME_REPORTING_2026_01_04.csv"),
        history.stream().map(ReportFile::name).toList());
    List<ReportFile> later = generator.reports(150_000);
    assertEquals(5, later.size());
    assertEquals(Instant.parse("2026-01-06T12:00:00Z"), later.get(3).deliveredAt());
  }

  @Test
  void rowsHaveTheColumnsAndQuirksOfTheRealFiles() {
    FlightGenerator generator = new FlightGenerator(7);
    Set<String> seen = new HashSet<>();
    for (ReportFile report : generator.reports(0)) {
      List<Flight> flights = report.flights();
      List<CsvRecord> records = records(report);
      assertEquals(flights.size() + 1, records.size());
      boolean trailing = records.get(0).getFieldCount() > COLUMNS;
      seen.add(trailing ? "trailing comma" : "no trailing comma");
      int fields = trailing ? COLUMNS + 1 : COLUMNS;
      assertEquals(ReportCsv.COLUMNS, records.get(0).getFields().subList(0, COLUMNS));
      assertEquals(fields, records.get(0).getFieldCount());
      for (int i = 0; i < flights.size(); i++) {
        ReportDefect defect = ReportDefect.of(generator.seed(), flights.get(i));
        boolean ragged =
            defect == ReportDefect.TOO_FEW_FIELDS || defect == ReportDefect.TOO_MANY_FIELDS;
        List<String> row = records.get(i + 1).getFields();
        assertEquals(ragged, row.size() != fields, () -> defect + ": " + row);
        seen.add(defect.name());
        if (!ragged) {
          note(row, flights.get(i), defect, seen);
        }
      }
    }
    for (ReportDefect defect : ReportDefect.values()) {
      assertTrue(seen.contains(defect.name()), defect.name());
    }
    assertTrue(
        seen.containsAll(
            List.of("trailing comma", "no trailing comma", "2400", "no leading zero", "0", "0.00")),
        seen.toString());
  }

  private static void note(List<String> row, Flight flight, ReportDefect defect, Set<String> seen) {
    assertTrue(row.get(8).contains(", "), row.toString());
    String time = row.get(13);
    assertEquals(flight.end() == Flight.End.CANCELLED, time.isEmpty());
    if (time.equals("2400")) {
      seen.add("2400");
    }
    if (!time.isEmpty() && time.length() < 4) {
      seen.add("no leading zero");
    }
    seen.add(row.get(21));
    if (defect == ReportDefect.NONE && !row.get(27).isEmpty()) {
      double causes = row.subList(27, COLUMNS).stream().mapToDouble(Double::parseDouble).sum();
      assertEquals(Double.parseDouble(row.get(19)), causes);
    }
  }

  private static List<CsvRecord> records(ReportFile report) {
    return CsvReader.builder()
        .ofCsvRecord(new String(report.content(), StandardCharsets.US_ASCII))
        .stream()
        .toList();
  }
}
