package io.lakebeam.demo;

/** What an event says of its flight, in the order in which it happens. */
enum Status {
  SCHEDULED,
  BOARDING,
  DEPARTED,
  EN_ROUTE,
  LANDED,
  CANCELLED,
  DIVERTED;

  /** The last word on a flight. */
  boolean isTerminal() {
    return this == LANDED || this == CANCELLED || this == DIVERTED;
  }

  /** The aircraft has left the gate. */
  boolean isAfterDeparture() {
    return this == DEPARTED || this == EN_ROUTE || this == LANDED || this == DIVERTED;
  }
}
