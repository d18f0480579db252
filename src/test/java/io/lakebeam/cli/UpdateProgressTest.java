package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.cli.terminal.TestingProgress;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.pipeline.graph.flow.RowsRead;
import io.lakebeam.runner.Work;
import io.lakebeam.source.Slice;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpdateProgressTest {
  private final TestingProgress told = new TestingProgress();
  private RowsRead read = new RowsRead(700, 700);
  private final UpdateProgress progress = new UpdateProgress(told.progress(), () -> read);
  private long epoch;

  private void read(long rows, long weight) {
    read = new RowsRead(read.rows() + rows, read.weight() + weight);
  }

  private void planned(Slice... slices) {
    epoch++;
    progress.planned(new EpochPlan("p", epoch, Instant.EPOCH, List.of(slices), Map.of()), false);
  }

  private void done() {
    progress.done(new EpochResult("p", epoch, Instant.EPOCH, Instant.EPOCH, List.of()), 1);
  }

  private static Slice rows(long count) {
    return new Slice.KafkaRange("flights", "flights", 0, 0, count);
  }

  @Test
  void epochsOfAWorkAddUp() {
    progress.begins(new Work("reading", 400, true));
    planned(rows(300));
    read(100, 100);
    assertEquals("reading: 100 of 400 rows", told.next());
    // A bundle that is done again.
    read(250, 250);
    assertEquals("reading: 300 of 400 rows", told.next());
    done();
    assertEquals("reading: 300 of 400 rows", told.next());
    planned(rows(100));
    read(10, 10);
    assertEquals("reading: 310 of 400 rows", told.next());
    done();
    assertEquals("", told.next());
  }

  @Test
  void rowsOfFilesAreCountedAndTheirShareIsGuessed() {
    progress.begins(new Work("reading", 400, false));
    planned(rows(400));
    read(7000, 100);
    assertEquals("reading: 7,000 rows, about 25 percent", told.next());
  }

  @Test
  void withoutAWorkEachEpochIsOne() {
    for (int number = 1; number <= 2; number++) {
      planned(rows(300));
      read(100, 100);
      assertEquals("epoch " + number + ": 100 of 300 rows", told.next());
      done();
      assertEquals("", told.next());
    }
    planned();
    assertEquals("epoch 3 is under way", told.next());
  }
}
