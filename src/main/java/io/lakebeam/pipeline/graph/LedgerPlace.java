package io.lakebeam.pipeline.graph;

import io.lakebeam.epoch.Ledger;
import io.lakebeam.pipeline.CompiledPipeline;
import java.io.Serializable;

/**
 * Where a function finds its pipeline's ledger, as it travels.
 *
 * @param id of the pipeline
 * @param pipeline what it is called
 */
record LedgerPlace(String lake, String id, String pipeline) implements Serializable {
  static LedgerPlace of(CompiledPipeline pipeline) {
    return new LedgerPlace(pipeline.spec().lake(), pipeline.id(), pipeline.name());
  }

  Ledger ledger() {
    return new Ledger(lake, id);
  }
}
