package io.lakebeam.sql.catalyst;

import java.io.Serializable;
import java.util.List;

/**
 * A table of the lake that queries join with as it stands.
 *
 * @param name of the dataset
 * @param columns that are needed of it, in the order in which its rows have them
 */
public record StoredTable(String name, List<String> columns) implements Serializable {
  public StoredTable {
    columns = List.copyOf(columns);
  }

  /** What steps call it: two queries may need different columns of one table. */
  public String key() {
    return name + columns;
  }
}
