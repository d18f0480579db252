package io.lakebeam.pipeline.graph.plan;

import io.lakebeam.epoch.EpochPlan;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/**
 * Plans as an unbounded source with exactly one split: with more, a runner that takes the maximum
 * of their watermarks closes epochs too early. A runner may throw its readers away at any time; all
 * that counts is in the {@link PlanFeed}.
 *
 * <p>The idle form has several splits, never gives a plan, and naps as long as the planner does:
 * the direct runner asks every split again and again, and would spin.
 */
final class PlanSource extends UnboundedSource<EpochPlan, PlanSource.Mark> {
  private final String feed;
  private final boolean isIdle;
  private final int splits;

  private PlanSource(String feed, boolean isIdle, int splits) {
    this.feed = feed;
    this.isIdle = isIdle;
    this.splits = splits;
  }

  static PlanSource plans(String feed) {
    return new PlanSource(feed, false, 1);
  }

  static PlanSource idle(String feed, int splits) {
    return new PlanSource(feed, true, splits);
  }

  @Override
  public List<PlanSource> split(int desiredSplits, PipelineOptions options) {
    return IntStream.range(0, splits).mapToObj(i -> new PlanSource(feed, isIdle, 1)).toList();
  }

  @Override
  public UnboundedReader<EpochPlan> createReader(PipelineOptions options, Mark mark) {
    return new Reader(this);
  }

  @Override
  public Coder<Mark> getCheckpointMarkCoder() {
    return SerializableCoder.of(Mark.class);
  }

  @Override
  public Coder<EpochPlan> getOutputCoder() {
    return SerializableCoder.of(EpochPlan.class);
  }

  /** Nothing to remember: the ledger does. */
  record Mark() implements CheckpointMark, java.io.Serializable {
    @Override
    public void finalizeCheckpoint() {
      // A plan is done when its epoch is, not when it was handed on.
    }
  }

  private static final class Reader extends UnboundedReader<EpochPlan> {
    private final PlanSource source;
    private EpochPlan current;
    private Instant watermark = BoundedWindow.TIMESTAMP_MIN_VALUE;

    Reader(PlanSource source) {
      this.source = source;
    }

    @Override
    public boolean start() {
      return advance();
    }

    @Override
    public boolean advance() {
      Optional<PlanFeed> feed = PlanFeed.of(source.feed);
      try {
        if (feed.isEmpty() || feed.get().hasEnded()) {
          watermark = BoundedWindow.TIMESTAMP_MAX_VALUE;
          return false;
        }
        if (source.isIdle) {
          feed.get().napWhileIdle();
          watermark = Instant.now();
          return false;
        }
        Optional<EpochPlan> plan = feed.get().next();
        plan.ifPresent(
            next -> {
              current = next;
              watermark = Epochs.timestamp(next.number() + 1);
            });
        return plan.isPresent();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    @Override
    public EpochPlan getCurrent() {
      if (current == null) {
        throw new NoSuchElementException();
      }
      return current;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return Epochs.timestamp(getCurrent().number());
    }

    @Override
    public Instant getWatermark() {
      return watermark;
    }

    @Override
    public CheckpointMark getCheckpointMark() {
      return new Mark();
    }

    @Override
    public UnboundedSource<EpochPlan, ?> getCurrentSource() {
      return source;
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }
}
