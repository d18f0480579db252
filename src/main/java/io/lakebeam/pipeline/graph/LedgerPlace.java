package io.lakebeam.pipeline.graph;

import io.lakebeam.epoch.Ledger;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.storage.Place;
import java.io.Serializable;

/**
 * Where a function finds its pipeline's ledger, as it travels.
 *
 * @param id of the pipeline
 * @param pipeline what it is called
 */
record LedgerPlace(Place lake, String id, String pipeline) implements Serializable {
  static LedgerPlace of(CompiledPipeline pipeline) {
    return new LedgerPlace(pipeline.lake(), pipeline.id(), pipeline.name());
  }

  /** Tells two pipelines of this JVM apart, whatever they are called. */
  String key() {
    return id + "@" + lake;
  }

  Ledger ledger() {
    return new Ledger(lake, id);
  }
}
