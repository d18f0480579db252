package io.lakebeam.demo;

import io.lakebeam.expectation.OnViolation;
import java.util.Locale;

/** The expectations on {@code flights}, as the airline pipeline declares them. */
enum FlightRule {
  HAS_FLIGHT_KEY(OnViolation.QUARANTINE),
  KNOWN_CARRIER(OnViolation.QUARANTINE),
  DIFFERENT_AIRPORTS(OnViolation.QUARANTINE),
  PLAUSIBLE_DELAY(OnViolation.QUARANTINE),
  VALID_TAIL_NUMBER(OnViolation.WARN),
  POSITIVE_DISTANCE(OnViolation.DROP),
  NOT_FROM_THE_FUTURE(OnViolation.QUARANTINE);

  private final OnViolation onViolation;

  FlightRule(OnViolation onViolation) {
    this.onViolation = onViolation;
  }

  OnViolation onViolation() {
    return onViolation;
  }

  /** As in the expectations file. */
  String ruleName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
