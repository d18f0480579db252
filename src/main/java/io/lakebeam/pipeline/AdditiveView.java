package io.lakebeam.pipeline;

import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.view.Groups;
import io.lakebeam.graph.Lineage;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.sql.ViewQuery;
import io.lakebeam.storage.Place;
import java.util.List;
import java.util.Set;

/**
 * A view that is kept up to date by what new rows of one table add to its groups.
 *
 * @param path where it is
 * @param upstream the streaming table it follows
 * @param upstreamPath where that is
 * @param upstreamSchema what that stores
 */
public record AdditiveView(
    String name,
    Place path,
    String comment,
    String upstream,
    Place upstreamPath,
    TableSchema upstreamSchema,
    ViewQuery query,
    List<String> partitionBy)
    implements CompiledView {
  public AdditiveView {
    partitionBy = List.copyOf(partitionBy);
  }

  @Override
  public List<String> inputs() {
    return List.of(upstream);
  }

  @Override
  public Set<String> lookups() {
    return query.lookups();
  }

  @Override
  public TableSchema columns() {
    return query.columns();
  }

  @Override
  public Lineage lineage() {
    return query.lineage();
  }

  @Override
  public TableDefinition definition() {
    return new TableDefinition(
        Groups.storedSchema(query), partitionBy, comment, TableDefinition.LOG_KEPT_A_WEEK);
  }
}
