package io.lakebeam.demo.stocks;

import io.lakebeam.demo.Draws;
import java.util.Arrays;

/**
 * The prices of the instruments, trade by trade: a small step each, and now and then a run of steps
 * in one direction. They stay near the day's reference. Not thread-safe.
 */
final class Prices {
  /** Of a price: a step is five ten-thousandths at most, in a run four thousandths more. */
  private static final int STEP = 5;

  private static final int RUN = 40;
  private static final int STEPS_OF_A_RUN = 12;
  private static final int FARTHEST_PER_CENT = 15;
  private static final int TEN_THOUSAND = 10_000;
  private static final int HUNDRED = 100;

  private final long seed;
  private final int[] cents = new int[Instrument.ALL.size()];
  private final int[] day = new int[Instrument.ALL.size()];
  private final int[] run = new int[Instrument.ALL.size()];

  Prices(long seed) {
    this.seed = seed;
    Arrays.fill(day, -1);
  }

  /** The price of the next trade of an instrument, in cents. */
  int next(int today, Instrument instrument, Draws draws) {
    int i = instrument.index();
    int reference = instrument.reference(seed, today);
    if (day[i] != today) {
      day[i] = today;
      cents[i] = reference;
      run[i] = 0;
    }
    if (run[i] == 0 && draws.perMille(3)) {
      run[i] = draws.perMille(500) ? STEPS_OF_A_RUN : -STEPS_OF_A_RUN;
    }
    int direction = Integer.signum(run[i]);
    run[i] -= direction;
    int change = draws.between(-STEP, STEP) + RUN * direction;
    int farthest = reference * FARTHEST_PER_CENT / HUNDRED;
    int next = cents[i] + Math.round(cents[i] * change / (float) TEN_THOUSAND);
    cents[i] = Math.max(reference - farthest, Math.min(reference + farthest, next));
    return cents[i];
  }
}
