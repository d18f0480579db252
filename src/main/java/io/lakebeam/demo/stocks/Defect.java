package io.lakebeam.demo.stocks;

import io.lakebeam.demo.Draws;
import java.util.Set;

/** What is wrong with a trade; the demo knows it, the pipeline has to find it. */
enum Defect {
  NONE(0),
  BROKEN_JSON(2),
  NO_ID(1),
  WORD_FOR_PRICE(2),
  NEGATIVE_PRICE(3, Rule.POSITIVE_PRICE, Rule.PLAUSIBLE_PRICE),
  UNKNOWN_SYMBOL(3, Rule.KNOWN_SYMBOL),
  ABSURD_PRICE(3, Rule.PLAUSIBLE_PRICE),
  /** No file of instruments knows that day. */
  FROM_THE_FUTURE(1, Rule.KNOWN_SYMBOL, Rule.NOT_FROM_THE_FUTURE),
  NO_QUANTITY(4, Rule.POSITIVE_QUANTITY),
  UNKNOWN_VENUE(4, Rule.KNOWN_VENUE);

  private static final long PURPOSE = 22;
  private static final int THOUSAND = 1000;

  /** Trades in a thousand. */
  private final int share;

  private final Set<Rule> broken;

  Defect(int share, Rule... broken) {
    this.share = share;
    this.broken = Set.of(broken);
  }

  static Defect of(long seed, long trade) {
    int drawn = Draws.at(seed, PURPOSE, trade, 0).below(THOUSAND);
    for (Defect defect : values()) {
      drawn -= defect.share;
      if (drawn < 0) {
        return defect;
      }
    }
    return NONE;
  }

  /** Rules of {@code trades} that such a trade breaks. */
  Set<Rule> broken() {
    return broken;
  }

  /** Bronze can read it. */
  boolean isDecodable() {
    return this != BROKEN_JSON && this != NO_ID && this != WORD_FOR_PRICE;
  }
}
