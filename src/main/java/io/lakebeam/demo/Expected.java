package io.lakebeam.demo;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a shipped pipeline must have made of a generator's first n records. It comes from what the
 * generator knows of each record it makes, not from reading them back.
 *
 * @param inputs what the pipeline has read
 * @param bronze tables that hold, with their quarantines, every record that was read
 * @param judged the table whose rules are counted
 * @param rows rows of each stored dataset, quarantines included; a quarantine with no row may also
 *     be absent
 * @param rules of {@code judged}, by name: every rule is judged on every row that reaches it
 * @param dropped rows left out of {@code judged} without a quarantine
 * @param duplicates rows that {@code judged} has already
 * @param tables of which every row is known, by name
 */
public record Expected(
    List<Input> inputs,
    List<String> bronze,
    String judged,
    Map<String, Long> rows,
    Map<String, RuleCount> rules,
    long dropped,
    long duplicates,
    Map<String, ExpectedTable> tables) {
  public Expected {
    inputs = List.copyOf(inputs);
    bronze = List.copyOf(bronze);
    rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
    rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
    tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
  }

  /**
   * What a pipeline has read of one kind.
   *
   * @param noun what one of them is called
   */
  public record Input(long count, String noun) {}

  /**
   * How often a rule was kept and broken.
   *
   * @param passed rows on which its condition is TRUE
   * @param failed all others
   */
  public record RuleCount(long passed, long failed) {}

  /**
   * Of the airline pipeline. Counts in one pass; keeps what is said of each flight in memory, some
   * 60 bytes an event.
   */
  public static Expected of(FlightGenerator generator, long n) {
    return of(generator, n, generator.reports(n));
  }

  /** As {@link #of(FlightGenerator, long)}, for a pipeline that reads no reports. */
  public static Expected ofEvents(FlightGenerator generator, long n) {
    return of(generator, n, List.of());
  }

  private static Expected of(FlightGenerator generator, long n, List<ReportFile> reports) {
    ExpectedCounts counts = new ExpectedCounts();
    SilverTables silver = new SilverTables();
    GoldViews gold = new GoldViews();
    Iterator<Occurrence> occurrences = generator.occurrences(n);
    while (occurrences.hasNext()) {
      Occurrence event = occurrences.next();
      if (counts.event(event)) {
        silver.add(new Word.OfEvent(event));
        gold.event(event);
      }
    }
    for (ReportFile report : reports) {
      for (Flight flight : report.flights()) {
        ReportDefect defect = ReportDefect.of(generator.seed(), flight);
        if (counts.reportRow(defect)) {
          silver.add(new Word.OfReport(generator.seed(), flight, defect));
        }
      }
    }
    silver.flights().forEach(gold::flight);
    Map<String, ExpectedTable> tables = new LinkedHashMap<>();
    tables.put("flights", silver.table());
    tables.put("flight_history", silver.history());
    tables.putAll(gold.tables());
    Map<String, Long> rows = new LinkedHashMap<>(counts.rows());
    tables.forEach((name, table) -> rows.put(name, (long) table.rows().size()));
    return new Expected(
        List.of(new Input(n, "event"), new Input(reports.size(), "report")),
        List.of("bronze_flight_events", "bronze_airport_reports"),
        "flights_changes",
        rows,
        counts.rules(),
        counts.dropped(),
        0,
        tables);
  }
}
