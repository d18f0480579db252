package io.lakebeam.pipeline.graph;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.sql.RowProgram;
import java.io.Serializable;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What becomes of a relation's rows, as far as it can be done row by row in one place: the flows
 * that read it and, below each, the flows that read the table it feeds.
 *
 * @param relation a source, a table, or a transform's result
 * @param rows what the relation's rows have, at least
 * @param isHandedOut true when a transform reads the relation, so that its rows must leave the tree
 * @param branches the flows that read the relation
 */
record FlowTree(String relation, TableSchema rows, boolean isHandedOut, List<Branch> branches)
    implements Serializable {
  FlowTree {
    branches = List.copyOf(branches);
  }

  /**
   * A flow and what follows it.
   *
   * @param query the flow's query; null when its rows are the table's already
   * @param dependents every table that reads this one's rows, itself or through others
   * @param accepted what becomes of the rows that the table accepts
   */
  record Branch(
      CompiledTable table,
      @Nullable RowProgram query,
      List<CompiledTable> dependents,
      FlowTree accepted)
      implements Serializable {
    Branch {
      dependents = List.copyOf(dependents);
    }
  }
}
