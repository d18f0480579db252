package io.lakebeam.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * What a line tells of an epoch, or of several that follow one another.
 *
 * @param first the number of the first one
 * @param last the number of the last one
 * @param in records that came from sources
 * @param out rows added to tables that no other streaming table reads, and changes of those that
 *     are updated
 * @param quarantined rows, of all tables
 * @param dropped rows, of all tables
 * @param duplicates rows, of all tables
 * @param millis that the slowest of them took
 * @param at when the last one was done
 */
record EpochTotals(
    long first,
    long last,
    long in,
    long out,
    long quarantined,
    long dropped,
    long duplicates,
    long millis,
    Instant at) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** These and the epochs after them. */
  EpochTotals plus(EpochTotals next) {
    return new EpochTotals(
        first,
        next.last,
        in + next.in,
        out + next.out,
        quarantined + next.quarantined,
        dropped + next.dropped,
        duplicates + next.duplicates,
        Math.max(millis, next.millis),
        next.at);
  }

  /**
   * @param hasDuplicates true where some table looks for them
   */
  String line(boolean hasDuplicates) {
    return String.format(
        Locale.ROOT,
        "%s in %,9d  out %,9d  quarantined %,6d  dropped %,6d  %s%s%,7d ms  %s",
        first == last
            ? String.format(Locale.ROOT, "epoch %-4d", first)
            : String.format(Locale.ROOT, "epochs %,d to %,d ", first, last),
        in,
        out,
        quarantined,
        dropped,
        hasDuplicates ? String.format(Locale.ROOT, "duplicates %,6d  ", duplicates) : "",
        first == last ? "" : "at most ",
        millis,
        TIME.format(at));
  }
}
