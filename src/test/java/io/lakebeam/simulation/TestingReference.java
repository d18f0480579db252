package io.lakebeam.simulation;

import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.Path;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A small file that rows are looked up in, which somebody edits now and then. Each state of it
 * gives every key another value, so that a row tells the state that it was looked up in.
 */
final class TestingReference {
  private static final int KEYS = 3;
  private static final int STATES = 100;

  private final String lake;
  private int state;

  /**
   * @param lake as the one who edits names it
   */
  TestingReference(String lake) {
    this.lake = lake;
  }

  /** Where it lies. */
  static String beside(String lake) {
    return lake.substring(0, lake.lastIndexOf('/')) + "/reference/cities.csv";
  }

  /** The state it is in; they are counted from 1. */
  int state() {
    return state;
  }

  /** What a key gets in a state; null when it is not there. */
  static @Nullable Integer value(@Nullable Integer key, int state) {
    return key != null && key >= 0 && key < KEYS ? key * STATES + state : null;
  }

  /** Brings it into its next state. */
  void edit() {
    state++;
    StringBuilder csv = new StringBuilder("k,city,length\n");
    for (int key = 0; key < KEYS; key++) {
      // No two states are of one length: clocks may go back, and files have times.
      csv.append(key + "," + value(key, state) + "," + "x".repeat(state) + "\n");
    }
    TestingFileSystem.FILES.replace(
        new Path(beside(lake)), csv.toString().getBytes(StandardCharsets.UTF_8));
  }
}
