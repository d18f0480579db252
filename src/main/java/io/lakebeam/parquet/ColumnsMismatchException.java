package io.lakebeam.parquet;

import io.lakebeam.graph.Problem;
import java.util.List;

/** A file whose columns cannot be read as the declared ones; every one of them is named. */
public final class ColumnsMismatchException extends RuntimeException {
  private final transient List<Problem> mismatches;

  ColumnsMismatchException(List<Problem> mismatches) {
    super(Mismatches.problems(mismatches));
    this.mismatches = List.copyOf(mismatches);
  }

  public List<Problem> mismatches() {
    return mismatches;
  }
}
