package io.lakebeam.sql;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Lineage;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal$;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.Step;
import io.lakebeam.sql.catalyst.StoredTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A query that makes rows of each row it reads, by itself.
 *
 * @param input the only source or dataset it reads row by row
 * @param lookups reference tables it joins with
 * @param stored tables of the lake it joins with
 * @param columns what its author selects
 * @param carried hidden columns that follow the author's, handed on from the input
 * @param rows the columns, then those that are carried
 * @param lineage what its columns follow from
 */
public record RowQuery(
    String input,
    Set<String> lookups,
    List<StoredTable> stored,
    TableSchema columns,
    TableSchema carried,
    Step.Rows rows,
    Lineage lineage) {
  public RowQuery {
    lookups = Set.copyOf(lookups);
    stored = List.copyOf(stored);
  }

  /**
   * The rows of a source or dataset as they are.
   *
   * @param inputRows all columns of its rows
   * @param columns which of them
   */
  public static RowQuery copy(String input, TableSchema inputRows, TableSchema columns) {
    TableSchema carried =
        new TableSchema(
            HiddenColumns.CARRIED.stream()
                .filter(hidden -> inputRows.names().contains(hidden.name()))
                .toList());
    List<Expression> values = new ArrayList<>();
    List<String> names = inputRows.names();
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      places.put(names.get(i), i);
    }
    for (Column column : columns.plus(carried.columns()).columns()) {
      int at = places.get(column.name());
      values.add(new BoundReference(at, SparkTypes.of(column.type()), true));
    }
    Step.Rows rows = new Step.Rows(input, List.of(new Step.Project(values)), values.size());
    return new RowQuery(
        input, Set.of(), List.of(), columns, carried, rows, Lineage.copy(input, columns.names()));
  }

  /** The columns of the rows that come out. */
  public TableSchema rowSchema() {
    return columns.plus(carried.columns());
  }

  /**
   * The same rows with the columns of a table, found by their names; NULL for those that the query
   * does not give.
   */
  public RowProgram as(TableSchema table) {
    List<String> given =
        rowSchema().names().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    List<String> wanted =
        table.names().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    if (given.equals(wanted)) {
      return RowProgram.of(rows, table);
    }
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < given.size(); i++) {
      places.put(given.get(i), i);
    }
    List<Expression> columns = new ArrayList<>();
    for (Column column : table.columns()) {
      int at = places.getOrDefault(column.name().toLowerCase(Locale.ROOT), -1);
      DataType type = SparkTypes.of(column.type());
      columns.add(
          at < 0 ? Literal$.MODULE$.create(null, type) : new BoundReference(at, type, true));
    }
    List<Step> steps = new ArrayList<>(rows.steps());
    steps.add(new Step.Project(columns));
    return RowProgram.of(new Step.Rows(input, steps, columns.size()), table);
  }
}
