package io.lakebeam.pipeline;

import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.upsert.UpsertTable;
import io.lakebeam.graph.Lineage;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.sql.UpsertQuery;
import io.lakebeam.storage.Place;
import java.io.Serializable;
import java.util.List;

/**
 * A table whose rows follow from changes, ready to be brought up to date.
 *
 * @param path where it is
 * @param upstream the streaming table that has its changes
 * @param upstreamPath where that is
 * @param upstreamSchema what that stores
 * @param lineage what its columns and rows follow from
 */
public record CompiledUpsert(
    String name,
    Place path,
    String comment,
    String upstream,
    Place upstreamPath,
    TableSchema upstreamSchema,
    UpsertQuery query,
    List<String> partitionBy,
    Lineage lineage)
    implements Serializable {
  public CompiledUpsert {
    partitionBy = List.copyOf(partitionBy);
  }

  /** What the table is made as. */
  public TableDefinition definition() {
    return new TableDefinition(
        query.storedSchema(), partitionBy, comment, UpsertTable.properties(query));
  }

  /**
   * The table in its lake.
   *
   * @param id what the lake knows the pipeline by
   * @param lake where the lake is
   */
  public UpsertTable in(String id, Place lake) {
    return new UpsertTable(
        path,
        lake.child("_lakebeam").child(id).child("remembered").child(name),
        upstreamPath,
        upstreamSchema,
        id + "/" + name + "<-" + upstream,
        query,
        partitionBy,
        UpsertTable.FILE_ROWS);
  }
}
