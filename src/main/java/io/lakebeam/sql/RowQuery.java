package io.lakebeam.sql;

import io.lakebeam.graph.TableSchema;
import java.io.Serializable;
import java.util.List;

/**
 * A query that makes at most one row of each row it reads, ready for Beam SQL.
 *
 * @param input the only source or dataset it reads row by row
 * @param lookups reference tables it joins
 * @param columns what its author selects
 * @param carried hidden columns that follow the author's, handed on from the input
 * @param sql names {@link #input} in its FROM; selects {@link #columns}, then {@link #carried}
 */
public record RowQuery(
    String input, List<LookupJoin> lookups, TableSchema columns, TableSchema carried, String sql)
    implements Serializable {
  public RowQuery {
    lookups = List.copyOf(lookups);
  }

  /** The columns of the rows that come out. */
  public TableSchema rowSchema() {
    return columns.plus(carried.columns());
  }
}
