package io.lakebeam.expectation;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/**
 * How many rows of an epoch a table may refuse before somebody should look.
 *
 * @param rows refused at most; {@link #ANY_ROWS} for any number
 * @param percent refused at most, of all rows that come; {@link #ANY_PERCENT} for any. Counts from
 *     {@link #LEAST_ROWS} rows on: one bad row of two says nothing
 * @param stops true when an epoch that is over it stops the update before it is committed, false
 *     when that is only told
 */
public record Budget(long rows, BigDecimal percent, boolean stops) implements Serializable {
  public static final long ANY_ROWS = Long.MAX_VALUE;
  public static final BigDecimal ANY_PERCENT = BigDecimal.valueOf(100);

  /** So many rows have to come in an epoch before a share of them counts. */
  public static final long LEAST_ROWS = 100;

  /**
   * Why an epoch is over it, as a sentence without full stop; empty when it is not.
   *
   * @param in rows that came
   * @param refused of them
   */
  public Optional<String> excess(long in, long refused) {
    if (refused > rows) {
      return Optional.of(told(in, refused, String.format(Locale.ROOT, "%,d", rows)));
    }
    boolean isOver =
        in >= LEAST_ROWS
            && BigDecimal.valueOf(refused * 100).compareTo(percent.multiply(BigDecimal.valueOf(in)))
                > 0;
    return isOver
        ? Optional.of(told(in, refused, percent.toPlainString() + " percent"))
        : Optional.empty();
  }

  private static String told(long in, long refused, String most) {
    return String.format(
        Locale.ROOT, "%,d of %,d rows are refused, and its budget is %s", refused, in, most);
  }
}
