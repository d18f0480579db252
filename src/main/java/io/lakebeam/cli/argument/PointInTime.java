package io.lakebeam.cli.argument;

import io.lakebeam.cli.text.Time;
import io.lakebeam.lake.UsageException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.TypeConversionException;

/** A point in time as it is typed: a day or a time of UTC, or how long ago it is. */
public final class PointInTime {
  private PointInTime() {}

  /**
   * @param option that was given it, for the error
   * @throws UsageException when it is none
   */
  public static Instant of(String option, String text, Clock clock) {
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException e) {
      try {
        return clock.instant().minus(new Time().convert(text));
      } catch (TypeConversionException none) {
        throw new UsageException(
            option
                + ": '"
                + text
                + "' is no time such as 2026-01-31, 2026-01-31T12:00:00Z or 2h (ago)");
      }
    }
  }
}
