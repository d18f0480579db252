package io.lakebeam.sql;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.sql.catalyst.Accumulator;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A GROUP BY query taken apart, so that its result can be kept up to date from new rows alone.
 *
 * @param input the table it reads
 * @param lookups reference tables it joins with
 * @param rows gives the groups' expressions and the aggregates' arguments for each row that counts
 * @param row the columns of these rows
 * @param reads columns of the input, in the order in which the program takes them
 * @param groups columns of the result that name the group
 * @param aggregates columns of the result that are computed
 * @param columns the result, in its author's order
 * @param text what it computes, the same for the same query in every process
 * @param lineage what each column of the result is computed from
 */
public record ViewQuery(
    String input,
    Set<String> lookups,
    RowProgram rows,
    List<Attribute> row,
    List<String> reads,
    List<Group> groups,
    List<Aggregate> aggregates,
    TableSchema columns,
    String text,
    Map<String, List<ColumnOrigin>> lineage)
    implements Serializable {
  public ViewQuery {
    lookups = Set.copyOf(lookups);
    row = List.copyOf(row);
    reads = List.copyOf(reads);
    groups = List.copyOf(groups);
    aggregates = List.copyOf(aggregates);
  }

  /**
   * A group's column.
   *
   * @param at where it stands in the rows
   */
  public record Group(String column, int at) implements Serializable {}

  /**
   * An aggregate's column.
   *
   * @param type of the result
   * @param state columns that hold what the result is computed from, where it does not say it
   */
  public record Aggregate(String column, Accumulator accumulator, DataType type, List<Column> state)
      implements Serializable {
    public Aggregate {
      state = List.copyOf(state);
    }
  }

  /**
   * Of a query that was just read. Its text is made here, once: a plan that has travelled forgets
   * how its author calls a function, and tells another one.
   */
  static ViewQuery of(
      String input,
      Set<String> lookups,
      RowProgram rows,
      List<Attribute> row,
      List<String> reads,
      List<Group> groups,
      List<Aggregate> aggregates,
      TableSchema columns,
      Map<String, List<ColumnOrigin>> lineage) {
    List<String> parts = new ArrayList<>();
    parts.add(rows.text());
    groups.forEach(group -> parts.add(group.toString()));
    aggregates.forEach(each -> parts.add(each.column() + " " + each.accumulator().text()));
    String text = String.join("\n", parts);
    return new ViewQuery(
        input, lookups, rows, row, reads, groups, aggregates, columns, text, lineage);
  }
}
