package io.lakebeam.pipeline;

import io.lakebeam.spec.SourceSpec;
import io.lakebeam.sql.LookupJoin;
import io.lakebeam.sql.Lookups;
import io.lakebeam.sql.Lookups.LookupTable;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What a worker needs to answer the lookups of a pipeline's queries. */
final class RegisterLookups implements Serializable {
  /** What each pipeline's tables were last loaded for, in this JVM. */
  private static final Map<String, String> LOADED = new ConcurrentHashMap<>();

  /** The pipeline and its lake: another run of the pipeline may have another lake. */
  private final String owner;

  /** Two graphs may have other lookups or other files under the same names and epochs. */
  private final String graph = UUID.randomUUID().toString();

  private final List<LookupJoin> joins;
  private final Map<String, SourceSpec> references;

  RegisterLookups(CompiledPipeline pipeline) {
    this.owner = pipeline.name() + "@" + pipeline.spec().lake();
    this.joins = List.copyOf(pipeline.lookups());
    this.references =
        joins.stream()
            .map(LookupJoin::reference)
            .distinct()
            .collect(Collectors.toMap(name -> name, name -> pipeline.source(name)));
  }

  /**
   * Loads the tables into this JVM, anew for each epoch, before its first row asks, and lets this
   * thread ask them: one that cannot be loaded stops the epoch, where a row that asks in vain would
   * only go to the quarantine.
   *
   * @throws io.lakebeam.source.SourceException when a table cannot be read
   */
  void register(long epoch) {
    if (joins.isEmpty()) {
      return;
    }
    String wanted = graph + "#" + epoch;
    LOADED.compute(
        owner,
        (name, loaded) -> {
          if (!wanted.equals(loaded)) {
            Map<String, LookupTable> tables = new HashMap<>();
            for (LookupJoin join : joins) {
              SourceSpec reference = references.get(join.reference());
              tables.put(join.id(), ReferenceLookup.load(reference, join.keyColumns()));
            }
            tables.forEach((id, table) -> Lookups.register(owner, id, () -> table));
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
