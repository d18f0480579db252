package io.lakebeam.demo;

/** What is wrong with an event's record; the demo knows it, the pipeline has to find it. */
enum EventDefect {
  NONE(0, Fate.GOOD),
  TRUNCATED_JSON(2, Fate.UNDECODABLE),
  NO_JSON(1, Fate.UNDECODABLE),
  INVALID_UTF8(1, Fate.UNDECODABLE),
  WRONG_TYPE_NUMBER(2, Fate.UNDECODABLE),
  WRONG_TYPE_TIME(1, Fate.UNDECODABLE),
  NO_EVENT_ID(1, Fate.UNDECODABLE),
  NULL_EVENT_TIME(1, Fate.UNDECODABLE),
  NO_FLIGHT_DATE(1, Fate.breaking(FlightRule.HAS_FLIGHT_KEY)),
  NO_FLIGHT_NUMBER(1, Fate.breaking(FlightRule.HAS_FLIGHT_KEY)),
  NO_CARRIER(1, Fate.breaking(FlightRule.HAS_FLIGHT_KEY, FlightRule.KNOWN_CARRIER)),
  NO_ORIGIN(1, Fate.breaking(FlightRule.HAS_FLIGHT_KEY, FlightRule.DIFFERENT_AIRPORTS)),
  BAD_CARRIER(2, Fate.breaking(FlightRule.KNOWN_CARRIER)),
  SAME_AIRPORTS(2, Fate.breaking(FlightRule.DIFFERENT_AIRPORTS)),
  /** Only after departure: before it there is no delay to be absurd. */
  ABSURD_DELAY(4, Fate.breaking(FlightRule.PLAUSIBLE_DELAY)),
  FUTURE_TIME(2, Fate.breaking(FlightRule.NOT_FROM_THE_FUTURE)),
  NO_DISTANCE(3, Fate.breaking(FlightRule.POSITIVE_DISTANCE)),
  /** Not on cancelled flights, where a missing aircraft is no fault. */
  NO_TAIL(4, Fate.breaking(FlightRule.VALID_TAIL_NUMBER)),
  /** Fields that the schema does not know: rescued, not bad. */
  UNKNOWN_FIELDS(4, Fate.GOOD),
  /** The same record twice; never of a departure or a flight's end, which are counted. */
  REPEATED(4, Fate.GOOD),
  /** The record comes minutes after younger ones. */
  LATE(5, Fate.GOOD),
  /** The record comes when the report of its day is there already, which is the newer word. */
  AFTER_REPORT(3, Fate.GOOD);

  /** Records in a thousand that are drawn for it, before those are spared that it does not suit. */
  private final int share;

  private final Fate fate;

  EventDefect(int share, Fate fate) {
    this.share = share;
    this.fate = fate;
  }

  Fate fate() {
    return fate;
  }

  private static final EventDefect[] BY_DRAW = new EventDefect[1000];

  static {
    int next = 0;
    for (EventDefect defect : values()) {
      for (int i = 0; i < defect.share; i++) {
        BY_DRAW[next++] = defect;
      }
    }
    while (next < BY_DRAW.length) {
      BY_DRAW[next++] = NONE;
    }
  }

  static EventDefect draw(Draws draws, Status status) {
    EventDefect drawn = BY_DRAW[draws.below(BY_DRAW.length)];
    boolean suits =
        switch (drawn) {
          case ABSURD_DELAY -> status.isAfterDeparture();
          case NO_TAIL -> status != Status.CANCELLED;
          case REPEATED -> !status.isTerminal() && status != Status.DEPARTED;
          default -> true;
        };
    return suits ? drawn : NONE;
  }
}
