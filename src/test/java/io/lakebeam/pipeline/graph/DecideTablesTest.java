package io.lakebeam.pipeline.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.Decision;
import io.lakebeam.epoch.Decisions;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.expectation.RowCounts;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.graph.flow.FlowReport;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.row.Packed;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tables of an epoch get is decided in one step, whoever else decides at the same time. */
class DecideTablesTest {
  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, cups INT"}
      datasets:
        bronze: {streaming_table: {from: orders}}
        silver:
          streaming_table: {sql: "SELECT id, cups FROM bronze"}
          expect: {some: {expect: cups > 0, on_violation: fail}}
        gold: {streaming_table: {sql: "SELECT id FROM silver"}}
        other: {streaming_table: {sql: "SELECT cups FROM bronze"}}
      """;

  @TempDir Path dir;
  private CompiledPipeline pipeline;
  private Ledger ledger;
  private EpochPlan plan;

  @BeforeEach
  void planned() {
    pipeline = new TestingPipeline(dir).yaml(PIPELINE).compile();
    ledger = Ledger.of(Place.of(pipeline.spec().lake()), "p");
    plan = new EpochPlan("p", 1, Instant.EPOCH, List.of(), Map.of());
    assertTrue(ledger.put(plan));
  }

  private static FlowReport written(String table, int rules) {
    return new FlowReport(table, List.of(), List.of(), RowCounts.none(rules), List.of());
  }

  /** A row of silver breaks its rule. */
  private static FlowReport broken() {
    RowCounts one = new RowCounts(1, 0, 0, 0, 1, 1, List.of(1L));
    return new FlowReport(
        "silver", List.of(), List.of(), one, List.of(new FlowReport.Violation("some", "id = 1")));
  }

  /** What becomes of each table: decided, or how it is not. */
  private Map<String, String> decide(FlowReport... reports) {
    List<Packed<EpochPart>> parts = new ArrayList<>();
    for (FlowReport report : reports) {
      parts.add(Packed.of((EpochPart) new EpochPart.Reported(Packed.of(report))));
    }
    parts.add(Packed.of((EpochPart) new EpochPart.Planned(plan)));
    TestingGraph.Decided decided = TestingGraph.Decided.nothing();
    new DecideTables(pipeline)
        .decide(
            KV.of("", parts), new IntervalWindow(Epochs.timestamp(1), Duration.millis(1)), decided);
    Map<String, String> what = new TreeMap<>();
    decided.decisions().forEach(each -> what.put(each.unpack().dataset(), "decided"));
    for (DatasetOutcome outcome : decided.outcomes()) {
      String told =
          outcome instanceof DatasetOutcome.Stopped stopped
              ? stopped.told().code().toString()
              : outcome.getClass().getSimpleName();
      assertEquals(null, what.put(outcome.dataset(), told));
    }
    return what;
  }

  @Test
  void tablesWithoutRowsAreDecidedToo() {
    assertEquals(
        Map.of("bronze", "decided", "silver", "decided"),
        decide(written("bronze", 0), written("silver", 1)));
    assertEquals(Set.of("gold", "other"), ledger.rounds(1).get(0).without());
  }

  /** What was decided is forgotten, or vacuumed, as that of every epoch that is long done. */
  @Test
  void whoWakesInAnEpochThatIsDoneCommitsNothingOfIt() {
    ledger.done(new EpochResult("p", 1, Instant.EPOCH, Instant.EPOCH, List.of()));
    // Also when a runner does the step once more, which finds what the first has left.
    for (int time = 1; time <= 2; time++) {
      Map<String, String> what = decide(written("bronze", 0), written("silver", 1));
      assertEquals(Set.of("bronze", "silver", "gold", "other"), what.keySet());
      assertEquals(Set.of(ErrorCode.LEASE_HELD.toString()), Set.copyOf(what.values()));
    }
  }

  /** One that computes tables anew has rows of its own for them. */
  @Test
  void whatOthersDecideOfATableThatTakesNoPartHereIsTheirs() {
    Decision theirs =
        new Decision(
            "",
            List.of(),
            List.of(),
            CommitTables.counted(
                pipeline.table("other").orElseThrow(), RowCounts.none(0), 0, List.of(), List.of()),
            List.of());
    assertTrue(
        ledger.decide(
            1, 1, new Decisions(Map.of("other", theirs), Set.of("bronze", "silver", "gold"))));
    plan = plan.attempt(List.of(), 0, Set.of("other"));
    assertEquals(Map.of(), decide(written("bronze", 0)));
  }

  /** Another run may have read a file that is gone by now, and wake with its rows. */
  @Test
  void whoHasNoRowsAtAllDecidesThatNobodyHas() {
    assertEquals(Map.of(), decide());
    assertEquals(Set.of("bronze", "silver", "gold", "other"), ledger.rounds(1).get(0).without());
    assertEquals(Map.of(), decide(written("bronze", 0), written("silver", 1)));
    assertEquals(1, ledger.rounds(1).size());
  }

  @Test
  void whatFollowsATableThatStopsWaitsWithOrWithoutRows() {
    assertEquals(
        Map.of(
            "bronze",
            "decided",
            "silver",
            ErrorCode.EXPECTATION_VIOLATED.toString(),
            "gold",
            "Waiting"),
        decide(written("bronze", 0), broken()));
    assertEquals(Set.of("bronze"), ledger.rounds(1).get(0).made().keySet());
    assertEquals(Set.of("other"), ledger.rounds(1).get(0).without());
  }

  /**
   * Who comes second commits what the first has decided, and leaves the rest to the next attempt.
   */
  @Test
  void whoComesSecondGoesByWhatIsDecided() {
    Decision theirs =
        new Decision(
            "",
            List.of(),
            List.of(),
            CommitTables.counted(
                pipeline.table("bronze").orElseThrow(), RowCounts.none(0), 0, List.of(), List.of()),
            List.of());
    assertTrue(
        ledger.decide(1, 1, new Decisions(Map.of("bronze", theirs), Set.of("silver", "other"))));
    // Silver has stopped here, and has no rows there; gold must not be forgotten.
    assertEquals(
        Map.of("bronze", "decided", "gold", ErrorCode.LEASE_HELD.toString()),
        decide(written("bronze", 0), broken()));
    assertEquals(1, ledger.rounds(1).size());
  }

  @Test
  void theNextAttemptDecidesInARoundOfItsOwn() {
    decide(written("bronze", 0), broken());
    plan = plan.attempt(List.of(), 1, Set.of("bronze", "other"));
    assertEquals(
        Map.of("silver", "decided", "gold", "decided"),
        decide(written("silver", 1), written("gold", 0)));
    Decisions all = ledger.rounds(1).stream().reduce(Decisions.NONE, Decisions::then);
    assertEquals(Set.of("bronze", "silver", "gold"), all.made().keySet());
    assertEquals(Set.of("other"), all.without());
  }
}
