package io.lakebeam.pipeline;

import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.view.Groups;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.sql.ViewQuery;
import io.lakebeam.storage.Place;
import java.io.Serializable;
import java.util.List;

/**
 * A materialized view, ready to be kept up to date.
 *
 * @param path where it is
 * @param upstream the streaming table it follows
 * @param upstreamPath where that is
 * @param upstreamSchema what that stores
 */
public record CompiledView(
    String name,
    Place path,
    String comment,
    String upstream,
    Place upstreamPath,
    TableSchema upstreamSchema,
    ViewQuery query,
    List<String> partitionBy)
    implements Serializable {
  public CompiledView {
    partitionBy = List.copyOf(partitionBy);
  }

  /** What the view's table is made as. */
  public TableDefinition definition() {
    return new TableDefinition(
        Groups.storedSchema(query), partitionBy, comment, TableDefinition.LOG_KEPT_A_WEEK);
  }
}
