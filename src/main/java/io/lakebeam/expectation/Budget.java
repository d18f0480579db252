package io.lakebeam.expectation;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/**
 * How many rows a table may refuse, or how many may break a rule, before somebody should look.
 *
 * @param rule that the rows break; empty for all rows that the table refuses
 * @param rows at most; {@link #ANY_ROWS} for any number
 * @param percent at most, of all rows that come; {@link #ANY_PERCENT} for any. Counts from {@link
 *     #LEAST_ROWS} rows on: one bad row of two says nothing
 * @param per what the rows are counted over
 * @param stops true when an epoch that is over it stops the update before it is committed, false
 *     when that is only told
 */
public record Budget(String rule, long rows, BigDecimal percent, Per per, boolean stops)
    implements Serializable {
  public static final long ANY_ROWS = Long.MAX_VALUE;
  public static final BigDecimal ANY_PERCENT = BigDecimal.valueOf(100);

  /** So many rows have to come before a share of them counts. */
  public static final long LEAST_ROWS = 100;

  /** What rows are counted over. */
  public enum Per {
    /** One epoch. */
    EPOCH,
    /** The epochs that were planned on one day, in UTC, up to the one that is looked at. */
    DAY;

    /** As it is written in files. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Why so many rows are over it, as a sentence without full stop; empty when they are not.
   *
   * @param in rows that came
   * @param bad of them
   * @param when they came, such as {@code 2026-03-01}; empty for the epoch that is told of
   */
  public Optional<String> excess(long in, long bad, String when) {
    if (bad > rows) {
      return Optional.of(told(in, bad, when, String.format(Locale.ROOT, "%,d", rows)));
    }
    boolean isOver =
        in >= LEAST_ROWS
            && BigDecimal.valueOf(bad)
                    .multiply(BigDecimal.valueOf(100))
                    .compareTo(percent.multiply(BigDecimal.valueOf(in)))
                > 0;
    return isOver
        ? Optional.of(told(in, bad, when, percent.toPlainString() + " percent"))
        : Optional.empty();
  }

  private String told(long in, long bad, String when, String most) {
    return String.format(
        Locale.ROOT,
        "%,d of %,d rows%s %s, and its budget is %s%s",
        bad,
        in,
        when.isEmpty() ? "" : " of " + when,
        rule.isEmpty() ? "are refused" : "break it",
        most,
        per == Per.DAY ? " a day" : "");
  }

  /** What it allows, the same for two that allow the same. */
  public String bounds() {
    return (rows == ANY_ROWS ? "any" : Long.toString(rows))
        + " rows, "
        + percent.stripTrailingZeros().toPlainString()
        + " percent";
  }
}
