package io.lakebeam.demo;

import com.google.errorprone.annotations.Immutable;
import io.lakebeam.expectation.OnViolation;
import java.util.Set;

/** What becomes of a record in the airline pipeline. */
@Immutable
sealed interface Fate {
  /** The record cannot be decoded, or bronze's schema refuses it. */
  record Undecodable() implements Fate {}

  /**
   * The record reaches {@code flights} and breaks these rules there, if any.
   *
   * @param broken every rule whose condition is not TRUE
   */
  @SuppressWarnings("Immutable") // the set is a copy that nobody can change
  record Judged(Set<FlightRule> broken) implements Fate {
    public Judged {
      broken = Set.copyOf(broken);
    }

    boolean quarantined() {
      return breaks(OnViolation.QUARANTINE);
    }

    boolean dropped() {
      return !quarantined() && breaks(OnViolation.DROP);
    }

    boolean kept() {
      return !quarantined() && !breaks(OnViolation.DROP);
    }

    private boolean breaks(OnViolation action) {
      return broken.stream().anyMatch(rule -> rule.onViolation() == action);
    }
  }

  Fate UNDECODABLE = new Undecodable();
  Fate GOOD = new Judged(Set.of());

  static Fate breaking(FlightRule... rules) {
    return new Judged(Set.of(rules));
  }
}
