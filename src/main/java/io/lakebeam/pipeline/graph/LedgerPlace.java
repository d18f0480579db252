package io.lakebeam.pipeline.graph;

import io.lakebeam.epoch.Ledger;
import java.io.Serializable;

/** Where a function finds its pipeline's ledger, as it travels. */
record LedgerPlace(String lake, String pipeline) implements Serializable {
  Ledger ledger() {
    return new Ledger(lake, pipeline);
  }
}
