package io.lakebeam.sql;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.Lineage;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.Packed;
import io.lakebeam.sql.catalyst.Step;
import io.lakebeam.sql.catalyst.group.Aggregation;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A GROUP BY query taken apart, so that its result can be kept up to date from new rows alone.
 *
 * @param input the table it reads
 * @param lookups reference tables it joins with
 * @param rows gives the groups' expressions and the aggregates' arguments for each row that counts
 * @param reads columns of the input, in the order in which the program takes them
 * @param groups columns of the result that name the group
 * @param aggregates columns of the result that are computed
 * @param aggregation how they are computed, which only whoever computes them unpacks
 * @param columns the result, in its author's order
 * @param text what it computes, the same for the same query in every process
 * @param lineage what the result follows from
 */
public record ViewQuery(
    String input,
    Set<String> lookups,
    RowProgram rows,
    List<String> reads,
    List<Group> groups,
    List<Aggregate> aggregates,
    Packed<Aggregation> aggregation,
    TableSchema columns,
    String text,
    Lineage lineage)
    implements Serializable {
  public ViewQuery {
    lookups = Set.copyOf(lookups);
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
   * @param function its name, in upper case
   * @param type of the result
   * @param state columns that hold what the result is computed from, where it does not say it
   */
  public record Aggregate(String column, String function, DataType type, List<Column> state)
      implements Serializable {
    public Aggregate {
      state = List.copyOf(state);
    }
  }

  /**
   * Where classes stand that expressions call. A view knows its query by the text: it says where
   * they stood when the first views were computed, so that none is computed anew because a class
   * has moved.
   */
  private static final Pattern OUR_ROOMS =
      Pattern.compile("io\\.lakebeam\\.sql\\.catalyst\\.\\w+\\.(?=[A-Z])");

  /**
   * Of a query that was just read. Its text is made here, once: a plan that has travelled forgets
   * how its author calls a function, and tells another one.
   */
  static ViewQuery of(
      String input,
      Step.Rows rows,
      List<String> reads,
      List<Group> groups,
      List<Aggregate> aggregates,
      Aggregation aggregation,
      TableSchema columns,
      Lineage lineage) {
    List<String> parts = new ArrayList<>();
    parts.add(rows.text());
    groups.forEach(group -> parts.add(group.toString()));
    for (int i = 0; i < aggregates.size(); i++) {
      parts.add(aggregates.get(i).column() + " " + aggregation.aggregates().get(i).text());
    }
    return new ViewQuery(
        input,
        Step.joined(rows.steps()),
        // Rows that are grouped have no columns that anybody names.
        RowProgram.of(rows, new TableSchema(List.of())),
        reads,
        groups,
        aggregates,
        Packed.of(aggregation),
        columns,
        withoutRooms(String.join("\n", parts)),
        lineage);
  }

  /** A text that names classes, as it was when these stood in another room. */
  static String withoutRooms(String text) {
    return OUR_ROOMS.matcher(text).replaceAll("io.lakebeam.sql.catalyst.");
  }
}
