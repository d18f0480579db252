package io.lakebeam.runner;

import io.lakebeam.epoch.EpochFailure;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochPlanner;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.epoch.ReviewRequests;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.Definitions;
import io.lakebeam.pipeline.MaskedErrors;
import io.lakebeam.pipeline.graph.StoredViews;
import io.lakebeam.source.BadFile;
import io.lakebeam.source.Slice;
import io.lakebeam.spec.SourceSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The epoch that is under way, seen from the driver: planned, watched in the ledger, reported. Used
 * by one thread at a time.
 */
final class Epoch {
  private static final int MOST_TOLD = 5;
  private static final Predicate<Slice> IS_AGAIN = Slice.RefusedRows.class::isInstance;

  private final CompiledPipeline pipeline;
  private final long maxRows;
  private final Ledger ledger;
  private final Lease lease;
  private final EpochPlanner planner;
  private final Replay replay;
  private final UpdateLog log;
  private final AfterRead afterRead;
  private final Optional<HourlyRetention> retention;
  private final FreshnessWatch freshness;
  private final UpdateListener listener;
  private final Set<String> refreshes;
  private final long own;
  private final BooleanSupplier stopRequested;
  private boolean viewsChecked;

  /** True while an epoch has rows that somebody has asked to take again. */
  private boolean takesAgain;

  /**
   * @param maxRows that a plan may have of a source
   * @param retention deletes refused rows that are too old; empty where that is left alone
   * @param freshness is told what comes
   * @param refreshes that had begun before the ledger was looked at, by their names there
   * @param own the number of an epoch that this run has planned before; 0 for none
   */
  Epoch(
      CompiledPipeline pipeline,
      long maxRows,
      Ledger ledger,
      Lease lease,
      EpochPlanner planner,
      Replay replay,
      UpdateLog log,
      AfterRead afterRead,
      Optional<HourlyRetention> retention,
      FreshnessWatch freshness,
      UpdateListener listener,
      Set<String> refreshes,
      long own,
      BooleanSupplier stopRequested) {
    this.pipeline = pipeline;
    this.maxRows = maxRows;
    this.ledger = ledger;
    this.lease = lease;
    this.planner = planner;
    this.replay = replay;
    this.log = log;
    this.afterRead = afterRead;
    this.retention = retention;
    this.freshness = freshness;
    this.listener = listener;
    this.refreshes = Set.copyOf(refreshes);
    this.own = own;
    this.stopRequested = stopRequested;
  }

  /** Lets the update end at what is there now, and tells how much that is. */
  void endAtPresent() {
    planner.endAtPresent();
    List<Slice> waiting = planner.waiting();
    boolean isReplay = !waiting.isEmpty() && waiting.stream().allMatch(IS_AGAIN);
    listener.begins(Work.of(isReplay ? "taking refused rows again" : "reading", waiting));
  }

  /** Tells how much tables still get of what others had before, or of their rows anew. */
  void catchUp() {
    listener.begins(Work.of("computing anew", planner.waiting()));
  }

  /** True when the next epoch is one that an earlier run has begun, or reads tables of the lake. */
  boolean needsGraphOfItsOwn() {
    return planner.undone().isPresent() || planner.isCatchingUp() || planner.hasPartialNews();
  }

  /** True while a table still gets what others had before, or its rows anew. */
  boolean isCatchingUp() {
    return planner.isCatchingUp();
  }

  /**
   * The next plan; empty when there is nothing to do now.
   *
   * @param hasGraphOfItsOwn true when it may read what only some tables take
   */
  Optional<EpochPlan> next(boolean hasGraphOfItsOwn) {
    lease.check();
    if (planner.undone().isEmpty()) {
      retention.ifPresent(HourlyRetention::look);
    }
    // Looked at while it is still the next: a source that is away may be waited for.
    Optional<EpochPlan> again = planner.undone().map(this::checked);
    Map<String, String> behind = viewsChecked ? Map.of() : StoredViews.behind(pipeline);
    behind.values().stream().filter(told -> !told.isEmpty()).forEach(listener::warning);
    Optional<EpochPlan> next = planner.next(!behind.isEmpty(), maxRows, hasGraphOfItsOwn);
    viewsChecked = true;
    again.ifPresent(this::warnOfLeftOut);
    Optional<EpochPlan> plan = again.or(() -> next).map(each -> each.by(log.id()));
    plan.ifPresent(each -> log.begins());
    plan.ifPresent(afterRead::planned);
    if (again.isEmpty() && !planner.hasPartialNews()) {
      freshness.asked(planner.quiet(), plan, pipeline);
    }
    plan.ifPresent(each -> takesAgain |= each.slices().stream().anyMatch(IS_AGAIN));
    plan.ifPresent(each -> listener.planned(each, again.isPresent() && each.number() != own));
    return plan;
  }

  private EpochPlan checked(EpochPlan undone) {
    // Whoever has the lease by now may declare what this run does not.
    lease.isLost();
    lease.check();
    EpochPlan checked = replay.checked(undone);
    for (Slice slice : ledger.readInstead(undone.number()).orElse(List.of())) {
      if (slice.into().isEmpty() && !undone.slices().contains(slice)) {
        planner.readInstead(slice);
      }
    }
    return checked;
  }

  /** A plan outlives the sources it was made for: what it loses with them is not lost silently. */
  private void warnOfLeftOut(EpochPlan plan) {
    Set<String> read =
        pipeline.readSources().stream().map(SourceSpec::name).collect(Collectors.toSet());
    Map<String, Long> leftOut =
        plan.slices().stream()
            .filter(slice -> slice.into().isEmpty() && !read.contains(slice.source()))
            .collect(Collectors.groupingBy(Slice::source, TreeMap::new, Collectors.counting()));
    leftOut.forEach(
        (source, slices) ->
            listener.warning(
                "epoch "
                    + plan.number()
                    + " was to read "
                    + slices
                    + (slices == 1 ? " slice" : " slices")
                    + " of the source "
                    + source
                    + ", which nothing reads any more: they are left out"));
  }

  /** True when the plan is as large as plans may be, so that more is probably waiting. */
  boolean isFull(EpochPlan plan) {
    long rows = plan.slices().stream().mapToLong(slice -> slice.rows().orElse(0)).sum();
    return rows >= maxRows;
  }

  /**
   * The epoch's result; empty as long as it is not done.
   *
   * @throws LeaseLostException when another run, which may have done it, computes tables anew: it
   *     has not put the rows of that epoch where this one has these tables; or when it does not
   *     declare tables that this one has
   */
  Optional<EpochResult> result(long number) {
    Optional<EpochResult> result = ledger.result(number);
    if (result.isPresent() && !refreshes.containsAll(ledger.begunRefreshes())) {
      throw new LeaseLostException(pipeline.name(), "another run has begun to compute tables anew");
    }
    Set<String> leftOut = new TreeSet<>(result.map(EpochResult::leftOut).orElse(Set.of()));
    leftOut.retainAll(Definitions.of(pipeline).keySet());
    if (!leftOut.isEmpty()) {
      throw new LeaseLostException(
          pipeline.name(),
          "another run, which does not declare "
              + String.join(", ", leftOut)
              + ", has done epoch "
              + number);
    }
    return result;
  }

  /**
   * Why the epoch is not done, or has left a view behind. Of that the reason is written after the
   * result.
   */
  Optional<EpochFailure> failure(long number) {
    return ledger.failure(number);
  }

  /** Tells what has no event yet, because its epoch is not done. */
  void tellSetAside(long number) {
    Map<Slice.FileSlice, String> files = ledger.setAside(number).orElse(Map.of());
    files.entrySet().stream()
        .limit(MOST_TOLD)
        .forEach(
            file ->
                listener.warning(file.getKey().source() + ": a file is set aside: " + told(file)));
    if (files.size() > MOST_TOLD) {
      listener.warning(
          files.size()
              - MOST_TOLD
              + " more files are set aside; the event log names all of them"
              + " once epoch "
              + number
              + " is done");
    }
  }

  private String told(Map.Entry<Slice.FileSlice, String> setAside) {
    SourceSpec source = pipeline.source(setAside.getKey().source());
    return MaskedErrors.of(pipeline)
        .of(BadFile.of(source, setAside.getKey(), setAside.getValue()))
        .error();
  }

  void done(EpochResult result, long millis) {
    listener.done(result, millis);
    freshness.done(result, pipeline);
    afterRead.done(result.number());
    if (takesAgain) {
      takesAgain = false;
      new ReviewRequests(pipeline.lake(), pipeline.id())
          .forgetRows(ReviewRequests.done(ledger.contents()));
    }
  }

  void idle() {
    freshness.look();
    listener.idle();
  }

  /** While it is under way, and takes its time. */
  void goesOn() {
    freshness.look();
  }

  void warning(String text) {
    listener.warning(text);
  }

  boolean isStopRequested() {
    return stopRequested.getAsBoolean();
  }

  String ledgerKey() {
    return ledger.key();
  }
}
