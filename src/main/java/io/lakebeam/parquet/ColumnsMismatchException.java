package io.lakebeam.parquet;

import java.util.List;

/** A file whose columns cannot be read as the declared ones; every one of them is named. */
public final class ColumnsMismatchException extends RuntimeException {
  private final transient List<Mismatch> mismatches;

  ColumnsMismatchException(List<Mismatch> mismatches) {
    super(Mismatch.problems(mismatches));
    this.mismatches = List.copyOf(mismatches);
  }

  public List<Mismatch> mismatches() {
    return mismatches;
  }
}
