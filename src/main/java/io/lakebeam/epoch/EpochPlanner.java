package io.lakebeam.epoch;

import io.lakebeam.source.Backlog;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.TableHistory;
import io.lakebeam.storage.StorageException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Plans a pipeline's epochs one after the other. The next one is planned only when the last one is
 * done, so at most one plan is ever undone. Used by one thread.
 */
public final class EpochPlanner {
  private final String pipeline;
  private final Ledger ledger;
  private final Map<String, SourceDiscovery> sources;
  private final Map<String, SourcePosition> starts;
  private final Clock clock;
  private final Consumer<String> warnings;
  private final Map<String, LongSupplier> joined;
  private final Map<String, Set<String>> after;
  private final Supplier<? extends Map<String, String>> inputs;
  private final Map<String, SourcePosition> positions = new TreeMap<>();
  private final Map<String, SourcePosition> ends = new TreeMap<>();
  private final Map<String, SourcePosition> readInstead = new TreeMap<>();
  private final List<Slice> waiting = new ArrayList<>();
  private long lastPlanned;
  private Optional<EpochPlan> undone;
  private final Map<String, Backlog> backlogs = new TreeMap<>();
  private final Set<String> writing = new HashSet<>();
  private final Map<String, Instant> quiet = new TreeMap<>();
  private Instant endsAt = Instant.MIN;
  private boolean hasPlanned;
  private volatile boolean hasPartialNews;

  /**
   * Goes on where the ledger stands.
   *
   * @param contents what the ledger says: whatever else is found out for the plans is to come from
   *     the same look at it
   * @param sources what finds news in each source, by name
   * @param starts where each source stands before its first epoch
   * @param joined tables of the lake that queries join with, and which version each has now
   * @param after sources that wait until others are at the update's {@linkplain #endAtPresent end}:
   *     their rows meet what these bring
   * @param inputs fingerprints of what new plans depend on beside their slices
   * @param warnings is told what an operator should know
   */
  public EpochPlanner(
      String pipeline,
      Ledger ledger,
      Ledger.Contents contents,
      Map<String, SourceDiscovery> sources,
      Map<String, SourcePosition> starts,
      Map<String, LongSupplier> joined,
      Map<String, Set<String>> after,
      Supplier<? extends Map<String, String>> inputs,
      Clock clock,
      Consumer<String> warnings) {
    this.pipeline = pipeline;
    this.ledger = ledger;
    this.sources = new TreeMap<>(sources);
    this.starts = Map.copyOf(starts);
    this.clock = clock;
    this.warnings = warnings;
    this.joined = Map.copyOf(joined);
    this.after = Map.copyOf(after);
    this.inputs = inputs;
    this.positions.putAll(contents.positions());
    this.lastPlanned = contents.lastPlanned();
    this.undone = contents.undone();
  }

  /** Where each source stands. */
  Map<String, SourcePosition> positions() {
    return Map.copyOf(positions);
  }

  /** The number of the last plan; 0 when there is none. */
  public long lastPlanned() {
    return lastPlanned;
  }

  /**
   * Plans the epoch in which tables that were computed anew take their places. It reads nothing.
   * Whoever has planned it, or finds it undone, lets them before the epoch is done.
   *
   * @throws LeaseLostException when another run has planned the epoch
   */
  public EpochPlan end(FullRefresh refresh) {
    Map<String, SourcePosition> news = new TreeMap<>();
    FullRefresh.open(positions).forEach(id -> news.put(id, TableHistory.WHOLE));
    news.put(refresh.id(), TableHistory.WHOLE);
    return put(List.of(), news);
  }

  /** The plan that an earlier run did not finish, as long as it is the next. */
  public Optional<EpochPlan> undone() {
    return undone;
  }

  /** True while a table still gets what others had before it followed them. */
  public boolean isCatchingUp() {
    return sources.keySet().stream()
        .map(this::position)
        .anyMatch(
            position ->
                position instanceof SourcePosition.TableHistory history && !history.isAtEnd());
  }

  /**
   * True when nothing was planned because a source has rows for some tables only, and the plan was
   * not to have such. They are in the next plan that may have them.
   */
  public boolean hasPartialNews() {
    return hasPartialNews;
  }

  /**
   * Sources that had nothing new when the last plan was asked for, and when they have said so: of
   * an update that ends at what was there, at its start. One that was not asked is not among them,
   * nor is one with a file that somebody is still writing.
   */
  public Map<String, Instant> quiet() {
    return Map.copyOf(quiet);
  }

  /**
   * Fixes where this update ends: at what is there now. What comes later is left to the next
   * update.
   */
  public void endAtPresent() {
    endsAt = clock.instant();
    sources.forEach(
        (name, source) -> {
          SourcePosition before = position(name);
          Discovery present = source.present(before);
          present
              .unfinished()
              .forEach(
                  file ->
                      warnings.accept(
                          file + " is still being written: it is left to the next update"));
          if (!present.unfinished().isEmpty()) {
            writing.add(name);
          }
          ends.put(name, present.position());
          waiting.addAll(present.slices());
        });
  }

  /**
   * What the epochs to come are to read: up to the update's {@linkplain #endAtPresent end} where it
   * has one, else for tables that still get what others had before. Plans nothing; to be asked
   * once.
   *
   * @throws io.lakebeam.source.SourceException when a source cannot be asked
   */
  public List<Slice> waiting() {
    List<Slice> slices = new ArrayList<>(waiting);
    // There may be very many, and nobody asks twice.
    waiting.clear();
    undone.ifPresent(plan -> slices.addAll(plan.slices()));
    sources.forEach(
        (name, source) -> {
          SourcePosition before = position(name);
          boolean isHistory =
              before instanceof SourcePosition.TableHistory history && !history.isAtEnd();
          boolean isAsked =
              ends.containsKey(name)
                  && before instanceof SourcePosition.Requests
                  && !before.equals(ends.get(name));
          if (isHistory || isAsked) {
            slices.addAll(source.discover(before, Long.MAX_VALUE).slices());
          }
        });
    return slices;
  }

  /**
   * The epoch to run now: an earlier run's undone plan, unchanged, or a new and durable one.
   *
   * @param wanted true when an epoch is needed even if no source has news
   * @param maxRows bound on the rows of a new plan, for each source
   * @param takesPartial true when a new plan may read what {@linkplain Slice#into some tables} take
   * @return empty when there is nothing to do
   * @throws io.lakebeam.source.SourceException when a source cannot be asked
   * @throws LeaseLostException when another run has planned the epoch
   */
  public Optional<EpochPlan> next(boolean wanted, long maxRows, boolean takesPartial) {
    quiet.clear();
    backlogs.clear();
    if (undone.isPresent()) {
      EpochPlan plan = undone.get();
      undone = Optional.empty();
      ledger.clearFailure(plan.number());
      joined.forEach(
          (table, version) -> {
            if (!plan.versions().containsKey(table)) {
              ledger.settleJoined(plan.number(), table, version.getAsLong());
            }
          });
      return Optional.of(plan);
    }
    List<Slice> slices = new ArrayList<>();
    Map<String, SourcePosition> news = new TreeMap<>();
    hasPartialNews = false;
    List<String> waiting = sources.keySet().stream().filter(this::waits).toList();
    for (String source : sources.keySet()) {
      if (!waiting.contains(source) && !hasPartialNews) {
        discover(source, maxRows, takesPartial, slices, news);
      }
    }
    if (slices.isEmpty() && news.isEmpty()) {
      waiting.forEach(source -> discover(source, maxRows, takesPartial, slices, news));
    }
    if (hasPartialNews || slices.isEmpty() && news.isEmpty() && !wanted) {
      return Optional.empty();
    }
    return Optional.of(put(slices, news).before(backlogs));
  }

  /** Plans the next epoch: the last one is done, and so are its commits. */
  private EpochPlan put(List<Slice> slices, Map<String, SourcePosition> news) {
    Map<String, Long> versions = new TreeMap<>();
    joined.forEach((table, version) -> versions.put(table, version.getAsLong()));
    EpochPlan plan =
        new EpochPlan(
            pipeline,
            lastPlanned + 1,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            slices,
            news,
            versions,
            !hasPlanned,
            inputs.get(),
            0,
            Set.of(),
            "",
            Map.of());
    if (!ledger.put(plan)) {
      throw new LeaseLostException(pipeline, "another run has planned epoch " + plan.number());
    }
    hasPlanned = true;
    lastPlanned = plan.number();
    Ledger.merge(positions, news);
    if (ledger.sumUp(lastPlanned, positions)) {
      prune();
    }
    return plan;
  }

  private void discover(
      String name,
      long maxRows,
      boolean takesPartial,
      List<Slice> slices,
      Map<String, SourcePosition> news) {
    SourceDiscovery source = sources.get(name);
    SourcePosition before = position(name);
    if (before.equals(ends.get(name))) {
      if (!writing.contains(name)) {
        quiet.put(name, endsAt);
      }
      return;
    }
    SourcePosition known = known(name, before);
    Instant askedAt = clock.instant();
    Discovery discovery =
        ends.containsKey(name)
            ? source.discover(known, ends.get(name), maxRows)
            : source.discover(known, maxRows);
    if (!takesPartial && discovery.slices().stream().anyMatch(slice -> !slice.into().isEmpty())) {
      hasPartialNews = true;
      return;
    }
    if (discovery.slices().isEmpty() && discovery.unfinished().isEmpty()) {
      quiet.put(name, askedAt);
    }
    if (discovery.backlog().isKnown()) {
      backlogs.put(name, discovery.backlog());
    }
    discovery.warnings().forEach(warnings);
    slices.addAll(discovery.slices());
    if (!discovery.position().equals(before)) {
      news.put(name, discovery.position().newsSince(before));
    }
  }

  /** True while a source that this one comes after has not reached its end. */
  private boolean waits(String source) {
    return after.getOrDefault(source, Set.of()).stream()
        .anyMatch(other -> ends.containsKey(other) && !position(other).equals(ends.get(other)));
  }

  private SourcePosition position(String source) {
    return positions.getOrDefault(source, starts.get(source));
  }

  /**
   * A slice is read in place of what the undone plan says: it is no news later.
   *
   * @param now as a plan would say it
   */
  public void readInstead(Slice now) {
    readInstead.merge(now.source(), now.position(), SourcePosition::plus);
  }

  private SourcePosition known(String source, SourcePosition before) {
    SourcePosition instead = readInstead.get(source);
    return instead == null ? before : before.plus(instead);
  }

  private void prune() {
    try {
      ledger.prune(lastPlanned);
    } catch (StorageException e) {
      warnings.accept("old epochs stay in the ledger until the next attempt: " + e.getMessage());
    }
  }
}
