package io.lakebeam.pipeline;

import org.apache.beam.sdk.transforms.Redistribute;

/** Spreads elements over workers. */
final class Spread {
  /** Enough that two elements seldom get the same key, and wait for each other. */
  private static final int KEYS_A_WORKER = 32;

  private Spread() {}

  /**
   * By one of a fixed number of keys. The direct runner keeps every key that it has seen and looks
   * at all of them with each step of a watermark (Beam's {@code WatermarkManager.KeyedHold}), so
   * the random keys of a continuous update would cost more and more memory and time.
   */
  static <T> Redistribute.RedistributeArbitrarily<T> over(int workers) {
    return Redistribute.<T>arbitrarily().withNumBuckets(workers * KEYS_A_WORKER);
  }
}
