package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.cli.TestingConsole;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.RunProcess;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingClock;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An epoch that refuses too much. */
class BudgetIT {
  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        feed: {files: "in/*.json", format: json, schema: "id BIGINT NOT NULL"}
      datasets:
        bronze: {streaming_table: {from: feed}}
        silver:
          streaming_table: {sql: "SELECT id FROM bronze"}
          expect: {small: {expect: id < 100, on_violation: quarantine}}
          budget: {percent: 10}
        gold: {streaming_table: {sql: "SELECT id FROM silver"}}
      """;

  @TempDir Path dir;
  private final TestingClock clock = new TestingClock(Instant.parse("2026-03-01T20:00:00Z"));
  private TestingPipeline project;
  private TestingConsole console;

  @BeforeEach
  void land() {
    project = new TestingPipeline(dir).yaml(PIPELINE);
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    StringBuilder lines = new StringBuilder();
    for (int id = 0; id < 120; id++) {
      lines.append("{\"id\":").append(id).append("}\n");
    }
    project.land("1.json", lines.toString());
  }

  private long rows(String table) {
    return Tables.rows(project.table(table)).size();
  }

  @Test
  void stopsTheUpdateBeforeItIsCommittedAndGoesOnWhenItMay() {
    assertEquals(1, console.type("run", "p"));
    String told = console.err();
    assertTrue(told.contains("error: epoch 1 is over the budget of silver_quarantine"), told);
    assertTrue(told.contains("20 of 120 rows are refused, and its budget is 10 percent"), told);
    assertEquals(
        List.of(120L, 0L, 0L, 0L),
        List.of(rows("bronze"), rows("silver"), rows("silver_quarantine"), rows("gold")));
    assertEquals(1, console.type("run", "p"), "nothing has changed");

    project.yaml(PIPELINE.replace("percent: 10", "percent: 20, rows: 20"));
    assertEquals(0, console.type("run", "p"), console.err());
    assertEquals(
        List.of(120L, 100L, 20L, 100L),
        List.of(rows("bronze"), rows("silver"), rows("silver_quarantine"), rows("gold")));

    // What is refused again is no news.
    project.yaml(PIPELINE.replace("percent: 10", "rows: 0"));
    assertEquals(0, console.type("quarantine", "replay", "p", "--yes"), console.err());
    assertEquals("20 rows refused again\n", console.out());
  }

  @Test
  void isToldWhereItStopsNothing() {
    String seen = "seen: {expect: id < 60, budget: {percent: 49.9, on_excess: warn}}";
    project.yaml(
        PIPELINE
            .replace("percent: 10", "rows: 19, on_excess: warn")
            .replace("on_violation: quarantine}}", "on_violation: quarantine}, " + seen + "}"));
    assertEquals(0, console.type("run", "p"), console.err());
    String ofTable = "silver: 20 of 120 rows are refused, and its budget is 19";
    String ofRule = "rule seen of silver: 60 of 120 rows break it, and its budget is 49.9 percent";
    assertTrue(console.err().contains(ofTable), console.err());
    assertTrue(console.err().contains(ofRule), console.err());
    assertEquals(
        List.of(
            "WARN|silver|"
                + ofRule
                + "|{\"budget_exceeded\":{\"name\":\"silver\",\"rule\":\"seen\"}}",
            "WARN|silver|" + ofTable + "|{\"budget_exceeded\":{\"name\":\"silver\"}}"),
        Tables.texts(
                project.table("event_log"),
                "event_type",
                "level",
                "dataset_name",
                "message",
                "details")
            .stream()
            .filter(event -> event.startsWith("budget_exceeded|"))
            .map(event -> event.substring("budget_exceeded|".length()))
            .toList());
  }

  /**
   * An epoch that is attempted again counts once; one that a budget stops, not before it is done.
   */
  @Test
  void countsTheEpochsOfADay() throws IOException {
    String perDay =
        PIPELINE.replace("percent: 10", "rows: 50, per: day")
            + """
              watched:
                streaming_table: {sql: "SELECT id FROM bronze"}
                expect: {known: {expect: id <> 1000, on_violation: fail}}
            """;
    project.yaml(perDay);
    run(); // 20 rows
    // As after a kill when all was committed, and nothing said so yet.
    Files.delete(done(1));
    run();
    assertTrue(Files.exists(done(1)));
    clock.step(Duration.ofHours(1));
    project.land("2.json", "{\"id\":1000}\n".repeat(20));
    assertEquals(ErrorCode.EXPECTATION_VIOLATED, failure());
    project.yaml(perDay.replace("<> 1000", "<> 2000"));
    run(); // 40 rows
    clock.step(Duration.ofHours(1));
    project.land("3.json", "{\"id\":500}\n".repeat(11));
    assertEquals(ErrorCode.BUDGET_EXCEEDED, failure());
    clock.step(Duration.ofDays(1));
    assertEquals(ErrorCode.BUDGET_EXCEEDED, failure(), "it is of the day that it was planned on");
    assertEquals(40, rows("silver_quarantine"));

    project.yaml(perDay.replace("<> 1000", "<> 2000").replace("rows: 50", "rows: 51"));
    project.land("4.json", "{\"id\":500}\n".repeat(51));
    run();
    assertEquals(102, rows("silver_quarantine"));
    project.land("5.json", "{\"id\":500}\n");
    assertEquals(ErrorCode.BUDGET_EXCEEDED, failure());
  }

  /** Killed in an epoch whose rows may be in some tables; the next run does it again. */
  @Test
  void countsWhatAKilledProcessHasLeftOnce() throws Exception {
    int files = 8;
    project.yaml(
        PIPELINE.replace("percent: 10", "rows: 1000, per: day") + "max_rows_per_epoch: 1\n");
    for (int file = 2; file <= files; file++) {
      project.land(file + ".json", "{\"id\":500}\n".repeat(file));
    }
    try (RunProcess killed = RunProcess.lakebeam(dir, Map.of(), "run", "p")) {
      suspendInAnEpoch(killed, files);
      killed.kill();
    }
    // It is dead, and so is its lease.
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertTrue(updates.replays() == 1, "an epoch was under way");
    int refused = 20 + IntStream.rangeClosed(2, files).sum();
    assertEquals(refused, rows("silver_quarantine"));
    // The test may run across midnight.
    Map<LocalDate, Long> byDay = new TreeMap<>();
    Ledger ledger = Ledger.of(Place.of(project.spec().lake()), "p");
    LocalDate last = null;
    for (long epoch = 1; epoch <= files; epoch++) {
      EpochResult result = ledger.result(epoch).orElseThrow();
      last = result.plannedAt().atZone(ZoneOffset.UTC).toLocalDate();
      long of =
          result.datasets().stream()
              .filter(each -> each.dataset().equals("silver"))
              .mapToLong(EpochResult.DatasetResult::quarantined)
              .sum();
      byDay.merge(last, of, Long::sum);
      assertEquals(byDay.get(last), result.budgets().get(0).bad(), "epoch " + epoch);
    }
    assertEquals(refused, byDay.values().stream().mapToLong(Long::longValue).sum());
  }

  private void suspendInAnEpoch(RunProcess run, int epochs) throws Exception {
    for (int epoch = 2; epoch < epochs; epoch++) {
      assertTrue(run.awaitPlan(project.lake(), "p", epoch), run.printed());
      run.suspend();
      if (!Files.exists(done(epoch))) {
        return;
      }
      run.wake();
    }
    throw new AssertionError("no epoch was under way when it was suspended: " + run.printed());
  }

  private Path done(long epoch) {
    URI ledger = Ledger.of(Place.of(project.spec().lake()), "p").folder().toUri();
    return Path.of(ledger.getPath())
        .resolve(String.format(Locale.ROOT, "epochs/%012d.done", epoch));
  }

  /** Their rows are judged when a window closes. */
  @Test
  void holdsForATableOfWindows() {
    String declared =
        """
        pipeline: p
        sources:
          feed: {files: "in/*.json", format: json, schema: "id BIGINT, at TIMESTAMP"}
        datasets:
          bronze: {streaming_table: {from: feed}}
          counts:
            streaming_table:
              sql: >-
                SELECT window.start AS since, COUNT(*) AS n
                FROM STREAM bronze WATERMARK at DELAY OF INTERVAL 1 MINUTE
                GROUP BY window(at, '5 minutes')
            expect: {few: {expect: n < 3, on_violation: quarantine}}
            budget: {rows: 0}
        """;
    project.yaml(declared);
    project.land(
        "1.json",
        "{\"id\":1,\"at\":\"2026-01-01T10:01:00Z\"}\n".repeat(3)
            + "{\"id\":2,\"at\":\"2026-01-01T11:00:00Z\"}\n");
    assertEquals(ErrorCode.BUDGET_EXCEEDED, failure());
    assertEquals(ErrorCode.BUDGET_EXCEEDED, failure(), "nothing has changed");
    assertEquals(List.of(0L, 0L), List.of(rows("counts"), rows("counts_quarantine")));
    project.yaml(declared.replace("rows: 0", "rows: 1"));
    run();
    assertEquals(List.of(0L, 1L), List.of(rows("counts"), rows("counts_quarantine")));
  }

  private Update update() {
    return new Update(project.compile(), TestingUpdates.DIRECT, new UpdateListener() {}, clock);
  }

  private void run() {
    update().run(Update.Mode.TRIGGERED);
  }

  private ErrorCode failure() {
    Update update = update();
    return assertThrows(UpdateFailedException.class, () -> update.run(Update.Mode.TRIGGERED))
        .told()
        .code();
  }

  @Test
  void belongsToStreamingTables() {
    String inARule = "expect: {small: {expect: id < 9, on_violation: fail, budget: {rows: 1}}}";
    project.yaml(
        PIPELINE.replace("SELECT id FROM silver\"}", "SELECT id FROM silver\"}, " + inARule));
    assertTrue(
        project.told().get(0).contains("the rule small has a budget, and its on_violation is fail"),
        project.told().toString());
    project.yaml(
        PIPELINE.replace(
            "gold: {streaming_table: {sql: \"SELECT id FROM silver\"}}",
            "gold: {materialized_view: {sql: \"SELECT MAX(id) AS id FROM silver\"}, "
                + inARule.replace("fail", "warn")
                + "}"));
    assertTrue(
        project.told().get(0).contains("only a rule of a streaming_table has a budget"),
        project.told().toString());
    project.yaml(
        PIPELINE.replace(
            "gold: {streaming_table: {sql: \"SELECT id FROM silver\"}}",
            "gold: {materialized_view: {sql: \"SELECT MAX(id) AS id FROM silver\"}, budget: {rows: 1}}"));
    assertTrue(
        project.told().get(0).contains("only a streaming_table has budget"),
        project.told().toString());
    project.yaml(PIPELINE.replace("percent: 10", "percent: 101"));
    assertTrue(project.told().get(0).contains("a number from 0 to 100"), project.told().toString());
  }
}
