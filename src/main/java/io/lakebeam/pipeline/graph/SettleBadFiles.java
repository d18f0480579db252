package io.lakebeam.pipeline.graph;

import io.lakebeam.epoch.Ledger;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.pipeline.CommittedEpochs;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.source.BadFile;
import io.lakebeam.source.Reread;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.spec.SourceSpec;
import java.io.Serializable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Makes durable which files of an epoch are set aside, before anything of it is decided. From then
 * on every attempt gives each file the same answer: its rows are in the tables, or its row is in
 * their quarantines.
 */
final class SettleBadFiles implements Serializable {
  private final LedgerPlace ledgerPlace;
  private final List<SourceSpec> sources;
  private final Payload<HashMap<String, List<CompiledTable>>> fed;
  private final HashMap<String, Set<String>> readers;

  /**
   * @param sources that are read
   * @param fed tables that get rows of each source, by the source's name
   * @param readers names of those that read it themselves
   */
  SettleBadFiles(
      LedgerPlace ledgerPlace,
      List<SourceSpec> sources,
      Map<String, List<CompiledTable>> fed,
      Map<String, Set<String>> readers) {
    this.ledgerPlace = ledgerPlace;
    this.sources = List.copyOf(sources);
    this.fed = Payload.of(new HashMap<>(fed));
    this.readers = new HashMap<>(readers);
  }

  static SettleBadFiles of(CompiledPipeline pipeline) {
    List<SourceSpec> sources = pipeline.readSources();
    Map<String, List<CompiledTable>> fed = new HashMap<>();
    Map<String, Set<String>> readers = new HashMap<>();
    for (SourceSpec source : sources) {
      fed.put(source.name(), pipeline.tablesFedBy(source.name()));
      readers.put(
          source.name(),
          pipeline.tables().stream()
              .filter(table -> pipeline.sourcesOf(table).contains(source.name()))
              .map(CompiledTable::name)
              .collect(Collectors.toCollection(TreeSet::new)));
    }
    return new SettleBadFiles(LedgerPlace.of(pipeline), sources, fed, readers);
  }

  /**
   * Settles it by what an attempt has found.
   *
   * @param decided datasets that the attempt leaves as they are
   * @param found files that its bundles have set aside
   * @throws SourceException when the answers of two attempts cannot both be
   */
  void settle(long epoch, Set<String> decided, List<BadFile> found) {
    if (sources.stream().noneMatch(SourceSpec::setsBadFilesAside)) {
      return;
    }
    Map<FileName, String> errors = new HashMap<>();
    found.forEach(file -> errors.put(FileName.of(file), file.error()));
    settle(epoch, decided, errors);
  }

  /** Where a file is, as a report names it. */
  private record FileName(String source, String path) {
    static FileName of(SourceSpec source, Slice.FileSlice slice) {
      return of(BadFile.of(source, slice, ""));
    }

    static FileName of(BadFile file) {
      return new FileName(file.source(), file.path());
    }
  }

  private void settle(long epoch, Set<String> decided, Map<FileName, String> errors) {
    Ledger ledger = ledgerPlace.ledger();
    Map<Slice.FileSlice, SourceSpec> files = files(ledger, epoch);
    if (files.values().stream().noneMatch(SourceSpec::setsBadFilesAside)) {
      return;
    }
    Map<Slice.FileSlice, String> found = new LinkedHashMap<>();
    files.forEach(
        (file, source) ->
            Optional.ofNullable(errors.get(FileName.of(source, file)))
                .ifPresent(error -> found.put(file, error)));
    Optional<Map<Slice.FileSlice, String>> before = ledger.setAside(epoch);
    if (before.isEmpty()) {
      found.forEach(
          (file, error) -> requireNotRead(epoch, FileName.of(files.get(file), file), error));
    }
    Map<Slice.FileSlice, String> settled =
        before.orElseGet(() -> ledger.settleSetAside(epoch, found));
    files.forEach(
        (file, source) -> {
          if (settled.containsKey(file) != found.containsKey(file) && isRead(source, decided)) {
            throw disputed(epoch, FileName.of(source, file), settled.containsKey(file));
          }
        });
  }

  /** False when an earlier attempt has decided what each table gets that reads the source. */
  private boolean isRead(SourceSpec source, Set<String> decided) {
    return !decided.containsAll(readers.getOrDefault(source.name(), Set.of()));
  }

  /** The files of the epoch, in the order of its plan. */
  private Map<Slice.FileSlice, SourceSpec> files(Ledger ledger, long epoch) {
    List<Slice> slices =
        ledger.readInstead(epoch).orElseGet(() -> ledger.plan(epoch).orElseThrow().slices());
    Map<Slice.FileSlice, SourceSpec> files = new LinkedHashMap<>();
    for (Slice slice : slices) {
      if (Reread.bare(slice) instanceof Slice.FileSlice file) {
        sources.stream()
            .filter(source -> source.name().equals(file.source()))
            .forEach(source -> files.put(file, source));
      }
    }
    return files;
  }

  /** An attempt that settled nothing, because the source stopped at bad files then, read all. */
  private void requireNotRead(long epoch, FileName file, String error) {
    for (CompiledTable table : fed.get().getOrDefault(file.source(), List.of())) {
      if (CommittedEpochs.has(ledgerPlace.id(), table, epoch)
          || CommittedEpochs.quarantineHas(ledgerPlace.id(), table, epoch)) {
        throw SourceException.permanent(
            ErrorCode.INPUT_CHANGED,
            file.source(),
            file.path() + " cannot be set aside",
            table.name() + " has what could be read of it in epoch " + epoch + "; now " + error,
            "Put the file back as it was, with its time (mv, or cp -p), and run the update again."
                + " To go on without it, move it away and run the update with --skip-missing");
      }
    }
  }

  private static SourceException disputed(long epoch, FileName file, boolean isAside) {
    return SourceException.permanent(
        ErrorCode.INPUT_CHANGED,
        file.source(),
        file.path() + (isAside ? " is set aside and was read" : " is read and was set aside"),
        "two workers that looked at it in epoch "
            + epoch
            + " came to different answers; the ledger keeps the first",
        "Run the update again: it goes by the answer of the ledger");
  }
}
