package io.lakebeam.pipeline.graph.held;

import io.lakebeam.epoch.Ledger;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.file.ReferenceTable;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.sql.Lookups;
import io.lakebeam.sql.catalyst.MemoryTables;
import io.lakebeam.sql.catalyst.StoredTable;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** What a worker needs to answer the lookups of a pipeline's queries. */
public final class RegisterLookups implements Serializable {
  /** What this JVM holds for the pipelines of some lakes. */
  private static final class Held {
    private final Map<String, Loaded> byPipeline = new ConcurrentHashMap<>();
  }

  /** What this JVM holds for a pipeline. */
  private static final class Loaded {
    private final Lookups lookups = new Lookups();
    private final JoinedTables joined = JoinedTables.inThisHeap();

    /** What the tables were last loaded for. */
    private String epoch = "";

    /** In which state reference files were then, by source. */
    private final Map<String, String> states = new HashMap<>();

    boolean isOf(Map<String, String> wanted) {
      return states.entrySet().containsAll(wanted.entrySet());
    }
  }

  private final Storage storage;

  /** Two graphs may have other lookups or other files under the same names and epochs. */
  private final String graph = UUID.randomUUID().toString();

  private final List<SourceSpec> references;
  private final List<StoredTable> joined;
  private final Map<String, Place> paths = new HashMap<>();
  private final LedgerPlace ledgerPlace;

  public RegisterLookups(CompiledPipeline pipeline) {
    this.storage = pipeline.storage();
    this.references = pipeline.lookups().stream().map(pipeline::source).toList();
    this.joined = pipeline.storedTables();
    this.joined.forEach(table -> paths.put(table.name(), pipeline.pathOf(table.name())));
    this.ledgerPlace = LedgerPlace.of(pipeline);
  }

  /**
   * Loads the tables into this JVM, anew for each epoch, before its first row asks, and lets this
   * thread join with them: one that cannot be loaded stops the epoch, where a row that asks in vain
   * would only go to the quarantine. Tables of the lake are those of the version that the epoch's
   * plan names.
   *
   * @throws io.lakebeam.source.SourceException when a reference table cannot be read
   * @throws JoinedTableException when a table of the lake cannot be joined with
   */
  public void register(long epoch) {
    if (references.isEmpty() && joined.isEmpty()) {
      return;
    }
    String wanted = graph + "#" + epoch;
    Loaded loaded = loaded();
    synchronized (loaded) {
      if (!wanted.equals(loaded.epoch)) {
        load(loaded, epoch);
        loaded.epoch = wanted;
      }
    }
    lookUp();
  }

  /**
   * As {@link #register(long)}, with reference files in these states: those that have changed since
   * they were loaded for the epoch are loaded again.
   *
   * @param states of some sources, by their names
   * @throws io.lakebeam.source.SourceException also when they are in other states by now
   */
  public void register(long epoch, Map<String, String> states) {
    register(epoch);
    Loaded loaded = loaded();
    synchronized (loaded) {
      if (!loaded.isOf(states)) {
        load(loaded, epoch);
      }
      if (!loaded.isOf(states)) {
        throw SourceException.retryable(
            ErrorCode.INPUT_CHANGED,
            String.join(", ", states.keySet()),
            "the reference files changed while a view was computed",
            "all its rows are looked up in one state of them",
            "Run again",
            null);
      }
    }
  }

  private void load(Loaded loaded, long epoch) {
    loaded.states.clear();
    loaded.lookups.fill(new MemoryTables(tables(loaded, epoch)));
  }

  private Loaded loaded() {
    return storage
        .kept(Held.class, Held::new)
        .byPipeline
        .computeIfAbsent(ledgerPlace.key(), key -> new Loaded());
  }

  private Map<String, List<InternalRow>> tables(Loaded loaded, long epoch) {
    Map<String, List<InternalRow>> tables = new HashMap<>();
    for (SourceSpec reference : references) {
      ReferenceTable.Loaded read = ReferenceTable.read(storage, reference);
      loaded.states.put(reference.name(), read.state());
      tables.put(reference.name(), read.rows());
    }
    if (!joined.isEmpty()) {
      // What is held of the epoch before goes first.
      loaded.lookups.fill(new MemoryTables(tables));
      Ledger ledger = ledgerPlace.ledger();
      tables.putAll(
          loaded.joined.of(joined.stream().map(table -> wanted(table, ledger, epoch)).toList()));
    }
    return tables;
  }

  private JoinedTables.Wanted wanted(StoredTable table, Ledger ledger, long epoch) {
    return new JoinedTables.Wanted(
        table, paths.get(table.name()), ledger.joinedVersion(epoch, table.name()));
  }

  /** Lets this thread ask the tables that are loaded. */
  public void lookUp() {
    loaded().lookups.use();
  }
}
