package io.lakebeam.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several who want the same thing at the same moment. */
public final class Races {
  private Races() {}

  /** Puts bytes if nothing is there. */
  public interface Put {
    /** True when it was this one. */
    boolean put(byte[] bytes) throws Exception;
  }

  /** Lets callers put different bytes at once: one wins, and its bytes are what is there. */
  public static void assertOneWins(int callers, Put put, Callable<byte[]> read) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Boolean>> puts = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        byte[] bytes = bytes(i);
        puts.add(
            threads.submit(
                () -> {
                  start.await();
                  return put.put(bytes);
                }));
      }
      start.countDown();
      List<Integer> winners = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        if (puts.get(i).get()) {
          winners.add(i);
        }
      }
      assertEquals(1, winners.size(), "winners " + winners);
      assertArrayEquals(bytes(winners.get(0)), read.call());
    } finally {
      threads.shutdown();
    }
  }

  private static byte[] bytes(int caller) {
    return Integer.toString(caller)
        .repeat(10_000)
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
