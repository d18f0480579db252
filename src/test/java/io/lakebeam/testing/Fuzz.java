package io.lakebeam.testing;

import java.util.Random;

/**
 * Rounds of a test with random inputs, each from a seed of its own. Always the same rounds, unless
 * these system properties say otherwise:
 *
 * <ul>
 *   <li>{@code lakebeam.fuzz.seed}: the first round's seed; each round counts it up
 *   <li>{@code lakebeam.fuzz.rounds}: how many rounds each test does
 * </ul>
 *
 * A failure names the seed of its round and how to have that round alone.
 */
public final class Fuzz {
  private static final String SEED = "lakebeam.fuzz.seed";
  private static final String ROUNDS = "lakebeam.fuzz.rounds";

  /** Spreads seeds that follow each other, whose first random numbers would be alike. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private Fuzz() {}

  /** One round. */
  public interface Round {
    void run(Random random) throws Exception;
  }

  /**
   * Runs the rounds.
   *
   * @param rounds how many, when no system property says so
   */
  public static void rounds(int rounds, Round round) {
    long first = Long.getLong(SEED, 1);
    long last = first + Integer.getInteger(ROUNDS, rounds) - 1;
    for (long seed = first; seed <= last; seed++) {
      try {
        round.run(new Random(seed * SPREAD));
      } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
        throw new AssertionError(
            "seed " + seed + " (again: -D" + SEED + "=" + seed + " -D" + ROUNDS + "=1): " + e, e);
      }
    }
  }

  /** Bytes damaged in one to four places: cut, flipped, doubled, replaced, spiced. */
  public static byte[] damaged(byte[] bytes, byte[][] spices, Random random) {
    byte[] damaged = bytes;
    for (int i = random.nextInt(4); i >= 0 && damaged.length > 0; i--) {
      int at = random.nextInt(damaged.length + 1);
      int end = Math.min(damaged.length, at + 1 + random.nextInt(8));
      byte[] spice =
          spices.length == 0 ? new byte[0] : spices[random.nextInt(spices.length)].clone();
      byte[] noise = new byte[random.nextInt(4)];
      random.nextBytes(noise);
      damaged =
          switch (random.nextInt(7)) {
            case 0 -> joined(damaged, at, new byte[0], damaged.length);
            case 1 -> joined(damaged, at, spice, at);
            case 2 -> joined(damaged, at, noise, at);
            case 3 -> joined(damaged, at, spice, end);
            case 4 -> joined(damaged, at, noise, end);
            case 5 -> flipped(damaged, Math.min(at, damaged.length - 1), random);
            default -> joined(damaged, at, damaged, random.nextInt(damaged.length + 1));
          };
    }
    return damaged;
  }

  private static byte[] flipped(byte[] bytes, int at, Random random) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= (byte) (1 << random.nextInt(8));
    return flipped;
  }

  /** The bytes before {@code to}, the middle, the bytes from {@code from} on. */
  private static byte[] joined(byte[] bytes, int to, byte[] middle, int from) {
    byte[] joined = new byte[to + middle.length + bytes.length - from];
    System.arraycopy(bytes, 0, joined, 0, to);
    System.arraycopy(middle, 0, joined, to, middle.length);
    System.arraycopy(bytes, from, joined, to + middle.length, bytes.length - from);
    return joined;
  }
}
