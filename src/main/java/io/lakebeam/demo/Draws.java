package io.lakebeam.demo;

/**
 * Random numbers that depend on a seed and a place only (SplitMix64, written out so that no JDK may
 * change them): whoever asks for the same place gets the same numbers, in whatever order places are
 * asked for. Not thread-safe; make one a place.
 */
public final class Draws {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  private Draws(long state) {
    this.state = state;
  }

  /** The numbers of a place, such as (purpose, day, flight). */
  public static Draws at(long seed, long purpose, long first, long second) {
    long state = mix(seed + GOLDEN);
    state = mix(state ^ (purpose * GOLDEN));
    state = mix(state + first * GOLDEN);
    return new Draws(mix(state ^ (second * GOLDEN)));
  }

  /** 0 to bound - 1; the bias of a bound far below 2^31 is too small to matter here. */
  public int below(int bound) {
    state += GOLDEN;
    return (int) (((mix(state) >>> 32) * bound) >>> 32);
  }

  /** from to to, both included. */
  public int between(int from, int to) {
    return from + below(to - from + 1);
  }

  /** True in so many of a thousand. */
  public boolean perMille(int share) {
    return below(1000) < share;
  }

  private static long mix(long z) {
    long mixed = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
