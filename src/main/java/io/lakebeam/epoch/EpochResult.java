package io.lakebeam.epoch;

import io.lakebeam.expectation.Budget;
import io.lakebeam.source.BadFile;
import java.io.Serializable;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an epoch did, once all of it is committed.
 *
 * @param finishedAt by the clock of the machine that finished it
 * @param datasets one entry for each dataset that got something or was looked after
 * @param setAside files that are in quarantines as a whole, in place of their rows
 * @param leftOut what the plan knows and got nothing, because whoever did the epoch did not declare
 *     it: names of datasets, and of sources
 * @param budgets what stands against budgets: each one that counts over a day, and those that the
 *     epoch is over and goes on
 */
public record EpochResult(
    String pipeline,
    long number,
    Instant plannedAt,
    Instant finishedAt,
    List<DatasetResult> datasets,
    List<BadFile> setAside,
    Set<String> leftOut,
    List<BudgetResult> budgets)
    implements Serializable {
  public EpochResult {
    datasets = List.copyOf(datasets);
    setAside = List.copyOf(setAside);
    leftOut = Collections.unmodifiableSortedSet(new TreeSet<>(leftOut));
    budgets = List.copyOf(budgets);
  }

  /** Of an epoch whose files could all be read, and that was done as it was planned. */
  public EpochResult(
      String pipeline,
      long number,
      Instant plannedAt,
      Instant finishedAt,
      List<DatasetResult> datasets) {
    this(pipeline, number, plannedAt, finishedAt, datasets, List.of(), Set.of(), List.of());
  }

  /**
   * One dataset's part. For every dataset {@code in = accepted + dropped + duplicates +
   * quarantined}.
   *
   * @param outcome {@code committed}, {@code already committed} (by an earlier attempt) or {@code
   *     unchanged}
   * @param version of the table afterwards; -1 when nothing was committed
   * @param in rows that came to the dataset's flows; changed rows for a view
   * @param duplicates rows that the table has already; in results of older versions they are among
   *     the dropped
   * @param late rows among the dropped that came when their window was closed
   * @param files data files added, the quarantine's included
   * @param bytes of those files
   * @param rules by name
   * @param upserts what changes did to an upsert table; {@link UpsertResult#NONE} of others
   */
  public record DatasetResult(
      String dataset,
      String outcome,
      long version,
      long in,
      long accepted,
      long dropped,
      long duplicates,
      long quarantined,
      long late,
      int files,
      long bytes,
      Map<String, RuleResult> rules,
      UpsertResult upserts)
      implements Serializable {
    public DatasetResult {
      rules = new TreeMap<>(rules);
    }

    /** The same rows, with what became of their commit. */
    public DatasetResult with(String committed, long at) {
      return new DatasetResult(
          dataset,
          committed,
          at,
          in,
          accepted,
          dropped,
          duplicates,
          quarantined,
          late,
          files,
          bytes,
          rules,
          upserts);
    }

    /** Of a dataset that no row comes to twice. */
    public DatasetResult(
        String dataset,
        String outcome,
        long version,
        long in,
        long accepted,
        long dropped,
        long quarantined,
        long late,
        int files,
        long bytes,
        Map<String, RuleResult> rules,
        UpsertResult upserts) {
      this(
          dataset,
          outcome,
          version,
          in,
          accepted,
          dropped,
          0,
          quarantined,
          late,
          files,
          bytes,
          rules,
          upserts);
    }

    /** Of a dataset that is no upsert table. */
    public DatasetResult(
        String dataset,
        String outcome,
        long version,
        long in,
        long accepted,
        long dropped,
        long quarantined,
        long late,
        int files,
        long bytes,
        Map<String, RuleResult> rules) {
      this(
          dataset,
          outcome,
          version,
          in,
          accepted,
          dropped,
          quarantined,
          late,
          files,
          bytes,
          rules,
          UpsertResult.NONE);
    }

    /** Of a dataset that closes no windows. */
    public DatasetResult(
        String dataset,
        String outcome,
        long version,
        long in,
        long accepted,
        long dropped,
        long quarantined,
        int files,
        long bytes,
        Map<String, RuleResult> rules) {
      this(dataset, outcome, version, in, accepted, dropped, quarantined, 0, files, bytes, rules);
    }
  }

  /**
   * What changes did to an upsert table.
   *
   * @param upserted rows that are new, or say something else now
   * @param deleted keys that had a row and have none any more
   * @param late changes that were older than what the table had of their key
   * @param tied changes with the sequence of another one of their key that says something else
   */
  public record UpsertResult(long upserted, long deleted, long late, long tied)
      implements Serializable {
    public static final UpsertResult NONE = new UpsertResult(-1, -1, -1, -1);

    /** False of a dataset that is no upsert table. */
    public boolean isThere() {
      return upserted >= 0;
    }
  }

  /** Rows on which a rule was evaluated, by verdict. */
  public record RuleResult(long passed, long failed) implements Serializable {}

  /**
   * What stands against a budget after an epoch. What a day has so far is carried from one epoch of
   * it to the next, so that nobody has to look at more than the epoch before.
   *
   * @param rule empty for the budget of the table itself
   * @param per what {@code in} and {@code bad} are counted over
   * @param in rows that came: to the table, or to the rule
   * @param bad rows that the table refused, or that broke the rule
   * @param told the {@linkplain Budget#bounds bounds} that the day is told to be over; empty as
   *     long as it is not
   * @param excess why it is over, where this epoch is the one that tells it; empty otherwise
   */
  public record BudgetResult(
      String table, String rule, Budget.Per per, long in, long bad, String told, String excess)
      implements Serializable {
    /** True when this epoch is the one that tells that the budget is exceeded. */
    public boolean isTold() {
      return !excess.isEmpty();
    }

    /** What has the budget, as people read it. */
    public String name() {
      return rule.isEmpty() ? table : "rule " + rule + " of " + table;
    }
  }
}
