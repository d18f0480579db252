package io.lakebeam.pipeline;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.ReferenceTable;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.sql.Lookups;
import io.lakebeam.sql.catalyst.MemoryTables;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** What a worker needs to answer the lookups of a pipeline's queries. */
final class RegisterLookups implements Serializable {
  /** What each pipeline's tables were last loaded for, in this JVM. */
  private static final Map<String, String> LOADED = new ConcurrentHashMap<>();

  /** The pipeline and its lake: another run of the pipeline may have another lake. */
  private final String owner;

  /** Two graphs may have other lookups or other files under the same names and epochs. */
  private final String graph = UUID.randomUUID().toString();

  private final List<SourceSpec> references;

  RegisterLookups(CompiledPipeline pipeline) {
    this.owner = pipeline.name() + "@" + pipeline.spec().lake();
    this.references = pipeline.lookups().stream().map(pipeline::source).toList();
  }

  /**
   * Loads the tables into this JVM, anew for each epoch, before its first row asks, and lets this
   * thread join with them: one that cannot be loaded stops the epoch, where a row that asks in vain
   * would only go to the quarantine.
   *
   * @throws io.lakebeam.source.SourceException when a table cannot be read
   */
  void register(long epoch) {
    if (references.isEmpty()) {
      return;
    }
    String wanted = graph + "#" + epoch;
    LOADED.compute(
        owner,
        (name, loaded) -> {
          if (!wanted.equals(loaded)) {
            Map<String, List<InternalRow>> tables = new HashMap<>();
            for (SourceSpec reference : references) {
              tables.put(reference.name(), ReferenceTable.load(reference));
            }
            Lookups.register(owner, new MemoryTables(tables));
          }
          return wanted;
        });
    lookUp();
  }

  /** Lets this thread ask the tables that are loaded. */
  void lookUp() {
    Lookups.lookUpFor(owner);
  }
}
