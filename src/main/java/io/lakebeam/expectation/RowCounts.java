package io.lakebeam.expectation;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many rows came to a flow and where they went; parts add up in any order.
 *
 * @param in rows that came; always {@code accepted + dropped + duplicates + quarantined + failed}
 * @param dropped rows that break a rule with {@code drop}, or come too late
 * @param duplicates rows that the table has already
 * @param failed rows that stop the update
 * @param brokenRules by rule, the rows that broke it
 * @param judged rows on which the rules were evaluated: not those that could not be decoded
 */
public record RowCounts(
    long in,
    long accepted,
    long dropped,
    long duplicates,
    long quarantined,
    long failed,
    long judged,
    List<Long> brokenRules)
    implements Serializable {
  public RowCounts {
    brokenRules = List.copyOf(brokenRules);
    if (in != accepted + dropped + duplicates + quarantined + failed) {
      throw new IllegalArgumentException(
          in
              + " rows in, but "
              + accepted
              + " accepted, "
              + dropped
              + " dropped, "
              + duplicates
              + " duplicates, "
              + quarantined
              + " quarantined, "
              + failed
              + " failed");
    }
  }

  /** Of a table that no row comes to twice. */
  public RowCounts(
      long in,
      long accepted,
      long dropped,
      long quarantined,
      long failed,
      long judged,
      List<Long> brokenRules) {
    this(in, accepted, dropped, 0, quarantined, failed, judged, brokenRules);
  }

  public static RowCounts none(int rules) {
    return new RowCounts(0, 0, 0, 0, 0, 0, IntStream.range(0, rules).mapToObj(i -> 0L).toList());
  }

  /** Rows that went to the quarantine before any rule was looked at. */
  public static RowCounts undecoded(long rows, int rules) {
    return none(rules).plus(new RowCounts(rows, 0, 0, rows, 0, 0, none(rules).brokenRules()));
  }

  /** Of rows that were counted as accepted, and that the table has already. */
  public static RowCounts duplicates(long rows, int rules) {
    return new RowCounts(0, -rows, 0, rows, 0, 0, 0, none(rules).brokenRules());
  }

  /** Rows that are dropped before any rule was looked at. */
  public static RowCounts droppedUnjudged(long rows, int rules) {
    return new RowCounts(rows, 0, rows, 0, 0, 0, none(rules).brokenRules());
  }

  public RowCounts plus(RowCounts other) {
    return new RowCounts(
        in + other.in,
        accepted + other.accepted,
        dropped + other.dropped,
        duplicates + other.duplicates,
        quarantined + other.quarantined,
        failed + other.failed,
        judged + other.judged,
        IntStream.range(0, brokenRules.size())
            .mapToObj(i -> brokenRules.get(i) + other.brokenRules.get(i))
            .toList());
  }

  /** Counts verdicts; not thread-safe. */
  public static final class Counter {
    private final long[] destinations = new long[Verdict.Destination.values().length];
    private final long[] broken;
    private long unjudged;

    public Counter(int rules) {
      this.broken = new long[rules];
    }

    public void add(Verdict verdict) {
      destinations[verdict.destination().ordinal()]++;
      BitSet failed = verdict.failed();
      for (int rule = failed.nextSetBit(0); rule >= 0; rule = failed.nextSetBit(rule + 1)) {
        broken[rule]++;
      }
    }

    /** Counts a row that goes to the quarantine whatever the rules say of it. */
    public void addUnjudged() {
      unjudged++;
    }

    public RowCounts counts() {
      long judged = Arrays.stream(destinations).sum();
      return new RowCounts(
          judged + unjudged,
          destinations[Verdict.Destination.ACCEPTED.ordinal()],
          destinations[Verdict.Destination.DROPPED.ordinal()],
          destinations[Verdict.Destination.QUARANTINED.ordinal()] + unjudged,
          destinations[Verdict.Destination.FAILED.ordinal()],
          judged,
          Arrays.stream(broken).boxed().toList());
    }
  }
}
