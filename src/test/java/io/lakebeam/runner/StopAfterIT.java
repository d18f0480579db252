package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingClock;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run that ends because its time is up, and the one after it. */
class StopAfterIT {
  @TempDir Path dir;
  private final TestingClock clock = new TestingClock(Instant.parse("2026-01-01T00:00:00Z"));

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void aContinuousRunEndsAfterItsEpochAndTheNextGoesOn() {
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(
                """
                pipeline: p
                commit_every: 1ms
                max_rows_per_epoch: 1
                sources:
                  orders: {files: "in/*.csv", format: csv, schema: "id BIGINT"}
                datasets:
                  bronze: {streaming_table: {from: orders}}
                """);
    for (int i = 1; i <= 4; i++) {
      project.land(i + ".csv", "id\n" + i + "\n");
    }
    // An epoch a day, by the clock.
    assertEquals(2, epochsOf(project, Duration.ofHours(36)));
    assertEquals(List.of("1", "2"), Tables.texts(project.table("bronze"), "id"));
    Ledger ledger = new Ledger(Place.of(project.lake().toString()), "p");
    assertEquals(Optional.empty(), ledger.contents().undone());
    assertEquals(Optional.empty(), Lease.holder(ledger, clock), "the next run starts at once");

    assertEquals(1, epochsOf(project, Duration.ofHours(1)));
    assertEquals(
        1, epochsOf(project, Duration.ZERO), "a run that starts slowly does something, too");
    assertEquals(List.of("1", "2", "3", "4"), Tables.texts(project.table("bronze"), "id"));
  }

  private int epochsOf(TestingPipeline project, Duration time) {
    int[] epochs = {0};
    Update update =
        new Update(
            project.compile(),
            TestingUpdates.DIRECT,
            new UpdateListener() {
              @Override
              public void done(EpochResult result, long millis) {
                epochs[0]++;
                clock.step(Duration.ofDays(1));
              }
            },
            clock);
    update.stopAfter(time);
    assertFalse(update.isTimeUp());
    update.run(Update.Mode.CONTINUOUS);
    assertTrue(update.isTimeUp());
    return epochs[0];
  }
}
