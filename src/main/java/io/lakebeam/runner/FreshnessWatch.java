package io.lakebeam.runner;

import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.event.EventLog;
import io.lakebeam.event.Freshness;
import io.lakebeam.event.Freshness.Kind;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.source.Slice;
import io.lakebeam.spec.FreshnessSpec;
import io.lakebeam.storage.StorageException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Watches in a run which sources are silent and which datasets are not fresh, and tells when that
 * begins and when it is over: the event log once, however often a run is killed in between, and
 * whoever wants to know. What it cannot tell stops no update. Used by one thread at a time.
 */
final class FreshnessWatch {
  private static final Duration SAVED_EVERY = Duration.ofMinutes(1);

  private final CompiledPipeline pipeline;
  private final FreshnessSpec spec;
  private final Ledger ledger;
  private final Notifications notifications;
  private final Clock clock;
  private final UpdateListener listener;
  private final Duration savedEvery;

  /** By name, the number of the last event of each: odd while it is late. */
  private final Map<String, Long> numbers = new TreeMap<>();

  /** Views that the last epoch could not bring up to date. */
  private final Set<String> behind = new HashSet<>();

  private Optional<FreshnessMemory> memory = Optional.empty();
  private Instant savedAt = Instant.MIN;
  private boolean isWarned;

  /**
   * @param pipeline as its lake knows it
   * @param spec what is watched of it
   */
  FreshnessWatch(
      CompiledPipeline pipeline,
      FreshnessSpec spec,
      Ledger ledger,
      Notifications notifications,
      Clock clock,
      UpdateListener listener) {
    this.pipeline = pipeline;
    this.spec = spec;
    this.ledger = ledger;
    this.notifications = notifications;
    this.clock = clock;
    this.listener = listener;
    // Who asks for the status meanwhile is to know in time that nothing is late.
    this.savedEvery =
        Stream.concat(spec.silentAfter().values().stream(), spec.freshWithin().values().stream())
            .map(limit -> limit.dividedBy(4))
            .reduce(SAVED_EVERY, (one, other) -> one.compareTo(other) < 0 ? one : other);
  }

  /**
   * The sources were asked for the next epoch.
   *
   * @param quiet those that had nothing new, and when they have said so: what has come since,
   *     nobody knows
   * @param plan the epoch; empty when there is nothing to do
   * @param upToDate what is up to date when there is nothing to do
   */
  void asked(Map<String, Instant> quiet, Optional<EpochPlan> plan, CompiledPipeline upToDate) {
    if (spec.isEmpty()) {
      return;
    }
    guarded(
        () -> {
          FreshnessMemory known = open();
          Instant now = clock.instant();
          Map<String, Instant> sources = new TreeMap<>(quiet);
          plan.ifPresent(
              each ->
                  each.slices().stream()
                      .filter(slice -> slice.into().isEmpty())
                      .map(Slice::source)
                      .filter(spec.silentAfter()::containsKey)
                      .forEach(
                          source -> {
                            known.came(source, each.plannedAt());
                            sources.put(source, each.plannedAt());
                          }));
          if (plan.isEmpty()) {
            areUpToDate(known, upToDate, now);
          }
          sources.keySet().retainAll(spec.silentAfter().keySet());
          sources.forEach((source, at) -> judge(known, source, at));
          look();
        });
  }

  private void areUpToDate(FreshnessMemory known, CompiledPipeline of, Instant now) {
    of.views().stream()
        .map(CompiledView::name)
        .filter(spec.freshWithin()::containsKey)
        .filter(view -> !behind.contains(view))
        .forEach(view -> known.came(view, now));
  }

  /**
   * An epoch is done.
   *
   * @param of whose datasets it is of
   */
  void done(EpochResult result, CompiledPipeline of) {
    if (spec.isEmpty()) {
      return;
    }
    guarded(
        () -> {
          FreshnessMemory known = open();
          Instant now = clock.instant();
          for (DatasetResult dataset : result.datasets()) {
            if (dataset.outcome().equals(EventLog.BEHIND)) {
              behind.add(dataset.dataset());
            } else {
              behind.remove(dataset.dataset());
            }
            boolean isWatched = spec.freshWithin().containsKey(dataset.dataset());
            if (isWatched && known.kind(dataset.dataset()) == Kind.TABLE && hasRows(dataset)) {
              known.came(dataset.dataset(), now);
            }
          }
          areUpToDate(known, of, now);
          look();
        });
  }

  private static boolean hasRows(DatasetResult dataset) {
    return dataset.upserts().isThere()
        ? dataset.upserts().upserted() + dataset.upserts().deleted() > 0
        : dataset.accepted() > 0;
  }

  /** Looks at the datasets. Whether a source is silent is known only when it was asked. */
  void look() {
    if (spec.freshWithin().isEmpty() && memory.isEmpty()) {
      return;
    }
    guarded(
        () -> {
          FreshnessMemory known = open();
          Instant now = clock.instant();
          spec.freshWithin().keySet().forEach(dataset -> judge(known, dataset, now));
          if (!now.isBefore(savedAt.plus(savedEvery))) {
            save(known, now);
          }
        });
  }

  /** The run has ended, well or not. One that has done nothing in a lake leaves nothing there. */
  void ends() {
    if (spec.isEmpty()) {
      return;
    }
    guarded(
        () -> {
          if (memory.isPresent() || ledger.contents().lastPlanned() > 0) {
            look();
            save(open(), clock.instant());
          }
        });
  }

  /**
   * The run has failed: what else it has to tell is never hidden by this. One that has lost its
   * lease leaves it to the other one.
   */
  void failed(Throwable thrown, Lease lease) {
    if (spec.isEmpty()) {
      return;
    }
    try {
      // Nobody waits once more for a store that is away: the next update tells.
      boolean isStoreAway = Failures.explain(thrown).getCause() instanceof StorageException;
      if (!isStoreAway && !lease.isLost()) {
        ends();
      }
    } catch (RuntimeException e) {
      thrown.addSuppressed(e);
    }
  }

  private void save(FreshnessMemory known, Instant now) {
    known.save(now);
    savedAt = now;
  }

  private void judge(FreshnessMemory known, String name, Instant now) {
    known.looks(name, now);
    Optional<Freshness> found = known.freshness(name, now);
    if (found.isEmpty()) {
      return;
    }
    Freshness freshness = found.get();
    long number = numbers.getOrDefault(name, 0L);
    if (freshness.isLate() != (number % 2 == 1)) {
      CommitOutcome outcome = events().append(number + 1, freshness);
      Optional<Problem> problem = outcome.problem(EventLog.TABLE);
      if (problem.isPresent()) {
        warn(problem.get());
        return;
      }
      numbers.put(name, number + 1);
      savedAt = Instant.MIN; // who asks for the status meanwhile is to see it
      if (freshness.isLate()) {
        listener.warning(freshness.problem() + ": " + freshness.cause());
      }
    }
    notifications.freshness(freshness);
  }

  private FreshnessMemory open() {
    if (memory.isEmpty()) {
      EventLog events = events();
      FreshnessMemory opened =
          FreshnessMemory.of(pipeline, ledger, ledger.contents(), clock.instant());
      events.create();
      Stream.concat(spec.silentAfter().keySet().stream(), spec.freshWithin().keySet().stream())
          .forEach(name -> numbers.put(name, events.lastFreshness(opened.kind(name), name)));
      memory = Optional.of(opened);
    }
    return memory.get();
  }

  private EventLog events() {
    return new EventLog(pipeline.lake(), pipeline.id(), pipeline.name());
  }

  private void guarded(Runnable action) {
    try {
      action.run();
    } catch (ExplainedException e) {
      warn(e.told());
    }
  }

  private void warn(Problem problem) {
    if (!isWarned) {
      isWarned = true;
      listener.warning("whether all is fresh is not known: " + problem.sentence());
    }
  }
}
