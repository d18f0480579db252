package io.lakebeam.sql;

import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.TableSchema;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A GROUP BY query taken apart, so that its result can be kept up to date from new rows alone.
 *
 * @param input the table it reads
 * @param lookups reference tables it joins with
 * @param rows gives {@code _g0, _g1, ...} (the groups' expressions) and {@code _a0, ...} (the
 *     aggregates' arguments) for each row that counts
 * @param reads columns of the input, in the order in which the program takes them
 * @param groups columns of the result that name the group, and the row's columns that hold them
 * @param aggregates columns of the result that are computed
 * @param columns the result, in its author's order
 * @param lineage what each of them is computed from
 */
public record ViewQuery(
    String input,
    Set<String> lookups,
    RowProgram rows,
    List<String> reads,
    List<Group> groups,
    List<Aggregate> aggregates,
    TableSchema columns,
    Map<String, List<ColumnOrigin>> lineage)
    implements Serializable {
  public ViewQuery {
    lookups = Set.copyOf(lookups);
    reads = List.copyOf(reads);
    groups = List.copyOf(groups);
    aggregates = List.copyOf(aggregates);
  }

  /** A group's column: {@code carrier}, computed by the row's column {@code _g0}. */
  public record Group(String column, String rowColumn) implements Serializable {}

  /**
   * An aggregate's column.
   *
   * @param rowColumn the argument; empty for {@code COUNT(*)}
   * @param type of the result
   */
  public record Aggregate(String column, Function function, String rowColumn, DataType type)
      implements Serializable {}

  /** Aggregates whose state is a commutative semigroup, so that parts add up in any order. */
  public enum Function {
    COUNT,
    SUM,
    MIN,
    MAX,
    AVG
  }
}
