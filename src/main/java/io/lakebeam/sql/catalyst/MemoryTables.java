package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Tables that are held in memory to be joined with, as they are for one epoch. For all threads. */
public final class MemoryTables {
  private final Map<String, List<InternalRow>> tables;
  private final Map<Step.Join, Index> indexes = new HashMap<>();

  /**
   * @param tables rows by relation; nobody changes them any more
   */
  public MemoryTables(Map<String, List<InternalRow>> tables) {
    this.tables = Map.copyOf(tables);
  }

  /** The rows of a join's table by their keys; computed when it is first asked for. */
  synchronized Index index(Step.Join join) {
    Index index = indexes.get(join);
    if (index == null) {
      index = newIndex(join);
      indexes.put(join, index);
    }
    return index;
  }

  /** The rows of a table. */
  public List<InternalRow> rows(String relation) {
    List<InternalRow> rows = tables.get(relation);
    if (rows == null) {
      throw new IllegalStateException("table " + relation + " is not loaded here");
    }
    return rows;
  }

  private Index newIndex(Step.Join join) {
    List<InternalRow> rows = rows(join.right().relation());
    Evaluation steps = new Evaluation(join.right().steps(), this);
    JoinKey key = new JoinKey(join.rightKeys());
    Index index = new Index();
    boolean isAsItIs = join.right().steps().isEmpty();
    rows.forEach(
        row ->
            steps.take(
                row,
                result -> {
                  UnsafeRow values = key.of(result);
                  if (values != null) {
                    index.add(values, isAsItIs ? row : result.copy());
                  }
                }));
    return index;
  }

  /** Rows by key. */
  static final class Index {
    private final Map<UnsafeRow, List<InternalRow>> rows = new HashMap<>();

    private void add(UnsafeRow key, InternalRow row) {
      List<InternalRow> others = rows.get(key);
      if (others == null) {
        others = new ArrayList<>(1);
        rows.put(key.copy(), others);
      }
      others.add(row);
    }

    /** In the order of the table. */
    public List<InternalRow> matches(@Nullable UnsafeRow key) {
      return key == null ? List.of() : rows.getOrDefault(key, List.of());
    }
  }
}
