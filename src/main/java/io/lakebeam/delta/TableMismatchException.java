package io.lakebeam.delta;

import io.lakebeam.graph.ErrorCode;
import java.util.List;
import java.util.stream.Collectors;

/** A table whose columns cannot become those of its definition; names every difference. */
public final class TableMismatchException extends DeltaException {
  private final String table;
  private final transient List<Difference> differences;

  /**
   * One difference.
   *
   * @param what a column's name, or {@code partition columns}
   * @param theirs what the table has
   * @param ours what the definition says
   * @param why the one does not become the other, and what would
   */
  public record Difference(String what, String theirs, String ours, String why) {
    @Override
    public String toString() {
      return what + ": the table has " + theirs + ", the pipeline declares " + ours + "; " + why;
    }
  }

  TableMismatchException(String table, List<Difference> differences) {
    super(
        ErrorCode.COLUMNS_REFUSED,
        "the columns of table " + table + " cannot become those declared: " + text(differences));
    this.table = table;
    this.differences = List.copyOf(differences);
  }

  static String text(List<Difference> differences) {
    return differences.stream().map(Difference::toString).collect(Collectors.joining(". "));
  }

  /** The table's folder. */
  public String table() {
    return table;
  }

  /** Never empty; in the order of the declared columns, then of the table's. */
  public List<Difference> differences() {
    return differences;
  }
}
