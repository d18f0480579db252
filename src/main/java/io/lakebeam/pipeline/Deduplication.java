package io.lakebeam.pipeline;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Which rows a table has already: those whose columns have the values of a row that it has, not
 * further away in time.
 *
 * @param by columns of the table
 * @param of its column with the time of a row
 * @param within microseconds between two rows, at most
 */
public record Deduplication(List<String> by, String of, long within) implements Serializable {
  public Deduplication {
    by = List.copyOf(by);
  }

  /** What the rows are called that a table would take, before those are dropped that it has. */
  public static String candidates(String table) {
    return table + "!";
  }

  /** What is to be known of the rows that the table has. */
  public List<String> columns() {
    List<String> columns = new ArrayList<>(by);
    columns.remove(of);
    columns.add(of);
    return columns;
  }
}
