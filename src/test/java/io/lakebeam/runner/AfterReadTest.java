package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.source.Slice;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files go once their epoch is done, and not before. */
class AfterReadTest {
  @TempDir Path dir;
  private Ledger ledger;
  private SourceSpec source;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void pipeline() {
    ledger = new Ledger(Place.of(dir.resolve("lake").toString()), "p");
    source =
        new TestingPipeline(dir)
            .yaml(
                """
                pipeline: p
                sources:
                  orders:
                    files: "in/*.csv"
                    format: csv
                    schema: "id INT"
                    after_read: {move: archive}
                datasets:
                  bronze: {streaming_table: {from: orders}}
                """)
            .compile()
            .readSources()
            .get(0);
  }

  /** Of a new run. */
  private AfterRead afterRead() {
    return new AfterRead(
        ledger,
        Storage.PLAIN,
        List.of(source),
        new UpdateListener() {
          @Override
          public void warning(String text) {
            warnings.add(text);
          }
        });
  }

  private EpochPlan plan(long number, String... names) throws IOException {
    List<Slice> slices = new ArrayList<>();
    for (String name : names) {
      Path file = dir.resolve("in").resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
      long time = Files.getLastModifiedTime(file).toMillis();
      slices.add(new Slice.FileSlice("orders", "in/" + name, Files.size(file), time));
    }
    EpochPlan plan = new EpochPlan("p", number, Instant.EPOCH, slices, Map.of());
    ledger.put(plan);
    return plan;
  }

  private void done(long number) {
    ledger.done(new EpochResult("p", number, Instant.EPOCH, Instant.EPOCH, List.of()));
  }

  private boolean isThere(String name) {
    boolean isThere = Files.exists(dir.resolve("in").resolve(name));
    assertEquals(!isThere, Files.exists(dir.resolve("archive").resolve(name)), name);
    return isThere;
  }

  @Test
  void filesGoOnceTheirEpochIsDone() throws Exception {
    AfterRead afterRead = afterRead();
    afterRead.planned(plan(1, "a.csv", "b.csv"));
    afterRead.resume();
    assertTrue(isThere("a.csv"), "not before");
    done(1);
    afterRead.done(1);
    assertFalse(isThere("a.csv"));
    assertFalse(isThere("b.csv"));
    assertEquals(Set.of(), ledger.owed());
    assertEquals(List.of(), warnings);
  }

  /** Between the epoch and its files, and between the files. */
  @Test
  void whatAKilledRunLeftIsDoneByTheNext() throws Exception {
    afterRead().planned(plan(1, "a.csv", "b.csv"));
    done(1);
    Files.createDirectory(dir.resolve("archive"));
    Files.move(dir.resolve("in/a.csv"), dir.resolve("archive/a.csv"));
    afterRead().planned(plan(2, "c.csv"));
    afterRead().resume();
    assertFalse(isThere("b.csv"));
    assertTrue(isThere("c.csv"), "its epoch is not done");
    assertEquals(Set.of(2L), ledger.owed());
    assertEquals(List.of(), warnings);
  }

  @Test
  void filesThatAreSetAsideAndOthersThatCannotGoStay() throws Exception {
    AfterRead afterRead = afterRead();
    EpochPlan plan = plan(1, "1", "2", "3", "4", "5", "6", "7", "bad");
    afterRead.planned(plan);
    ledger.settleSetAside(1, Map.of((Slice.FileSlice) plan.slices().get(7), "why"));
    Files.createDirectory(dir.resolve("archive"));
    for (int i = 1; i <= 7; i++) {
      Files.writeString(dir.resolve("archive/" + i), "another");
    }
    done(1);
    afterRead.done(1);
    assertTrue(isThere("bad"));
    assertEquals(6, warnings.size(), "" + warnings);
    assertTrue(warnings.get(0).endsWith("/archive/1 is there already"), warnings.get(0));
    assertEquals("2 more files that were read in epoch 1 stay where they are", warnings.get(5));
  }
}
