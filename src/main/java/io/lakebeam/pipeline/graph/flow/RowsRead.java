package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.source.Slice;
import java.util.concurrent.atomic.LongAdder;

/**
 * What this JVM has read of slices since it started, for whoever shows how far an update is: of
 * every attempt, and of a cluster only what its driver reads.
 *
 * @param rows that were read
 * @param weight of what was read, as slices {@linkplain Slice#weight weigh}
 */
public record RowsRead(long rows, long weight) {
  private static final LongAdder ROWS = new LongAdder();
  private static final LongAdder WEIGHT = new LongAdder();

  public static RowsRead soFar() {
    return new RowsRead(ROWS.sum(), WEIGHT.sum());
  }

  /** Counts the rows of a slice that is about to be read. */
  static Counter of(Slice slice) {
    return new Counter(slice);
  }

  /** A slice whose rows nobody knows weighs nothing until it is read to its end. */
  static final class Counter {
    private final long weight;
    private final boolean isKnown;

    private Counter(Slice slice) {
      this.isKnown = slice.rows().isPresent();
      this.weight = slice.weight();
    }

    void row() {
      ROWS.increment();
      if (isKnown) {
        WEIGHT.increment();
      }
    }

    void end() {
      if (!isKnown) {
        WEIGHT.add(weight);
      }
    }
  }
}
