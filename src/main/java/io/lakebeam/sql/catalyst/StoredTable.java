package io.lakebeam.sql.catalyst;

import io.lakebeam.graph.TableSchema;
import java.io.Serializable;
import java.util.List;

/**
 * A table of the lake that queries join with as it stands.
 *
 * @param name of the dataset
 * @param schema the columns that are needed of it, in the order in which its rows have them
 */
public record StoredTable(String name, TableSchema schema) implements Serializable {
  /** Names of the columns. */
  public List<String> columns() {
    return schema.names();
  }

  /** What steps call it: two queries may need different columns of one table. */
  public String key() {
    return name + columns();
  }
}
