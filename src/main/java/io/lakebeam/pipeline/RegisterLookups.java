package io.lakebeam.pipeline;

import io.lakebeam.spec.SourceSpec;
import io.lakebeam.sql.LookupJoin;
import io.lakebeam.sql.Lookups;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What a worker needs to answer the lookups of a pipeline's queries. */
final class RegisterLookups implements Serializable {
  /** What each pipeline's tables were last loaded for, in this JVM. */
  private static final Map<String, String> LOADED = new ConcurrentHashMap<>();

  private final String pipeline;
  private final String lake;
  private final List<LookupJoin> joins;
  private final Map<String, SourceSpec> references;

  RegisterLookups(CompiledPipeline pipeline) {
    this.pipeline = pipeline.name();
    this.lake = pipeline.spec().lake();
    this.joins = List.copyOf(pipeline.lookups());
    this.references =
        joins.stream()
            .map(LookupJoin::reference)
            .distinct()
            .collect(Collectors.toMap(name -> name, name -> pipeline.source(name)));
  }

  /** Makes the tables known to this JVM, anew for each epoch; loaded when the first row asks. */
  void register(long epoch) {
    if (joins.isEmpty()) {
      return;
    }
    String wanted = lake + "#" + epoch;
    LOADED.compute(
        pipeline,
        (name, loaded) -> {
          if (!wanted.equals(loaded)) {
            for (LookupJoin join : joins) {
              Lookups.register(
                  join.id(),
                  new ReferenceLookup(references.get(join.reference()), join.keyColumns()));
            }
          }
          return wanted;
        });
  }
}
