package io.lakebeam.pipeline.graph.plan;

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
public record LedgerPlace(Place lake, String id, String pipeline) implements Serializable {
  public static LedgerPlace of(CompiledPipeline pipeline) {
    return new LedgerPlace(pipeline.lake(), pipeline.id(), pipeline.name());
  }

  /** Tells two pipelines of this JVM apart, whatever they are called. */
  public String key() {
    return id + "@" + lake;
  }

  public Ledger ledger() {
    return new Ledger(lake, id);
  }
}
