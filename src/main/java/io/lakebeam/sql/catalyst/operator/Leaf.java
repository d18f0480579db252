package io.lakebeam.sql.catalyst.operator;

import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Where rows of a query come from. */
public sealed interface Leaf extends OperatorPlan.Node {
  /**
   * The rows of a table.
   *
   * @param columns those that are needed, in the order in which the rows have them
   * @param isHeld true for a table that is in memory whole
   */
  record Table(String name, List<String> columns, boolean isHeld) implements Leaf {
    public Table {
      columns = List.copyOf(columns);
    }
  }

  /**
   * Rows that the query itself has.
   *
   * @param rows as the bytes of an UnsafeRow
   */
  record Values(List<byte[]> rows, int columns) implements Leaf {
    public Values {
      rows = List.copyOf(rows);
    }

    @Override
    public String toString() {
      return rows.stream()
          .map(Base64.getEncoder()::encodeToString)
          .collect(Collectors.joining(" ", "Values[", "]"));
    }
  }
}
