package io.lakebeam.demo;

/** What is wrong with a row of a report; the demo knows it, the pipeline has to find it. */
enum ReportDefect {
  NONE(0, Fate.GOOD),
  TOO_FEW_FIELDS(2, Fate.UNDECODABLE),
  TOO_MANY_FIELDS(1, Fate.UNDECODABLE),
  NO_NUMBER(3, Fate.UNDECODABLE),
  BAD_CARRIER(2, Fate.breaking(FlightRule.KNOWN_CARRIER)),
  NO_CARRIER(1, Fate.breaking(FlightRule.HAS_FLIGHT_KEY, FlightRule.KNOWN_CARRIER)),
  SAME_AIRPORTS(1, Fate.breaking(FlightRule.DIFFERENT_AIRPORTS)),
  NO_DISTANCE(2, Fate.breaking(FlightRule.POSITIVE_DISTANCE)),
  /** Not on cancelled flights, where a missing aircraft is no fault. */
  NO_TAIL(3, Fate.breaking(FlightRule.VALID_TAIL_NUMBER)),
  /** Only on flights that took off. */
  ABSURD_DELAY(1, Fate.breaking(FlightRule.PLAUSIBLE_DELAY));

  private static final long PURPOSE = 6;

  /** Rows in a thousand that are drawn for it, before those are spared that it does not suit. */
  private final int share;

  private final Fate fate;

  ReportDefect(int share, Fate fate) {
    this.share = share;
    this.fate = fate;
  }

  Fate fate() {
    return fate;
  }

  static ReportDefect of(long seed, Flight flight) {
    int draw = Draws.at(seed, PURPOSE, flight.day(), flight.scheduled().index()).below(1000);
    ReportDefect drawn = NONE;
    for (ReportDefect defect : values()) {
      if (draw >= 0 && draw < defect.share) {
        drawn = defect;
      }
      draw -= defect.share;
    }
    boolean needsTakeOff = drawn == NO_TAIL || drawn == ABSURD_DELAY;
    return needsTakeOff && flight.end() == Flight.End.CANCELLED ? NONE : drawn;
  }
}
