package io.lakebeam.pipeline;

import java.util.List;

/** Two rows of a reference table have the key that a join looks up. */
public final class AmbiguousReferenceException extends RuntimeException {
  AmbiguousReferenceException(String source, List<String> columns, List<String> key) {
    super(
        "reference source "
            + source
            + " has several rows with "
            + String.join(", ", columns)
            + " = "
            + String.join(", ", key)
            + "; a lookup needs one: take the others out of its file, or join by more columns");
  }
}
