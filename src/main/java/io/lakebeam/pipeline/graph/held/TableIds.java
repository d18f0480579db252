package io.lakebeam.pipeline.graph.held;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.storage.Place;

/** Tells tables apart that have been made in the same place, one after the other. */
final class TableIds {
  private TableIds() {}

  /** The id of the table that is there now; empty when there is none. */
  static String of(Place path) {
    return DeltaTable.at(path).latest().map(Snapshot::id).orElse("");
  }
}
