package io.lakebeam.spec;

import io.lakebeam.graph.SourceLocation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the rows are handled that a table refuses.
 *
 * @param keep how long they stay in the quarantine; empty for ever
 * @param masks columns whose values are not shown to those who look at them
 */
public record QuarantineSpec(Optional<Duration> keep, List<Mask> masks) {
  /** Where nothing is said. */
  public static final QuarantineSpec NONE = new QuarantineSpec(Optional.empty(), List.of());

  public QuarantineSpec {
    masks = List.copyOf(masks);
  }

  /**
   * A column that is masked.
   *
   * @param column as it is typed
   */
  public record Mask(String column, SourceLocation at) {}
}
