package io.lakebeam.pipeline.graph;

import io.lakebeam.epoch.Ledger;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.pipeline.CommittedEpochs;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.row.Packed;
import io.lakebeam.source.BadFile;
import io.lakebeam.source.Reread;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.StorageSpec;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/**
 * Makes durable which files of an epoch are set aside, before anything of it is committed. All
 * reports of an epoch come through here and are passed on as they are. From then on every attempt
 * gives each file the same answer: its rows are in the tables, or its row is in their quarantines.
 */
final class SettleBadFiles
    extends StorageFn<
        KV<String, Iterable<KV<String, Packed<FlowReport>>>>, KV<String, Packed<FlowReport>>> {
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
      StorageSpec storage,
      LedgerPlace ledgerPlace,
      List<SourceSpec> sources,
      Map<String, List<CompiledTable>> fed,
      Map<String, Set<String>> readers) {
    super(storage);
    this.ledgerPlace = ledgerPlace;
    this.sources = List.copyOf(sources);
    this.fed = Payload.of(new HashMap<>(fed));
    this.readers = new HashMap<>(readers);
  }

  @ProcessElement
  public void settle(
      @Element KV<String, Iterable<KV<String, Packed<FlowReport>>>> reports,
      BoundedWindow window,
      OutputReceiver<KV<String, Packed<FlowReport>>> out) {
    settle(Epochs.of(window), errors(reports.getValue()));
    reports.getValue().forEach(out::output);
  }

  /** Why files are set aside in this attempt. */
  private static Map<FileName, String> errors(Iterable<KV<String, Packed<FlowReport>>> reports) {
    Map<FileName, String> errors = new HashMap<>();
    for (KV<String, Packed<FlowReport>> report : reports) {
      for (BadFile file : report.getValue().unpack().setAside()) {
        errors.put(FileName.of(file), file.error());
      }
    }
    return errors;
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

  private void settle(long epoch, Map<FileName, String> errors) {
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
          if (settled.containsKey(file) != found.containsKey(file)
              && isRead(ledger, epoch, source)) {
            throw disputed(epoch, FileName.of(source, file), settled.containsKey(file));
          }
        });
  }

  /** False when an earlier attempt has decided what each table gets that reads the source. */
  private boolean isRead(Ledger ledger, long epoch, SourceSpec source) {
    return readers.getOrDefault(source.name(), Set.of()).stream()
        .anyMatch(table -> ledger.decision(epoch, table).isEmpty());
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
      if (CommittedEpochs.has(ledgerPlace.pipeline(), table, epoch)
          || CommittedEpochs.quarantineHas(ledgerPlace.pipeline(), table, epoch)) {
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
