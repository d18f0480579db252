package io.lakebeam.epoch;

import io.lakebeam.delta.DataFile;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What somebody has asked for who reviews the quarantines of a pipeline.
 *
 * @param number 1 for the first request of a pipeline, then one more each: the order in which they
 *     count
 * @param action what is to become of the rows
 * @param at when it was asked for
 * @param by who has asked
 * @param reason why; empty when nothing was said
 * @param rows which are meant, by table
 * @param expired what is to be deleted of quarantines; of {@link Action#EXPIRE} only
 */
public record ReviewRequest(
    long number,
    Action action,
    Instant at,
    String by,
    String reason,
    List<Rows> rows,
    List<Expired> expired) {
  /** What can be asked for. */
  public enum Action {
    /** Rows are taken through today's queries and rules, by the next epoch. */
    REPLAY,
    /** Rows are closed: nobody waits for them. */
    DISCARD,
    /** Rows that were discarded wait again. */
    REOPEN,
    /** Rows are deleted from quarantines, which do not keep them any longer. */
    EXPIRE;

    /** As the quarantine log has it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ReviewRequest {
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(by, "by");
    Objects.requireNonNull(reason, "reason");
    rows = List.copyOf(rows);
    expired = List.copyOf(expired);
  }

  /** That deletes nothing. */
  public ReviewRequest(
      long number, Action action, Instant at, String by, String reason, List<Rows> rows) {
    this(number, action, at, by, reason, rows, List.of());
  }

  /** The same, which counts after others. */
  ReviewRequest as(long other) {
    return new ReviewRequest(other, action, at, by, reason, rows, expired);
  }

  /** How many rows are meant. */
  public long count() {
    return rows.stream().mapToLong(each -> Math.max(0, each.file().rows())).sum();
  }

  /**
   * Rows of a table's quarantine.
   *
   * @param table that has refused them
   * @param file that says which: for a replay the rows themselves, in {@link
   *     ReviewRequests#folder}; else rows of the quarantine log, in its folder
   * @param types of the columns of the file, as SQL, by column
   * @param refreshed the epoch in which the rows of the quarantine had been made anew when they
   *     were looked up, 0 for never: once they are made anew again, these are no longer refused
   */
  public record Rows(String table, DataFile file, Map<String, String> types, long refreshed) {
    public Rows {
      types = Map.copyOf(types);
    }
  }

  /**
   * Rows that a quarantine does not keep any longer.
   *
   * @param table that has refused them
   * @param before when they were refused, exclusive
   * @param rows how many there are
   * @param open those of them that nobody has closed for good
   * @param refreshed as of {@link Rows}
   */
  public record Expired(String table, Instant before, long rows, long open, long refreshed) {}
}
