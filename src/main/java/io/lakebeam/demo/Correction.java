package io.lakebeam.demo;

/**
 * What a report knows better than the airline's events of the same flight. The events are wrong, or
 * not the last word; the report is right.
 */
enum Correction {
  NONE,
  /** Another aircraft than the events say. */
  TAIL_NUMBER,
  /** Some minutes later than the events say. */
  DELAY,
  /** Cancelled, and later flown all the same. Only of flights that the events call cancelled. */
  FLEW;

  private static final long PURPOSE = 7;
  private static final int WRONG_TAILS = 6;
  private static final int WRONG_DELAYS = 12;

  /** Of a thousand cancelled flights. */
  private static final int FLOWN = 150;

  /** The flight as its report has it. */
  static Flight reported(long seed, Flight told) {
    Draws draws = Draws.at(seed, PURPOSE, told.day(), told.scheduled().index());
    return switch (draw(draws, told)) {
      case NONE -> told;
      case TAIL_NUMBER -> told.withTail(told.tail() + "2");
      case DELAY -> told.later(draws.between(3, 45));
      case FLEW -> told.flown();
    };
  }

  private static Correction draw(Draws draws, Flight told) {
    int draw = draws.below(1000);
    if (told.end() == Flight.End.CANCELLED) {
      return draw < FLOWN ? FLEW : NONE;
    }
    if (draw < WRONG_TAILS) {
      return TAIL_NUMBER;
    }
    return draw < WRONG_TAILS + WRONG_DELAYS ? DELAY : NONE;
  }
}
