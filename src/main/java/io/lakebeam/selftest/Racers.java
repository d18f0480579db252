package io.lakebeam.selftest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Racers of one process, who start at a moment that those of other processes know too. */
final class Racers {
  private Racers() {}

  /**
   * Lets racers run at once.
   *
   * @param first number of the first one
   */
  static <T extends Serializable> ArrayList<T> run(int first, int count, IntFunction<T> racer)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = first + i;
        running.add(threads.submit(() -> racer.apply(number)));
      }
      ArrayList<T> ran = new ArrayList<>();
      for (Future<T> each : running) {
        ran.add(each.get());
      }
      return ran;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Waits for a moment; clocks of machines in one cluster differ by little. */
  static void await(long moment) throws InterruptedException {
    long left = moment - System.currentTimeMillis();
    if (left > 0) {
      Thread.sleep(Math.min(left, 10_000));
    }
  }
}
