package io.lakebeam.epoch;

import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.storage.StorageException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

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
  private final Map<String, SourcePosition> positions = new TreeMap<>();
  private final Map<String, SourcePosition> ends = new TreeMap<>();
  private long lastPlanned;
  private Optional<EpochPlan> undone;

  /**
   * Reads the ledger.
   *
   * @param sources what finds news in each source, by name
   * @param starts where each source stands before its first epoch
   * @param warnings is told what an operator should know
   */
  public EpochPlanner(
      String pipeline,
      Ledger ledger,
      Map<String, SourceDiscovery> sources,
      Map<String, SourcePosition> starts,
      Clock clock,
      Consumer<String> warnings) {
    this.pipeline = pipeline;
    this.ledger = ledger;
    this.sources = new TreeMap<>(sources);
    this.starts = Map.copyOf(starts);
    this.clock = clock;
    this.warnings = warnings;
    Ledger.Contents contents = ledger.contents();
    this.positions.putAll(contents.positions());
    this.lastPlanned = contents.lastPlanned();
    this.undone = contents.undone();
  }

  /** The number of the last plan; 0 when there is none. */
  public long lastPlanned() {
    return lastPlanned;
  }

  /** True when the next plan is one that an earlier run did not finish. */
  public boolean hasUndone() {
    return undone.isPresent();
  }

  /**
   * Fixes where this update ends: at what is there now. What comes later is left to the next
   * update.
   */
  public void endAtPresent() {
    sources.forEach(
        (name, source) -> {
          SourcePosition before = positions.getOrDefault(name, starts.get(name));
          ends.put(name, source.discover(before, Long.MAX_VALUE).position());
        });
  }

  /**
   * The epoch to run now: an earlier run's undone plan, unchanged, or a new and durable one.
   *
   * @param wanted true when an epoch is needed even if no source has news
   * @param maxRows bound on the rows of a new plan, for each source
   * @return empty when there is nothing to do
   * @throws io.lakebeam.source.SourceException when a source cannot be asked
   * @throws LeaseLostException when another run has planned the epoch
   */
  public Optional<EpochPlan> next(boolean wanted, long maxRows) {
    if (undone.isPresent()) {
      EpochPlan plan = undone.get();
      undone = Optional.empty();
      ledger.clearFailure(plan.number());
      return Optional.of(plan);
    }
    List<Slice> slices = new ArrayList<>();
    Map<String, SourcePosition> news = new TreeMap<>();
    sources.forEach(
        (name, source) -> {
          SourcePosition before = positions.getOrDefault(name, starts.get(name));
          if (before.equals(ends.get(name))) {
            return;
          }
          Discovery discovery = clip(source.discover(before, maxRows), ends.get(name));
          discovery.warnings().forEach(warnings);
          slices.addAll(discovery.slices());
          if (!discovery.position().equals(before)) {
            news.put(name, Ledger.news(before, discovery.position()));
          }
        });
    if (slices.isEmpty() && news.isEmpty() && !wanted) {
      return Optional.empty();
    }
    EpochPlan plan =
        new EpochPlan(
            pipeline,
            lastPlanned + 1,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            slices,
            news);
    if (!ledger.put(plan)) {
      throw new LeaseLostException(pipeline, "another run has planned epoch " + plan.number());
    }
    lastPlanned = plan.number();
    Ledger.merge(positions, news);
    if (ledger.sumUp(lastPlanned, positions)) {
      prune();
    }
    return Optional.of(plan);
  }

  private void prune() {
    try {
      ledger.prune(lastPlanned);
    } catch (StorageException e) {
      warnings.accept("old epochs stay in the ledger until the next attempt: " + e.getMessage());
    }
  }

  /** A discovery without what lies behind the end. */
  private static Discovery clip(Discovery found, @Nullable SourcePosition end) {
    if (end instanceof SourcePosition.Offsets last
        && found.position() instanceof SourcePosition.Offsets position) {
      List<Slice> slices = new ArrayList<>();
      for (Slice slice : found.slices()) {
        Slice.KafkaRange range = (Slice.KafkaRange) slice;
        long to = Math.min(range.to(), last.next().getOrDefault(range.partition(), 0L));
        if (to > range.from()) {
          slices.add(
              new Slice.KafkaRange(
                  range.source(), range.topic(), range.partition(), range.from(), to));
        }
      }
      Map<Integer, Long> next = new TreeMap<>(position.next());
      next.keySet().retainAll(last.next().keySet());
      next.replaceAll((partition, offset) -> Math.min(offset, last.next().get(partition)));
      return new Discovery(
          slices, new SourcePosition.Offsets(next), found.more(), found.warnings());
    }
    if (end instanceof SourcePosition.SeenFiles last
        && found.position() instanceof SourcePosition.SeenFiles position) {
      Set<SourcePosition.FileIdentity> files = new TreeSet<>(position.files());
      files.retainAll(last.files());
      Set<String> paths = new HashSet<>();
      last.files().forEach(file -> paths.add(file.path()));
      List<Slice> slices =
          found.slices().stream()
              .filter(slice -> paths.contains(((Slice.FileSlice) slice).path()))
              .toList();
      return new Discovery(
          slices, new SourcePosition.SeenFiles(files), found.more(), found.warnings());
    }
    return found;
  }
}
