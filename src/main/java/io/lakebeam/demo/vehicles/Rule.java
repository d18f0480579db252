package io.lakebeam.demo.vehicles;

import io.lakebeam.demo.Verdicts;
import io.lakebeam.expectation.OnViolation;

/** The expectations on {@code positions}, as the pipeline of vehicles declares them. */
enum Rule implements Verdicts.Judging {
  COORDINATES_IN_RANGE(OnViolation.QUARANTINE),
  PLAUSIBLE_SPEED(OnViolation.QUARANTINE),
  TIME_NOT_BACKWARDS(OnViolation.QUARANTINE),
  FRESH(OnViolation.WARN);

  private final OnViolation onViolation;

  Rule(OnViolation onViolation) {
    this.onViolation = onViolation;
  }

  @Override
  public OnViolation onViolation() {
    return onViolation;
  }
}
