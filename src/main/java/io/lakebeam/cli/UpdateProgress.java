package io.lakebeam.cli;

import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.Progress;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.pipeline.graph.flow.RowsRead;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.runner.Work;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells how far an update is: over all of its epochs where it knows what is before it, else within
 * the epoch that is under way. Within an epoch it knows what this machine has read.
 */
public final class UpdateProgress implements UpdateListener, AutoCloseable {
  private final Progress progress;
  private final Supplier<RowsRead> read;
  private Optional<Work> whole = Optional.empty();

  /** Looked at by the thread that tells. */
  private volatile Standing standing;

  /**
   * How far the epochs are.
   *
   * @param start what was read before the work
   * @param done what its epochs weigh that are done
   * @param underWay what the epoch weighs that is under way; 0 between epochs
   * @param before what was read before that epoch
   */
  private record Standing(RowsRead start, long done, long underWay, RowsRead before) {
    /** An attempt that is made twice reads twice. */
    long weight(RowsRead now) {
      return done + Math.min(underWay, now.weight() - before.weight());
    }
  }

  public UpdateProgress(Console console, Clock clock) {
    this(Progress.of(console, clock), RowsRead::soFar);
  }

  UpdateProgress(Progress progress, Supplier<RowsRead> read) {
    this.progress = progress;
    this.read = read;
    this.standing = atStart();
  }

  private Standing atStart() {
    RowsRead now = read.get();
    return new Standing(now, 0, 0, now);
  }

  @Override
  public void begins(Work work) {
    standing = atStart();
    whole = Optional.of(work).filter(each -> each.weight() > 0);
    whole.ifPresentOrElse(each -> progress.begin(() -> state(each)), progress::end);
  }

  @Override
  public void planned(EpochPlan plan, boolean isReplay) {
    Standing before = whole.isEmpty() ? atStart() : standing;
    Work epoch = Work.of("epoch " + plan.number(), plan.slices());
    standing = new Standing(before.start, before.done, epoch.weight(), read.get());
    if (whole.isEmpty()) {
      progress.begin(() -> state(epoch));
    }
  }

  @Override
  public void done(EpochResult result, long millis) {
    Standing now = standing;
    standing = new Standing(now.start, now.done + now.underWay, 0, read.get());
    if (whole.filter(each -> standing.done < each.weight()).isEmpty()) {
      whole = Optional.empty();
      progress.end();
    }
  }

  private Progress.State state(Work work) {
    Standing now = standing;
    RowsRead soFar = read.get();
    long weight = now.weight(soFar);
    boolean isKnown = work.weight() > 0;
    return new Progress.State(
        work.what(),
        "row",
        isKnown && work.isExact()
            ? Math.min(weight, work.weight())
            : soFar.rows() - now.start.rows(),
        work.isExact() ? work.weight() : 0,
        isKnown ? Math.min(1, (double) weight / work.weight()) : -1);
  }

  @Override
  public void close() {
    progress.close();
  }
}
