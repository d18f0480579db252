package io.lakebeam.runner;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.source.Slice;
import io.lakebeam.source.file.Disposal;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Deletes or moves files once their epoch is done, where their source says so:
 *
 * <pre>
 * plan n ──> the ledger owes n ──> ... done n ──> files go ──> the ledger owes nothing
 * </pre>
 *
 * A run that ends in between leaves what is owed, and the next one begins with it. Files that are
 * set aside stay: no table has their rows. Nothing here stops an update.
 */
final class AfterRead {
  private static final int MOST_TOLD = 5;

  private final Ledger ledger;
  private final UpdateListener listener;
  private final Map<String, Disposal> disposals = new TreeMap<>();

  /**
   * @param sources that are read
   */
  AfterRead(
      Ledger ledger, Storage storage, Collection<SourceSpec> sources, UpdateListener listener) {
    this.ledger = ledger;
    this.listener = listener;
    for (SourceSpec source : sources) {
      Disposal.of(storage, source).ifPresent(disposal -> disposals.put(source.name(), disposal));
    }
  }

  /** Before the epoch begins. */
  void planned(EpochPlan plan) {
    if (plan.slices().stream().anyMatch(slice -> disposals.containsKey(slice.source()))) {
      ledger.owe(plan.number());
    }
  }

  /** What earlier runs left. */
  void resume() {
    if (!disposals.isEmpty()) {
      ledger.owed().stream().filter(n -> ledger.result(n).isPresent()).forEach(this::dispose);
    }
  }

  /** After the epoch is done. */
  void done(long number) {
    if (!disposals.isEmpty()) {
      dispose(number);
    }
  }

  private void dispose(long number) {
    List<Slice> slices =
        ledger
            .readInstead(number)
            .or(() -> ledger.plan(number).map(EpochPlan::slices))
            .orElse(List.of());
    Map<Slice.FileSlice, String> setAside = ledger.setAside(number).orElse(Map.of());
    int stay = 0;
    for (Slice slice : slices) {
      Optional<String> why =
          Optional.ofNullable(disposals.get(slice.source()))
              .flatMap(
                  disposal ->
                      slice
                          .ofFile()
                          .filter(file -> !setAside.containsKey(file))
                          .flatMap(disposal::dispose));
      if (why.isPresent() && ++stay <= MOST_TOLD) {
        listener.warning(slice.source() + ": " + why.get());
      }
    }
    if (stay > MOST_TOLD) {
      listener.warning(
          stay
              - MOST_TOLD
              + " more files that were read in epoch "
              + number
              + " stay where they are");
    }
    ledger.settled(number);
  }
}
