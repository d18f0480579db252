package io.lakebeam.demo;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Rows of an on-time report with the quirks of the real ones: city names with commas in quotes; in
 * some files a trailing comma on every line, everything but numbers quoted and {@code 0.00}; in
 * others no quotes, {@code 0}, and times that lost their leading zero.
 */
final class ReportCsv {
  static final List<String> COLUMNS =
      List.of(
          "MONTH",
          "DAY_OF_MONTH",
          "DAY_OF_WEEK",
          "OP_UNIQUE_CARRIER",
          "TAIL_NUM",
          "OP_CARRIER_FL_NUM",
          "ORIGIN_AIRPORT_ID",
          "ORIGIN",
          "ORIGIN_CITY_NAME",
          "DEST_AIRPORT_ID",
          "DEST",
          "DEST_CITY_NAME",
          "CRS_DEP_TIME",
          "DEP_TIME",
          "DEP_DELAY_NEW",
          "DEP_DEL15",
          "DEP_TIME_BLK",
          "CRS_ARR_TIME",
          "ARR_TIME",
          "ARR_DELAY_NEW",
          "ARR_TIME_BLK",
          "CANCELLED",
          "CANCELLATION_CODE",
          "CRS_ELAPSED_TIME",
          "ACTUAL_ELAPSED_TIME",
          "DISTANCE",
          "DISTANCE_GROUP",
          "CARRIER_DELAY",
          "WEATHER_DELAY",
          "NAS_DELAY",
          "SECURITY_DELAY",
          "LATE_AIRCRAFT_DELAY");

  private static final int ABSURD_DELAY = 9_999;

  /** How the exporting program writes. */
  enum Style {
    QUOTED_WITH_TRAILING_COMMA,
    BARE;

    static Style ofDay(int day) {
      return Math.floorMod(day, 2) == 0 ? QUOTED_WITH_TRAILING_COMMA : BARE;
    }
  }

  private final Style style;
  private final StringBuilder text = new StringBuilder(1 << 16);
  private boolean first;

  ReportCsv(Style style) {
    this.style = style;
  }

  String text() {
    return text.toString();
  }

  void header() {
    first = true;
    COLUMNS.forEach(this::word);
    endLine();
  }

  void row(long seed, Flight flight, ReportDefect defect) {
    first = true;
    ScheduledFlight scheduled = flight.scheduled();
    number(flight.date().getMonthValue());
    number(flight.date().getDayOfMonth());
    number(flight.date().getDayOfWeek().getValue());
    switch (defect) {
      case NO_CARRIER -> word("");
      case BAD_CARRIER -> word(scheduled.carrier().code() + "X");
      default -> word(scheduled.carrier().code());
    }
    word(sentTail(flight, defect).orElse(""));
    word(Integer.toString(scheduled.number()));
    airport(scheduled.origin());
    airport(defect == ReportDefect.SAME_AIRPORTS ? scheduled.origin() : scheduled.destination());
    departure(flight, defect);
    arrival(flight);
    boolean cancelled = flight.end() == Flight.End.CANCELLED;
    decimal(cancelled ? 1 : 0);
    word(cancelled ? Character.toString(flight.cancellationCode()) : "");
    lengths(flight, defect);
    if (defect != ReportDefect.TOO_FEW_FIELDS) {
      causes(seed, flight);
    }
    if (defect == ReportDefect.TOO_MANY_FIELDS) {
      word("corrected");
      number(1);
    }
    endLine();
  }

  /** The aircraft that a row names, if any. */
  static Optional<String> sentTail(Flight flight, ReportDefect defect) {
    return defect == ReportDefect.NO_TAIL || flight.withdrawn()
        ? Optional.empty()
        : Optional.of(flight.tail());
  }

  private void airport(Airport airport) {
    number(airport.id());
    word(airport.code());
    separate();
    text.append('"').append(airport.city()).append('"');
  }

  private void departure(Flight flight, ReportDefect defect) {
    int scheduled = flight.scheduled().departureMinute();
    time(scheduled);
    if (flight.end() == Flight.End.CANCELLED) {
      time(-1);
      nothing();
      nothing();
    } else {
      time(flight.scheduled().origin().localMinute(flight.date(), flight.actualDeparture()));
      decimal(
          defect == ReportDefect.ABSURD_DELAY
              ? ABSURD_DELAY
              : Math.max(0, flight.departureDelay()));
      decimal(flight.departureDelay() >= DelayCauses.LATE_FROM ? 1 : 0);
    }
    block(scheduled);
  }

  private void arrival(Flight flight) {
    Airport destination = flight.scheduled().destination();
    int scheduled = destination.localMinute(flight.date(), flight.scheduledArrival());
    time(scheduled);
    if (flight.end() == Flight.End.LANDED) {
      time(destination.localMinute(flight.date(), flight.actualArrival()));
      decimal(Math.max(0, flight.arrivalDelay()));
    } else {
      time(-1);
      nothing();
    }
    block(scheduled);
  }

  private void lengths(Flight flight, ReportDefect defect) {
    decimal(flight.scheduled().blockMinutes());
    if (flight.end() == Flight.End.LANDED) {
      decimal(flight.actualArrival() - flight.actualDeparture());
    } else {
      nothing();
    }
    int miles = flight.scheduled().distanceMiles();
    switch (defect) {
      case NO_NUMBER -> word("n/a");
      case NO_DISTANCE -> decimal(0);
      default -> decimal(miles);
    }
    number(Math.min(11, miles / 250 + 1));
  }

  private void causes(long seed, Flight flight) {
    if (!DelayCauses.given(flight)) {
      for (int i = 0; i < 5; i++) {
        nothing();
      }
      return;
    }
    DelayCauses causes = DelayCauses.of(seed, flight);
    decimal(causes.carrier());
    decimal(causes.weather());
    decimal(causes.system());
    decimal(causes.security());
    decimal(causes.lateAircraft());
  }

  /** {@code hhmm}, midnight as 2400; nothing when negative. */
  private void time(int minute) {
    if (minute < 0) {
      word("");
      return;
    }
    int hhmm = minute == 0 ? 2400 : minute / 60 * 100 + minute % 60;
    boolean padded = style == Style.QUOTED_WITH_TRAILING_COMMA;
    word(padded ? String.format(Locale.ROOT, "%04d", hhmm) : Integer.toString(hhmm));
  }

  /** The hour that a time falls in; the night is one block. */
  private void block(int minute) {
    int hour = minute / 60;
    word(hour < 6 ? "0001-0559" : String.format(Locale.ROOT, "%02d00-%02d59", hour, hour));
  }

  private void decimal(int value) {
    separate();
    text.append(value);
    if (style == Style.QUOTED_WITH_TRAILING_COMMA) {
      text.append(".00");
    }
  }

  private void number(int value) {
    separate();
    text.append(value);
  }

  private void nothing() {
    separate();
  }

  private void word(String word) {
    separate();
    if (style == Style.QUOTED_WITH_TRAILING_COMMA) {
      text.append('"').append(word).append('"');
    } else {
      text.append(word);
    }
  }

  private void separate() {
    if (!first) {
      text.append(',');
    }
    first = false;
  }

  private void endLine() {
    if (style == Style.QUOTED_WITH_TRAILING_COMMA) {
      text.append(',');
    }
    text.append('\n');
  }
}
