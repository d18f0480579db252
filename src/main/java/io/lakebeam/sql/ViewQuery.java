package io.lakebeam.sql;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.TableSchema;
import java.io.Serializable;
import java.util.List;

/**
 * A GROUP BY query taken apart, so that its result can be kept up to date from new rows alone.
 *
 * @param rows selects {@code _g0, _g1, ...} (the groups' expressions) and {@code _a0, ...} (the
 *     aggregates' arguments) for each row that counts
 * @param reads columns of the input that the query over rows needs
 * @param groups columns of the result that name the group, and the row's columns that hold them
 * @param aggregates columns of the result that are computed
 * @param columns the result, in its author's order
 */
public record ViewQuery(
    RowQuery rows,
    List<String> reads,
    List<Group> groups,
    List<Aggregate> aggregates,
    TableSchema columns)
    implements Serializable {
  public ViewQuery {
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
