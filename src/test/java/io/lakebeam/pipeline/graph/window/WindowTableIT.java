package io.lakebeam.pipeline.graph.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.epoch.Closing;
import io.lakebeam.epoch.Decision;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.UpsertResult;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.pipeline.Budgets;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.pipeline.graph.CollectedOutput;
import io.lakebeam.pipeline.graph.DatasetOutcome;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.row.Packed;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowTableIT {
  private static final String COUNTS =
      """
      pipeline: p
      lake: "${LAKE:-./lake}"
      sources:
        events: {files: "in/*.csv", format: csv, schema: "ts TIMESTAMP, qty INT"}
      datasets:
        bronze: {streaming_table: {from: events}}
        counts:
          streaming_table:
            sql: "SELECT window.start AS at, COUNT(*) AS n
              FROM STREAM bronze WATERMARK ts DELAY OF INTERVAL 1 MINUTE
              GROUP BY window(ts, '5 minutes')"
      """;

  @TempDir Path dir;

  /** A run that wakes late does an epoch again that others have done, and gone on. */
  @Test
  void anEpochThatIsDoneClosesNothingOfWhatHasComeSince() {
    CompiledPipeline pipeline = behind();

    Ledger ledger = Ledger.of(pipeline.lake(), "p");
    WindowTable counts = new WindowTable(pipeline.id(), pipeline.windows().get(0));
    assertEquals(2, ledger.contents().lastPlanned());
    assertEquals(Optional.empty(), counts.closing(ledger, 1));
    assertEquals(Optional.empty(), counts.closing(ledger, 2));
    assertEquals(Optional.empty(), counts.closing(ledger, 3), "nobody has planned it");
    assertTrue(ledger.put(new EpochPlan("p", 3, Instant.EPOCH, List.of(), Map.of())));
    Closing open = counts.closing(ledger, 3).orElseThrow();
    assertEquals(Optional.empty(), counts.decided(ledger, pipeline.lake(), 3, open));

    // The quarantine may have windows by what is decided: the table is to get the others.
    Decision decision = decision(open, List.of(), List.of());
    ledger.decide(3, decision, earlier -> true);
    DeltaTable bronze = DeltaTable.at(pipeline.pathOf("bronze"));
    Snapshot all = bronze.latest().orElseThrow();
    bronze.commit(
        Commit.builder("stranger", 1).remove(all.files()).readFrom(all.version()).build());
    assertEquals(Optional.of(open), counts.closing(ledger, 3));
    assertEquals(Optional.of(decision), counts.decided(ledger, pipeline.lake(), 3, open));
    assertEquals(Optional.empty(), counts.closing(ledger, 4), "nobody has planned it");
  }

  /** What a run that slept has decided is of windows that there are no more. */
  @Test
  void whatWasDecidedOfOldWindowsIsNotAddedToThoseThatWereMadeAnew() {
    CompiledPipeline pipeline = behind();
    Ledger ledger = Ledger.of(pipeline.lake(), "p");
    CompiledWindows windows = pipeline.windows().get(0);
    WindowTable counts = new WindowTable(pipeline.id(), windows);
    assertTrue(ledger.put(new EpochPlan("p", 3, Instant.EPOCH, List.of(), Map.of())));
    Closing old = counts.closing(ledger, 3).orElseThrow();
    assertTrue(counts.computeAnew(7).isIn());
    Closing anew = counts.closing(ledger, 3).orElseThrow();
    assertNotEquals(old.read(), anew.read());
    assertInstanceOf(
        DatasetOutcome.Finished.class,
        commit(pipeline, anew, decision(anew, List.of(), List.of())));
    DeltaTable table = DeltaTable.at(windows.table().path());
    DeltaTable quarantine = DeltaTable.at(windows.table().quarantinePath());
    long made = table.latest().orElseThrow().version();
    long refused = quarantine.latest().orElseThrow().version();

    List<DataFile> file =
        List.of(new DataFile("part-old.parquet", Map.of(), 1, 10, "", 0, Map.of()));
    for (Decision slept : List.of(decision(old, file, List.of()), decision(old, List.of(), file))) {
      assertInstanceOf(DatasetOutcome.Stopped.class, commit(pipeline, old, slept));
    }
    assertEquals(made, table.latest().orElseThrow().version());
    assertEquals(refused, quarantine.latest().orElseThrow().version());
  }

  /** Windows of one epoch are there, those of the next are not. */
  private CompiledPipeline behind() {
    TestingPipeline project = new TestingPipeline(dir).yaml(COUNTS);
    project.land("1.csv", "ts,qty\n2026-01-01T10:01:00Z,1\n");
    CompiledPipeline pipeline = project.compile();
    run(pipeline, Set.of());
    project.land("2.csv", "ts,qty\n2026-01-01T10:31:00Z,1\n");
    run(pipeline, Set.of("bronze"));
    return pipeline;
  }

  private static Decision decision(
      Closing closing, List<DataFile> files, List<DataFile> quarantineFiles) {
    DatasetResult counted =
        new DatasetResult("counts", "", -1, 0, 0, 0, 0, 0, 0, 0, Map.of(), UpsertResult.NONE);
    return new Decision(WindowTable.basis(closing), files, quarantineFiles, counted, List.of());
  }

  private static DatasetOutcome commit(
      CompiledPipeline pipeline, Closing closing, Decision decided) {
    CommitWindows commit =
        new CommitWindows(
            LedgerPlace.of(pipeline),
            Map.of("counts", pipeline.windows().get(0)),
            Budgets.of(pipeline.spec()));
    commit.setup();
    WindowPart started = new WindowPart.Started(closing, Instant.EPOCH, List.of(), false, decided);
    List<DatasetOutcome> outcomes = new ArrayList<>();
    commit.commit(
        KV.of("counts", List.of(Packed.of(started))),
        new IntervalWindow(Epochs.timestamp(3), Duration.millis(1)),
        new CollectedOutput<>(outcomes));
    assertEquals(1, outcomes.size());
    return outcomes.get(0);
  }

  private static void run(CompiledPipeline pipeline, Set<String> names) {
    new Update(pipeline, RunnerProfile.DIRECT, new UpdateListener() {}, Clock.systemUTC())
        .run(Update.Mode.TRIGGERED, Set.of(), new Update.Selection(names, Set.of()));
  }
}
