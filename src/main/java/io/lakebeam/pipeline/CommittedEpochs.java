package io.lakebeam.pipeline;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.storage.Place;
import java.util.List;
import java.util.Optional;

/** How far the tables of a pipeline are, by what their own logs say. */
public final class CommittedEpochs {
  private CommittedEpochs() {}

  /** A table and the last epoch that was committed to it. */
  public record Committed(String table, long epoch) {}

  /** True when the table has that epoch or a later one; its quarantine has it then, too. */
  public static boolean has(String id, CompiledTable table, long epoch) {
    return isAt(id, table.name(), table.path(), epoch);
  }

  /** True when the table's quarantine, which is committed first, has that epoch or a later one. */
  public static boolean quarantineHas(String id, CompiledTable table, long epoch) {
    return isAt(id, table.quarantineName(), table.quarantinePath(), epoch);
  }

  private static boolean isAt(String id, String name, Place path, long epoch) {
    return DeltaTable.at(path).transactionVersion(DecidedTables.application(id, name)).orElse(0)
        >= epoch;
  }

  /**
   * A table that has an epoch which nobody has planned. It would take the next epochs for those it
   * already has, and their rows would be lost without a word.
   */
  public static Optional<Committed> ahead(CompiledPipeline pipeline, long lastPlanned) {
    for (CompiledTable table : pipeline.tables()) {
      for (Place path : List.of(table.path(), table.quarantinePath())) {
        String name = path.equals(table.path()) ? table.name() : table.quarantineName();
        String application = DecidedTables.application(pipeline.id(), name);
        long epoch = DeltaTable.at(path).transactionVersion(application).orElse(0);
        if (epoch > lastPlanned) {
          return Optional.of(new Committed(name, epoch));
        }
      }
    }
    return Optional.empty();
  }
}
