package io.lakebeam.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.DataFile;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.BudgetResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.RuleResult;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.source.Slice;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What epochs have of budgets, as far as the ledger remembers it. */
class BudgetsTest {
  private static final Instant MORNING = Instant.parse("2026-03-01T00:00:00Z");
  private static final Instant EVENING = Instant.parse("2026-03-01T23:59:59.999Z");
  private static final Instant NEXT_DAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final String PER_DAY = "{rows: 10, per: day}";

  @TempDir Path dir;
  private TestingPipeline project;
  private Ledger ledger;
  private Budgets budgets;

  @BeforeEach
  void declare() {
    project = new TestingPipeline(dir);
    budget(PER_DAY);
    ledger = Ledger.of(Place.of(project.spec().lake()), "p");
  }

  private void budget(String budget) {
    declare("budget: " + budget, "a > 0");
  }

  private void ruleBudget(String budget) {
    declare("", "{expect: a > 0, on_violation: warn, budget: " + budget + "}");
  }

  private void declare(String key, String rule) {
    project.yaml(
        """
        pipeline: p
        sources:
          feed: {files: "in/*.json", format: json, schema: "a INT"}
        datasets:
          bronze: {streaming_table: {from: feed}}
          silver:
            streaming_table: {sql: "SELECT a FROM bronze"}
            expect: {positive: RULE}
            KEY
        """
            .replace("RULE", rule)
            .replace("KEY", key));
    budgets = Budgets.of(project.spec());
  }

  /** The part of silver; rows that are refused break its rule. */
  private static DatasetResult part(long in, long bad) {
    return new DatasetResult(
        "silver",
        "committed",
        1,
        in,
        in - bad,
        0,
        bad,
        1,
        1,
        Map.of("positive", new RuleResult(in - bad, bad)));
  }

  private EpochPlan plan(long number, Instant at) {
    EpochPlan plan = new EpochPlan("p", number, at, List.of(), Map.of());
    ledger.put(plan);
    return plan;
  }

  /** Does an epoch; gives what it tells. */
  private String done(long number, Instant at, DatasetResult... parts) {
    return done(plan(number, at), parts);
  }

  private String done(EpochPlan plan, DatasetResult... parts) {
    List<BudgetResult> settled = budgets.settle(ledger, plan, List.of(parts));
    ledger.done(
        new EpochResult(
            "p",
            plan.number(),
            plan.plannedAt(),
            plan.plannedAt(),
            List.of(parts),
            List.of(),
            Set.of(),
            settled));
    return settled.stream()
        .filter(BudgetResult::isTold)
        .map(each -> each.name() + ": " + each.excess())
        .collect(Collectors.joining());
  }

  /** Why an epoch stops; empty when it does not. */
  private String stop(EpochPlan plan, DatasetResult part) {
    return budgets
        .stop(ledger, plan, part)
        .map(told -> told.problem() + ": " + told.cause())
        .orElse("");
  }

  @Test
  void aDayIsTheEpochsThatWerePlannedOnIt() {
    done(1, MORNING, part(20, 6));
    assertEquals("", stop(plan(2, EVENING), part(5, 4)));
    String told =
        "epoch 2 is over the budget of silver_quarantine: 11 of 25 rows of 2026-03-01 are refused,"
            + " and its budget is 10 a day";
    assertEquals(told, stop(plan(2, EVENING), part(5, 5)));
    assertEquals(told, stop(plan(2, EVENING), part(5, 5)), "attempted again");
    done(2, EVENING, part(5, 4));
    assertEquals("", stop(plan(3, NEXT_DAY), part(20, 10)));
  }

  @Test
  void epochsWithoutTheTableCarryWhatTheDayHas() {
    done(1, MORNING, part(20, 6));
    done(2, MORNING);
    assertTrue(stop(plan(3, MORNING), part(5, 5)).contains("11 of 25 rows"));
    assertEquals("", stop(plan(3, MORNING), part(5, 0)), "nothing of it is bad");
  }

  /** The results before it say nothing of it. */
  @Test
  void aBudgetThatIsNewCountsTheWholeDay() {
    budget("{rows: 100}");
    done(1, MORNING.minusSeconds(1), part(50, 50));
    done(2, MORNING, part(20, 6));
    done(3, MORNING, part(10, 3));
    budget(PER_DAY);
    assertTrue(stop(plan(4, MORNING), part(10, 2)).contains("11 of 40 rows"));
  }

  /** The epoch of which nobody can say what it did is done. */
  @Test
  void aResultThatCannotBeReadLosesItsOwnCountsOnly() throws IOException {
    done(1, MORNING, part(20, 6));
    done(2, MORNING, part(20, 1));
    Path damaged = Path.of(ledger.folder().toUri().getPath()).resolve("epochs/000000000002.done");
    Files.writeString(damaged, "{");
    assertTrue(stop(plan(3, MORNING), part(5, 5)).contains("11 of 25 rows"));
  }

  @Test
  void aShareIsOfTheRowsOfTheDay() {
    budget("{percent: 10, per: day}");
    done(1, MORNING, part(99, 10));
    assertTrue(stop(plan(2, MORNING), part(1, 1)).contains("11 of 100 rows of 2026-03-01"));
    assertEquals("", stop(plan(2, MORNING), part(11, 1)));
  }

  @Test
  void whereItStopsNothingADayIsToldOnce() {
    budget("{rows: 10, per: day, on_excess: warn}");
    assertEquals("", done(1, MORNING, part(20, 10)));
    String told = "silver: 11 of 40 rows of 2026-03-01 are refused, and its budget is 10 a day";
    EpochPlan second = plan(2, MORNING);
    assertEquals(List.of(told), excesses(second, part(20, 1)));
    assertEquals(told, done(second, part(20, 1)), "the attempt before has not told it");
    assertEquals("", done(3, MORNING, part(20, 5)));
    assertEquals("", stop(plan(4, MORNING), part(20, 5)));

    budget("{rows: 20, per: day, on_excess: warn}");
    assertEquals("", done(4, MORNING, part(20, 4)));
    assertTrue(done(5, MORNING, part(20, 1)).contains("its budget is 20 a day"), "another budget");
    assertTrue(done(6, NEXT_DAY, part(30, 21)).contains("21 of 30 rows of 2026-03-02"));
  }

  private List<String> excesses(EpochPlan plan, DatasetResult part) {
    return budgets.settle(ledger, plan, List.of(part)).stream()
        .map(each -> each.name() + ": " + each.excess())
        .toList();
  }

  @Test
  void anEpochByItselfIsToldEachTime() {
    budget("{rows: 10, on_excess: warn}");
    for (int number = 1; number <= 2; number++) {
      assertEquals(
          "silver: 11 of 20 rows are refused, and its budget is 10",
          done(number, MORNING, part(20, 11)));
    }
    assertEquals("", done(3, MORNING, part(20, 10)));
  }

  @Test
  void aRuleHasABudgetOfItsOwn() {
    ruleBudget("{rows: 10}");
    assertEquals(
        "epoch 1 is over the budget of rule positive of silver: 11 of 20 rows break it, and its"
            + " budget is 10",
        stop(plan(1, MORNING), part(20, 11)));
    ruleBudget("{rows: 10, per: day, on_excess: warn}");
    done(1, MORNING, part(20, 10));
    assertEquals(
        "rule positive of silver: 11 of 40 rows of 2026-03-01 break it, and its budget is 10 a day",
        done(2, MORNING, part(20, 1)));
  }

  /** Also in an attempt that finds decided what it would take again. */
  @Test
  void rowsThatAreTakenAgainDoNotCount() {
    done(1, MORNING, part(20, 6));
    DataFile refused = new DataFile("part-1.parquet", Map.of(), 20, 1, "", 0);
    Slice again = new Slice.RefusedRows("silver", 1, refused);
    EpochPlan plan = new EpochPlan("p", 2, MORNING, List.of(again), Map.of());
    ledger.put(plan);
    assertEquals("", stop(plan, part(20, 20)));
    done(plan.attempt(List.of(), 1, Set.of("silver")), part(20, 20));
    assertEquals("", stop(plan(3, MORNING), part(5, 4)));
    assertTrue(stop(plan(3, MORNING), part(5, 5)).contains("11 of 25 rows"));
  }
}
