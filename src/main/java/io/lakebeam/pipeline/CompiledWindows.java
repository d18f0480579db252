package io.lakebeam.pipeline;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.sql.WindowQuery;
import io.lakebeam.storage.Place;
import java.io.Serializable;

/**
 * A streaming table that gets the windows of another one as they are closed.
 *
 * @param table without flows: its rows are computed behind the commits of an epoch
 * @param upstream the streaming table whose rows it groups
 * @param upstreamPath where that is
 * @param upstreamSchema what that stores
 */
public record CompiledWindows(
    CompiledTable table,
    String upstream,
    Place upstreamPath,
    TableSchema upstreamSchema,
    WindowQuery query)
    implements Serializable {
  public String name() {
    return table.name();
  }

  /** The same, of whose rows that is not shown. */
  public CompiledWindows masked(ValueMask mask) {
    return new CompiledWindows(table.masked(mask), upstream, upstreamPath, upstreamSchema, query);
  }
}
