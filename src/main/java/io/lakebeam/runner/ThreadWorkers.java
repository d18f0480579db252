package io.lakebeam.runner;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads of this process. */
final class ThreadWorkers implements Workers {
  private static final int AT_ONCE = 8;

  @Override
  public <T extends Serializable> List<T> call(int times, Task<T> task) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(times);
    try {
      List<Future<T>> calls = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        int number = i;
        calls.add(threads.submit(() -> task.call(number)));
      }
      List<T> said = new ArrayList<>();
      for (Future<T> call : calls) {
        said.add(call.get());
      }
      return said;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      threads.shutdownNow();
    }
  }

  @Override
  public int atOnce() {
    return AT_ONCE;
  }

  @Override
  public Optional<String> sparkVersion() {
    return Optional.empty();
  }

  @Override
  public Optional<String> sparkSetting(String name) {
    return Optional.empty();
  }
}
