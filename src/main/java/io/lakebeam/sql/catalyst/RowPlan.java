package io.lakebeam.sql.catalyst;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.Lineage;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.types.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Rows that a query makes one by one, whose columns can still be chosen. */
public final class RowPlan {
  private final RowFlow flow;
  private final List<StoredTable> stored;
  private final List<Attribute> output;
  private final Lineage lineage;

  public RowPlan(RowFlow flow, List<StoredTable> stored, List<Attribute> output, Lineage lineage) {
    this.flow = flow;
    this.stored = List.copyOf(stored);
    this.output = List.copyOf(output);
    this.lineage = lineage;
  }

  /**
   * A column of the query.
   *
   * @param isCarried true for a hidden column of the input that is selected as it is
   */
  public record Selected(String name, DataType type, boolean isCarried) {}

  /**
   * Each row is wanted once.
   *
   * @param column with the time of a row, as the query names it
   * @param microseconds within which rows are remembered
   */
  public record Distinct(String column, long microseconds) {}

  /** The source or dataset that is read row by row. */
  public String input() {
    return flow.input().name();
  }

  /** Tables of the lake that it joins with. */
  public List<StoredTable> stored() {
    return stored;
  }

  /** What the query's author selects, in that order. */
  public List<Selected> columns() {
    return output.stream().map(a -> new Selected(a.name(), a.dataType(), isCarried(a))).toList();
  }

  /** What the columns follow from. */
  public Lineage lineage() {
    return lineage;
  }

  private boolean isCarried(Attribute column) {
    return flow.carried().stream().anyMatch(c -> c.exprId().equals(column.exprId()));
  }

  /** True when the input has this hidden column. */
  public boolean carries(Column hidden) {
    return Origins.carried(flow.layout(), hidden) != null;
  }

  /** Relations that are joined with. */
  public Set<String> joined() {
    return Step.joined(flow.steps());
  }

  /**
   * The rows with some of their columns.
   *
   * @param selected which of {@link #columns}
   * @param hidden columns that it carries, behind them
   */
  public Step.Rows select(List<Integer> selected, List<Column> hidden) {
    List<Expression> columns = new ArrayList<>();
    selected.forEach(i -> columns.add(output.get(i)));
    hidden.forEach(column -> columns.add(Origins.carried(flow.layout(), column)));
    return flow.select(columns);
  }
}
