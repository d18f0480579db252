package io.lakebeam.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.epoch.PipelineNames;
import io.lakebeam.epoch.PipelineRenamedException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.TableOwners;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.runner.Adoption;
import io.lakebeam.testing.TestingClock;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pipeline has one name or the other, wherever the command that changes it dies. */
class AdoptionKilledTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:15:30Z");

  private final DyingGate gate = new DyingGate();
  private final TestingClock clock = new TestingClock(NOW);
  private TestingStore store;
  @TempDir Path dir;

  @BeforeEach
  void aStore() {
    store = new TestingStore("adoption", gate);
  }

  @AfterEach
  void close() {
    store.close();
  }

  /**
   * @param isDone whether what the store does last is done, though nobody hears of it
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itIsTheOldNameOrTheNewOne(boolean isDone) {
    gate.isDone = isDone;
    boolean hasEnded = false;
    int oldNames = 0;
    int newNames = 0;
    for (int operations = 0; !hasEnded; operations++) {
      CompiledPipeline cafe = cafe("wasb://run-" + isDone + ".adoption/lake-" + operations);
      String lake = cafe.spec().lake();
      gate.left = operations;
      try {
        Adoption.of(cafe, "shop", clock);
        hasEnded = true;
      } catch (RuntimeException e) {
        assertTrue(e.getMessage().contains("the store is away"), e.getMessage());
      }
      gate.left = Integer.MAX_VALUE;
      boolean isNew = PipelineNames.of(TestingFileSystem.place(lake)).name("shop").equals("cafe");
      assertEquals("shop", Ledger.of(TestingFileSystem.place(lake), isNew ? "cafe" : "shop").id());
      oldNames += isNew ? 0 : 1;
      newNames += isNew ? 1 : 0;

      clock.step(Duration.ofMinutes(1)); // the lease of who has died is over
      assertEquals(
          new Adoption("cafe", "shop", "shop", 1, !isNew), Adoption.of(cafe, "shop", clock));
      assertEquals("shop", Ledger.of(TestingFileSystem.place(lake), "cafe").id());
      assertThrows(
          PipelineRenamedException.class, () -> Ledger.of(TestingFileSystem.place(lake), "shop"));
    }
    assertTrue(oldNames > 3, "died before it: " + oldNames);
    assertTrue(newNames > 1, "died after it: " + newNames);
  }

  /** A pipeline that was called shop when it ran. */
  private CompiledPipeline cafe(String lake) {
    CompiledPipeline pipeline =
        PipelineCompiler.compile(
            new TestingPipeline(dir)
                .yaml(
                    """
                    pipeline: cafe
                    sources:
                      orders: {files: "in/*.csv", format: csv, schema: "id BIGINT"}
                    datasets:
                      bronze: {streaming_table: {from: orders}}
                    """)
                .spec()
                .withLake(lake)
                .withStorage(TestingFileSystem.STORAGE));
    for (CompiledTable table : pipeline.tables()) {
      DeltaTable.at(table.path()).create(table.definition().with(TableOwners.property("shop")));
    }
    new Ledger(TestingFileSystem.place(lake), "shop")
        .put(new EpochPlan("shop", 1, NOW, List.of(), Map.of()));
    return pipeline;
  }
}
