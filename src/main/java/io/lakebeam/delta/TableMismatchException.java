package io.lakebeam.delta;

import java.util.List;
import java.util.stream.Collectors;

/** A table that exists and is not what its definition says; names every difference. */
public final class TableMismatchException extends DeltaException {
  private final transient List<Difference> differences;

  /**
   * One difference.
   *
   * @param what a column's name, or {@code partition columns}
   * @param theirs what the table has; {@code absent} when it has nothing
   * @param ours what the definition says; {@code absent} when it says nothing
   */
  public record Difference(String what, String theirs, String ours) {
    @Override
    public String toString() {
      return what + ": the table has " + theirs + ", the pipeline declares " + ours;
    }
  }

  TableMismatchException(String table, List<Difference> differences) {
    super("table " + table + " already exists and is different: " + text(differences));
    this.differences = List.copyOf(differences);
  }

  static String text(List<Difference> differences) {
    return differences.stream().map(Difference::toString).collect(Collectors.joining("; "));
  }

  /** Never empty; in the order of the declared columns, then of the table's. */
  public List<Difference> differences() {
    return differences;
  }
}
