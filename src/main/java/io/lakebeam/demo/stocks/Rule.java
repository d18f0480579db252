package io.lakebeam.demo.stocks;

import io.lakebeam.demo.Verdicts;
import io.lakebeam.expectation.OnViolation;

/** The expectations on {@code trades}, as the pipeline of stocks declares them. */
enum Rule implements Verdicts.Judging {
  KNOWN_SYMBOL(OnViolation.QUARANTINE),
  POSITIVE_PRICE(OnViolation.QUARANTINE),
  PLAUSIBLE_PRICE(OnViolation.QUARANTINE),
  NOT_FROM_THE_FUTURE(OnViolation.QUARANTINE),
  POSITIVE_QUANTITY(OnViolation.DROP),
  KNOWN_VENUE(OnViolation.WARN);

  private final OnViolation onViolation;

  Rule(OnViolation onViolation) {
    this.onViolation = onViolation;
  }

  @Override
  public OnViolation onViolation() {
    return onViolation;
  }
}
