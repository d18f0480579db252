package io.lakebeam.sql;

import io.lakebeam.graph.Lineage;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.Packed;
import io.lakebeam.sql.catalyst.MemoryTables;
import io.lakebeam.sql.catalyst.operator.GroupTooLargeException;
import io.lakebeam.sql.catalyst.operator.OperatorPlan;
import io.lakebeam.sql.catalyst.operator.ResultKey;
import java.io.Serializable;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A query of any shape over tables of the lake. Serializable, so that it travels to workers.
 *
 * @param reads the columns that it reads, by table
 * @param lookups reference tables that it reads or joins with
 * @param operators what is computed, which only whoever computes it unpacks
 * @param levels how many exchanges rows go through at most, and one more
 * @param columns the result, in its author's order
 * @param asksTime true when it asks for the current time
 * @param key what says which of its rows change with rows of its one table; null when nothing does
 * @param readsOnly true when each row of the table makes rows of the result by itself
 * @param reason why it is not kept up to date from new rows alone
 * @param text what it computes, the same for the same query in every process
 * @param lineage what the result follows from
 */
public record TableQuery(
    TreeMap<String, TreeSet<String>> reads,
    Set<String> lookups,
    Packed<OperatorPlan> operators,
    int levels,
    TableSchema columns,
    boolean asksTime,
    @Nullable ResultKey key,
    boolean readsOnly,
    NotIncremental reason,
    String text,
    Lineage lineage)
    implements Serializable {
  public TableQuery {
    lookups = Set.copyOf(lookups);
  }

  static TableQuery of(OperatorPlan plan, TableSchema columns, String written, Lineage lineage) {
    TreeMap<String, TreeSet<String>> reads = new TreeMap<>();
    plan.reads().forEach((table, names) -> reads.put(table, new TreeSet<>(names)));
    return new TableQuery(
        reads,
        plan.held(),
        Packed.of(plan),
        plan.levels(),
        columns,
        plan.asksTime(),
        plan.key().orElse(null),
        plan.operators().isEmpty(),
        NotIncremental.of(plan),
        written + "\n" + ViewQuery.withoutRooms(plan.text()),
        lineage);
  }

  /**
   * What a person reads of a failure of a query; an error that says nothing of its rows, such as
   * lack of memory, is thrown.
   */
  public static String failure(Throwable thrown) {
    return thrown instanceof GroupTooLargeException
        ? thrown.getMessage()
        : RowProgram.failed(thrown).getMessage();
  }

  /** The tables in memory that this thread joins with. */
  public static MemoryTables tables() {
    return Lookups.tables();
  }
}
