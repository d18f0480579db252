package io.lakebeam.powerbi;

import java.util.List;
import java.util.Optional;

/**
 * A table of a semantic model.
 *
 * @param folder where its Delta table is, below the lake
 */
record ModelTable(String name, String comment, String folder, List<ModelColumn> columns) {
  ModelTable {
    columns = List.copyOf(columns);
  }

  /** The column of that name, ignoring case as DAX does. */
  Optional<ModelColumn> column(String of) {
    return columns.stream().filter(column -> column.name().equalsIgnoreCase(of)).findFirst();
  }
}
