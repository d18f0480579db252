package io.lakebeam.demo;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/**
 * An on-time report: a CSV file with the flights of one day, as the Bureau of Transportation
 * Statistics exports them. Its content is made when it is asked for.
 */
public final class ReportFile {
  private final World world;
  private final int day;

  ReportFile(World world, int day) {
    this.world = world;
    this.day = day;
  }

  /** {@code ONTIME_REPORTING_2026_01_05.csv}. */
  public String name() {
    LocalDate date = date();
    return String.format(
        Locale.ROOT,
        "ONTIME_REPORTING_%04d_%02d_%02d.csv",
        date.getYear(),
        date.getMonthValue(),
        date.getDayOfMonth());
  }

  /** The day reported. */
  public LocalDate date() {
    return World.date(day);
  }

  /** When it is delivered, in the demo's own time; on resuming, older ones are there already. */
  public Instant deliveredAt() {
    return World.reported(day);
  }

  /** The file's bytes, about two megabytes. */
  public byte[] content() {
    ReportCsv csv = new ReportCsv(ReportCsv.Style.ofDay(day));
    csv.header();
    for (Flight flight : flights()) {
      csv.row(world.seed(), flight, ReportDefect.of(world.seed(), flight));
    }
    return csv.text().getBytes(StandardCharsets.US_ASCII);
  }

  /** As the report has them. */
  List<Flight> flights() {
    return world.day(day).flights().stream()
        .map(flight -> Correction.reported(world.seed(), flight))
        .toList();
  }
}
