package io.lakebeam.demo;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the airline pipeline must have made of a generator's first n events and their reports. It
 * comes from what the generator knows of each record it makes, not from reading them back.
 *
 * @param events n
 * @param reports how many report files there are
 * @param rows rows of each stored dataset, quarantines included; a quarantine with no row may also
 *     be absent
 * @param rules of {@code flights}, by name: every rule is judged on every row that reaches it
 * @param dropped rows left out of {@code flights} without a quarantine
 * @param views each materialized view's whole content, by its name: its rows by their group's
 *     values
 */
public record Expected(
    long events,
    int reports,
    Map<String, Long> rows,
    Map<String, RuleCount> rules,
    long dropped,
    Map<String, Map<List<Object>, Map<String, Object>>> views) {
  public Expected {
    rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
    rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
    views = Collections.unmodifiableMap(new LinkedHashMap<>(views));
  }

  /**
   * How often a rule was kept and broken.
   *
   * @param passed rows on which its condition is TRUE
   * @param failed all others
   */
  public record RuleCount(long passed, long failed) {}

  /**
   * Counts, in one pass and in memory for the views' rows only.
   *
   * <p>In {@link #views}, a group's values and its columns have these types: counts, sums and
   * maxima {@link Long}, averages and coordinates {@link Double}, days {@link java.time.LocalDate},
   * hours and minutes {@link java.time.Instant}, all others {@link String}; null for an average or
   * a maximum of nothing. Keys hold the columns of {@link GoldViews} in order, the rows every other
   * column by name.
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
    GoldViews views = new GoldViews();
    Iterator<Occurrence> occurrences = generator.occurrences(n);
    while (occurrences.hasNext()) {
      Occurrence event = occurrences.next();
      if (counts.event(event)) {
        views.event(event);
      }
    }
    for (ReportFile report : reports) {
      for (Flight flight : report.flights()) {
        if (counts.reportRow(ReportDefect.of(generator.seed(), flight))) {
          views.reportRow(generator.seed(), flight);
        }
      }
    }
    Map<String, Map<List<Object>, Map<String, Object>>> content = views.content();
    Map<String, Long> rows = new LinkedHashMap<>(counts.rows());
    content.forEach((view, groups) -> rows.put(view, (long) groups.size()));
    return new Expected(n, reports.size(), rows, counts.rules(), counts.dropped(), content);
  }
}
