package io.lakebeam.parquet;

import java.util.List;
import java.util.stream.Collectors;

/** A file whose columns cannot be read as the declared ones; every one of them is named. */
public final class ColumnsMismatchException extends RuntimeException {
  private final transient List<Mismatch> mismatches;

  ColumnsMismatchException(List<Mismatch> mismatches) {
    super(mismatches.stream().map(Mismatch::problem).collect(Collectors.joining("; ")));
    this.mismatches = List.copyOf(mismatches);
  }

  /** What would read it, without a full stop. */
  public String fix() {
    return mismatches.stream().map(Mismatch::fix).distinct().collect(Collectors.joining("; "));
  }
}
