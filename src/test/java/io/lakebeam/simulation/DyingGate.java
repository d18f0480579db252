package io.lakebeam.simulation;

import java.io.IOException;

/** Lets so many operations pass, and none after them. */
final class DyingGate implements TestingStore.Gate {
  /** How many more pass. */
  int left = Integer.MAX_VALUE;

  /** Whether the first that does not is done all the same, though nobody hears of it. */
  boolean isDone;

  @Override
  public <T> T pass(
      String process, TestingStore.Operation operation, String path, TestingStore.Step<T> step)
      throws IOException {
    if (left > 0) {
      left--;
      return step.run();
    }
    if (left == 0 && isDone) {
      step.run();
    }
    left = -1;
    throw new IOException("the store is away");
  }

  @Override
  public void written(String path, byte[] bytes, boolean isNew) {}

  @Override
  public void deleted(String path) {}

  @Override
  public long millis() {
    return 0;
  }
}
