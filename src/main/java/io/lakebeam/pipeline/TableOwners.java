package io.lakebeam.pipeline;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.storage.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which pipeline a table belongs to. Only that one may add to it: each pipeline counts its epochs
 * for itself, and what two of them read from one source would be in the table twice. The owner's id
 * is a table property, set in the commit that makes the table, so of two pipelines that start at
 * once one is the owner.
 */
public final class TableOwners {
  private static final String PROPERTY = "lakebeam.pipeline";

  private TableOwners() {}

  /**
   * A table that belongs to another pipeline.
   *
   * @param table its name
   * @param pipeline the owner's id
   */
  public record Owned(String table, String pipeline) {}

  /** What a pipeline's tables are made with. */
  public static Map<String, String> property(String pipeline) {
    return Map.of(PROPERTY, pipeline);
  }

  /** True when a table was made by that pipeline. */
  public static boolean isOf(String pipeline, Snapshot table) {
    return pipeline.equals(table.properties().get(PROPERTY));
  }

  /**
   * The other pipeline that a table belongs to; empty when it belongs to this one, or was made by
   * somebody else than Lakebeam. Of streaming tables that were made before tables had owners, the
   * one that has committed to them is the owner.
   *
   * @param pipeline the id of the one that asks
   * @param neighbours ids of other pipelines with a ledger in this lake
   * @param table its name
   * @param now the table as it is
   */
  public static Optional<Owned> other(
      String pipeline, List<String> neighbours, String table, Place path, Snapshot now) {
    String owner = now.properties().get(PROPERTY);
    if (owner != null) {
      return owner.equals(pipeline) ? Optional.empty() : Optional.of(new Owned(table, owner));
    }
    if (hasCommitted(pipeline, table, path)) {
      return Optional.empty();
    }
    return neighbours.stream()
        .filter(neighbour -> hasCommitted(neighbour, table, path))
        .findFirst()
        .map(neighbour -> new Owned(table, neighbour));
  }

  private static boolean hasCommitted(String pipeline, String table, Place path) {
    return DeltaTable.at(path)
        .transactionVersion(DecidedTables.application(pipeline, table))
        .isPresent();
  }
}
