package io.lakebeam.demo.vehicles;

import io.lakebeam.demo.Draws;
import java.util.Set;

/** What is wrong with a position; the demo knows it, the pipeline has to find it. */
enum Defect {
  NONE(0),
  BROKEN_JSON(2),
  NO_VEHICLE(1),
  NO_FIX(2, Rule.COORDINATES_IN_RANGE),
  OUT_OF_RANGE(2, Rule.COORDINATES_IN_RANGE),
  TOO_FAST(2, Rule.PLAUSIBLE_SPEED),
  BACKWARDS(2, Rule.TIME_NOT_BACKWARDS),
  /** No fault. */
  NO_SPEED(5),
  /** Sent when the vehicle is reached again. */
  STALE(4, Rule.FRESH);

  private static final long PURPOSE = 33;
  private static final int THOUSAND = 1000;

  /** Positions in a thousand. */
  private final int share;

  private final Set<Rule> broken;

  Defect(int share, Rule... broken) {
    this.share = share;
    this.broken = Set.of(broken);
  }

  static Defect of(long seed, long position) {
    int drawn = Draws.at(seed, PURPOSE, position, 0).below(THOUSAND);
    for (Defect defect : values()) {
      drawn -= defect.share;
      if (drawn < 0) {
        return defect;
      }
    }
    return NONE;
  }

  /** Rules of {@code positions} that such a position breaks. */
  Set<Rule> broken() {
    return broken;
  }

  /** Bronze can read it. */
  boolean isDecodable() {
    return this != BROKEN_JSON && this != NO_VEHICLE;
  }
}
