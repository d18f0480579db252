package io.lakebeam.lake;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.DataflowGraph.Dataset;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.QuarantineLog;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every table that a pipeline keeps in its lake, quarantines and event log included. */
public final class StoredDatasets {
  private StoredDatasets() {}

  /**
   * A table as it is now.
   *
   * @param kind {@code streaming table}, {@code materialized view}, {@code quarantine} or {@code
   *     event log}
   * @param layer may be empty
   * @param place where it is, or will be
   * @param snapshot empty when it does not exist yet
   */
  public record Stored(
      String name, String kind, String layer, Place place, Optional<Snapshot> snapshot) {}

  /** In the order of the data's flow, each quarantine behind its table. */
  public static List<Stored> of(CompiledPipeline pipeline) {
    List<Stored> stored = new ArrayList<>();
    for (Dataset dataset : pipeline.graph().datasets()) {
      Place path = TablePaths.of(pipeline.spec(), dataset.name());
      stored.add(at(dataset.name(), dataset.kind().words(), dataset.layer(), path));
      Optional<CompiledTable> table = pipeline.table(dataset.name());
      table.ifPresent(
          t ->
              stored.add(
                  at(t.quarantineName(), "quarantine", dataset.layer(), t.quarantinePath())));
    }
    stored.add(at(EventLog.TABLE, "event log", "", TablePaths.of(pipeline.spec(), EventLog.TABLE)));
    // Made when somebody first asks for something.
    Stored log = at(QuarantineLog.TABLE, "quarantine log", "", QuarantineLog.in(pipeline.lake()));
    log.snapshot().ifPresent(snapshot -> stored.add(log));
    return stored;
  }

  private static Stored at(String name, String kind, String layer, Place path) {
    DeltaTable table = DeltaTable.at(path);
    return new Stored(name, kind, layer, path, table.latest());
  }
}
