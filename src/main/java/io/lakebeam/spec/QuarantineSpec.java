package io.lakebeam.spec;

import java.time.Duration;
import java.util.Optional;

/**
 * How the rows are handled that a table refuses.
 *
 * @param keep how long they stay in the quarantine; empty for ever
 */
public record QuarantineSpec(Optional<Duration> keep) {
  /** Where nothing is said. */
  public static final QuarantineSpec NONE = new QuarantineSpec(Optional.empty());
}
