package io.lakebeam.pipeline.graph.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.epoch.Closing;
import io.lakebeam.epoch.Decision;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.UpsertResult;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowTableIT {
  @TempDir Path dir;

  /** A run that wakes late does an epoch again that others have done, and gone on. */
  @Test
  void anEpochThatIsDoneClosesNothingOfWhatHasComeSince() {
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(
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
                """);
    project.land("1.csv", "ts,qty\n2026-01-01T10:01:00Z,1\n");
    CompiledPipeline pipeline = project.compile();
    run(pipeline, Set.of());
    project.land("2.csv", "ts,qty\n2026-01-01T10:31:00Z,1\n");
    run(pipeline, Set.of("bronze"));

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
    DatasetResult counted =
        new DatasetResult("counts", "", -1, 0, 0, 0, 0, 0, 0, 0, Map.of(), UpsertResult.NONE);
    Decision decision =
        new Decision(WindowTable.basis(open), List.of(), List.of(), counted, List.of());
    ledger.decide(3, decision, earlier -> true);
    DeltaTable bronze = DeltaTable.at(pipeline.pathOf("bronze"));
    Snapshot all = bronze.latest().orElseThrow();
    bronze.commit(
        Commit.builder("stranger", 1).remove(all.files()).readFrom(all.version()).build());
    assertEquals(Optional.of(open), counts.closing(ledger, 3));
    assertEquals(Optional.of(decision), counts.decided(ledger, pipeline.lake(), 3, open));
    assertEquals(Optional.empty(), counts.closing(ledger, 4), "nobody has planned it");
  }

  private static void run(CompiledPipeline pipeline, Set<String> names) {
    new Update(pipeline, RunnerProfile.DIRECT, new UpdateListener() {}, Clock.systemUTC())
        .run(Update.Mode.TRIGGERED, Set.of(), new Update.Selection(names, Set.of()));
  }
}
