package io.lakebeam.pipeline;

import io.lakebeam.epoch.DamagedLedgerException;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.BudgetResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.expectation.Budget;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.source.Slice;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.PipelineSpec;
import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The budgets of a pipeline's tables and their rules, held against what epochs do.
 *
 * <p>An epoch belongs to the day, in UTC, that it was planned on, however often and whenever it is
 * attempted. What a day has so far is in the result of the epoch before; only where that one does
 * not say it, because the budget is new, those before are looked at, as far as they are of the same
 * day. So an epoch counts once, when it is done, and one that a budget stops does not count.
 */
public final class Budgets implements Serializable {
  private static final Count NONE = new Count(0, 0, "");

  private final ArrayList<Of> all;

  /**
   * A budget and what has it.
   *
   * @param quarantine of the table
   */
  private record Of(String table, String quarantine, Budget budget) implements Serializable {
    BudgetResult result(Count count, String excess) {
      return new BudgetResult(
          table, budget.rule(), budget.per(), count.in, count.bad, count.told, excess);
    }

    boolean isOf(BudgetResult result) {
      return result.table().equals(table)
          && result.rule().equals(budget.rule())
          && result.per() == budget.per();
    }

    /** What a table's part of an epoch counts for it. */
    Count of(DatasetResult part) {
      if (budget.rule().isEmpty()) {
        return new Count(part.in(), part.quarantined(), "");
      }
      return Optional.ofNullable(part.rules().get(budget.rule()))
          .map(rule -> new Count(rule.passed() + rule.failed(), rule.failed(), ""))
          .orElse(NONE);
    }
  }

  /**
   * Rows that count.
   *
   * @param told as of {@link BudgetResult}
   */
  private record Count(long in, long bad, String told) {
    Count plus(Count other) {
      return new Count(in + other.in, bad + other.bad, told + other.told);
    }

    Count tellingOf(Budget budget) {
      return new Count(in, bad, budget.bounds());
    }
  }

  private Budgets(ArrayList<Of> all) {
    this.all = all;
  }

  public static Budgets of(PipelineSpec pipeline) {
    ArrayList<Of> all = new ArrayList<>();
    for (DatasetSpec dataset : pipeline.datasets()) {
      String quarantine = dataset.quarantine().orElse("");
      dataset.budgets().forEach(budget -> all.add(new Of(dataset.name(), quarantine, budget)));
    }
    return new Budgets(all);
  }

  /**
   * Why a table may not get its part of an epoch; empty when it may. An epoch of which nothing is
   * bad is never over a budget.
   *
   * @param counted the part
   */
  public Optional<Problem> stop(Ledger ledger, EpochPlan plan, DatasetResult counted) {
    List<Of> mine =
        all.stream()
            .filter(each -> each.budget.stops() && each.table.equals(counted.dataset()))
            .filter(each -> each.of(counted).bad > 0)
            .toList();
    if (mine.isEmpty() || takesAgain(ledger, plan, counted.dataset())) {
      return Optional.empty();
    }
    Map<Of, Count> before = before(ledger, plan, mine);
    for (Of each : mine) {
      Optional<String> excess =
          excess(each, plan, before.getOrDefault(each, NONE).plus(each.of(counted)));
      if (excess.isPresent()) {
        return excess.map(why -> stopped(plan, each, why));
      }
    }
    return Optional.empty();
  }

  private static Problem stopped(EpochPlan plan, Of over, String why) {
    String rule = over.budget.rule();
    String of = rule.isEmpty() ? over.quarantine : "rule " + rule + " of " + over.table;
    return Problem.of(
        ErrorCode.BUDGET_EXCEEDED,
        "epoch " + plan.number() + " is over the budget of " + of,
        why,
        "look at the source, or at rules and queries, and run again: nothing of the epoch is in the"
            + " table; or raise the budget, or say on_excess: warn, to take it as it is");
  }

  /** What stands against them once an epoch is done. */
  public List<BudgetResult> settle(Ledger ledger, EpochPlan plan, List<DatasetResult> parts) {
    Map<Of, Count> before = before(ledger, plan, all);
    List<BudgetResult> results = new ArrayList<>();
    for (Of each : all) {
      Count soFar = before.getOrDefault(each, NONE);
      Count mine =
          parts.stream()
              .filter(part -> part.dataset().equals(each.table))
              .filter(part -> !takesAgain(ledger, plan, each.table))
              .map(each::of)
              .reduce(NONE, Count::plus);
      Count now = soFar.plus(mine);
      Optional<String> excess =
          mine.bad == 0 || each.budget.stops() || soFar.told.equals(each.budget.bounds())
              ? Optional.empty()
              : excess(each, plan, now);
      if (each.budget.per() == Budget.Per.DAY) {
        Count kept = excess.isPresent() ? now.tellingOf(each.budget) : now;
        results.add(each.result(kept, excess.orElse("")));
      } else {
        excess.ifPresent(why -> results.add(each.result(now, why)));
      }
    }
    return results;
  }

  private static Optional<String> excess(Of of, EpochPlan plan, Count count) {
    String when = of.budget.per() == Budget.Per.DAY ? day(plan.plannedAt()).toString() : "";
    return of.budget.excess(count.in, count.bad, when);
  }

  /** What earlier epochs of the day count for budgets of days. */
  private static Map<Of, Count> before(Ledger ledger, EpochPlan plan, List<Of> budgets) {
    Map<Of, Count> counts = new LinkedHashMap<>();
    List<Of> open = new ArrayList<>(budgets);
    open.removeIf(each -> each.budget.per() != Budget.Per.DAY);
    LocalDate day = day(plan.plannedAt());
    for (long number = plan.number() - 1; number > 0 && !open.isEmpty(); number--) {
      Optional<EpochResult> result;
      try {
        result = ledger.result(number);
      } catch (DamagedLedgerException e) {
        continue; // it is done, and nobody can say what it counts
      }
      if (result.isEmpty() || !day(result.get().plannedAt()).equals(day)) {
        return counts;
      }
      EpochResult earlier = result.get();
      open.removeIf(
          each -> {
            Optional<BudgetResult> known =
                earlier.budgets().stream().filter(each::isOf).findFirst();
            counts.merge(
                each,
                known
                    .map(of -> new Count(of.in(), of.bad(), of.told()))
                    .orElseGet(() -> counted(ledger, earlier, each)),
                Count::plus);
            return known.isPresent();
          });
    }
    return counts;
  }

  private static Count counted(Ledger ledger, EpochResult of, Of budget) {
    boolean isAgain =
        ledger.plan(of.number()).filter(plan -> takesAgain(plan, budget.table)).isPresent();
    return isAgain
        ? NONE
        : of.datasets().stream()
            .filter(part -> part.dataset().equals(budget.table))
            .map(budget::of)
            .reduce(NONE, Count::plus);
  }

  /**
   * Rows that somebody has asked to take again may fail again: that is no news. A later attempt at
   * an epoch does not take those any more that are decided.
   */
  private static boolean takesAgain(Ledger ledger, EpochPlan plan, String table) {
    EpochPlan whole = plan.rounds() == 0 ? plan : ledger.plan(plan.number()).orElse(plan);
    return takesAgain(whole, table);
  }

  private static boolean takesAgain(EpochPlan plan, String table) {
    return plan.slices().stream()
        .anyMatch(slice -> slice instanceof Slice.RefusedRows && slice.into().contains(table));
  }

  private static LocalDate day(Instant at) {
    return at.atZone(ZoneOffset.UTC).toLocalDate();
  }
}
