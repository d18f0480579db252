package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.epoch.FoundColumns;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.row.Packed;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.BadFile;
import io.lakebeam.source.Patience;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.storage.Storage;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the slices of one source and takes each row through all flows that follow. Rows are neither
 * grouped nor stored on the way; what was written is reported when the bundle ends.
 */
public final class ReadFlows extends DoFn<ReadTask, KV<String, Packed<FlowReport>>> {
  private final Storage storage;
  private static final Logger LOG = LoggerFactory.getLogger(ReadFlows.class);

  private final LedgerPlace ledgerPlace;
  private final SourceSpec source;
  private final Payload<Followers> followers;
  private final HandedOut.Outputs handedOut;
  private final RegisterLookups lookups;
  private final Patience patience;
  private final FlowReport.Origin origin;
  private transient SourceReader reader;
  private transient BundleWriters<FlowRun> bundle;
  private transient Ledger ledger;
  private transient Map<Long, Optional<Map<Slice.FileSlice, String>>> settled;

  /** What becomes of rows, and of what is none. */
  private record Followers(FlowTree tree, ArrayList<CompiledTable> quarantines)
      implements Serializable {}

  /**
   * @param quarantines tables whose quarantine gets what cannot be decoded
   * @param handedOut outputs for relations that transforms read
   * @param patience with a broker that goes away
   * @param origin of what is read
   */
  public ReadFlows(
      Storage storage,
      LedgerPlace ledgerPlace,
      SourceSpec source,
      FlowTree tree,
      List<CompiledTable> quarantines,
      HandedOut.Outputs handedOut,
      RegisterLookups lookups,
      Patience patience,
      FlowReport.Origin origin) {
    this.storage = storage;
    this.ledgerPlace = ledgerPlace;
    this.source = source;
    this.followers = Payload.of(new Followers(tree, new ArrayList<>(quarantines)));
    this.handedOut = handedOut;
    this.lookups = lookups;
    this.patience = patience;
    this.origin = origin;
  }

  @Setup
  public void setup() {
    bundle = new BundleWriters<>();
    ledger = ledgerPlace.ledger();
    settled = new HashMap<>();
  }

  @StartBundle
  public void startBundle() {
    bundle.abort();
    settled.clear();
  }

  @ProcessElement
  public void read(@Element ReadTask task, BoundedWindow window, MultiOutputReceiver out) {
    lookups.register(Epochs.of(window));
    FlowRun run = bundle.of(window, w -> new FlowRun(followers.get().tree(), Epochs.of(w)));
    List<CompiledTable> quarantines = followers.get().quarantines();
    run.handOutTo(handedOut.to(out));
    Instant ingestedAt = task.ingestedAt().truncatedTo(ChronoUnit.MILLIS);
    Set<String> newFields = new LinkedHashSet<>();
    SourceReader opened = reader();
    for (Slice slice : task.slices()) {
      RowsRead.Counter counter = RowsRead.of(slice);
      RowOutput output = output(run, quarantines, ingestedAt, newFields, counter);
      try {
        opened.readOrSetAside(slice, settled(window), ingestedAt, output);
      } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
        throw StoppedAtException.of("source " + source.name() + ", " + slice, e);
      }
      counter.end();
    }
    requireColumns(ledger, source.name(), newFields);
  }

  private RowOutput output(
      FlowRun run,
      List<CompiledTable> quarantines,
      Instant ingestedAt,
      Set<String> newFields,
      RowsRead.Counter counter) {
    return new RowOutput() {
      @Override
      public void row(InternalRow row) {
        counter.row();
        if (newFields.isEmpty()) {
          run.row(row);
        }
      }

      @Override
      public void newField(String name) {
        newFields.add(name);
      }

      @Override
      public void rejected(Rejected record) {
        counter.row();
        RejectedRow rejected = rejectedRow(record, ingestedAt);
        quarantines.forEach(table -> run.reject(table, rejected));
      }

      @Override
      public void setAside(BadFile file) {
        quarantines.forEach(table -> run.setAside(table, file, ingestedAt));
      }

      @Override
      public void warning(String text) {
        LOG.warn("{}: {}", source.name(), text);
      }
    };
  }

  /** Opened for the first slice: where nothing is read, no secret need be there. */
  private SourceReader reader() {
    if (reader == null) {
      reader = SourceReader.of(storage, source, Secrets::resolve, () -> false, patience);
    }
    return reader;
  }

  /**
   * Records the fields in the ledger that are to become columns. What was read is read once more,
   * by whoever finds there that there are more columns.
   *
   * @throws SourceException when there are any
   */
  public static void requireColumns(Ledger ledger, String source, Set<String> newFields) {
    if (!newFields.isEmpty()) {
      new FoundColumns(ledger, source).add(newFields);
      throw SourceException.permanent(
          ErrorCode.INPUT_MISMATCHED,
          source,
          "records have fields that become columns: " + String.join(", ", newFields),
          "this attempt has begun without them",
          "Run the update again: it goes on with them");
    }
  }

  /** What attempts at the epoch have settled about its files when the bundle asks first. */
  private Optional<Map<Slice.FileSlice, String>> settled(BoundedWindow window) {
    return source.connection() instanceof SourceSpec.Files
        ? settled.computeIfAbsent(Epochs.of(window), ledger::setAside)
        : Optional.empty();
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    bundle.finish(
        (window, run) ->
            run.finish()
                .forEach(
                    report ->
                        context.output(
                            FlowReport.counted(report.of(origin)), window.maxTimestamp(), window)));
  }

  @Teardown
  public void teardown() {
    if (bundle != null) {
      bundle.abort();
    }
  }

  private static RejectedRow rejectedRow(Rejected record, Instant ingestedAt) {
    String text = new String(record.raw(), StandardCharsets.UTF_8);
    return new RejectedRow(
        record.source(),
        record.position(),
        ingestedAt,
        text,
        isUtf8(record.raw()) ? null : record.raw(),
        record.error());
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
