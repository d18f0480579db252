package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.source.SourcePosition.TableHistory;
import io.lakebeam.sql.RowProgram;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
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
public record FlowTree(
    String relation, TableSchema rows, boolean isHandedOut, List<Branch> branches)
    implements Serializable {
  public FlowTree {
    branches = List.copyOf(branches);
  }

  /**
   * The same rows, without what becomes of them in some tables, and behind those.
   *
   * @param tables their names; where one is not to follow another only, that of the {@linkplain
   *     TableHistory#name history} of the two
   */
  public FlowTree without(Set<String> tables) {
    return tables.isEmpty()
        ? this
        : new FlowTree(
            relation,
            rows,
            isHandedOut,
            branches.stream()
                .filter(branch -> !tables.contains(branch.table().name()))
                .filter(
                    branch -> !tables.contains(TableHistory.name(relation, branch.table().name())))
                .map(branch -> branch.without(tables))
                .toList());
  }

  /**
   * The same rows, as some tables take them.
   *
   * @param isReadByTransforms true when one of these tables takes them by a transform
   */
  public FlowTree into(Set<String> tables, boolean isReadByTransforms) {
    return new FlowTree(
        relation,
        rows,
        isReadByTransforms,
        branches.stream().filter(b -> tables.contains(b.table().name())).toList());
  }

  /**
   * A flow and what follows it.
   *
   * @param query the flow's query; null when its rows are the table's already
   * @param dependents every table that reads this one's rows, itself or through others
   * @param accepted what becomes of the rows that the table accepts
   */
  public record Branch(
      CompiledTable table,
      @Nullable RowProgram query,
      List<CompiledTable> dependents,
      FlowTree accepted)
      implements Serializable {
    public Branch {
      dependents = List.copyOf(dependents);
    }

    private Branch without(Set<String> tables) {
      return new Branch(
          table,
          query,
          dependents.stream().filter(each -> !tables.contains(each.name())).toList(),
          accepted.without(tables));
    }
  }
}
