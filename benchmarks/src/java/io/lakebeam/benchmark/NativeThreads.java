package io.lakebeam.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Threads of the JVM that Java does not see: collectors and compilers. Linux knows them. */
final class NativeThreads {
  private static final Path THREADS = Path.of("/proc/self/task");

  private NativeThreads() {}

  /**
   * Processor time up to now of threads that live.
   *
   * @param names beginnings of the threads' names; Linux keeps 15 characters of them
   * @return 0 on other systems
   */
  static long cpuNanos(String... names) {
    if (!Files.exists(THREADS)) {
      return 0;
    }
    try (Stream<Path> threads = Files.list(THREADS)) {
      return threads.mapToLong(thread -> cpuNanos(thread, List.of(names))).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long cpuNanos(Path thread, List<String> names) {
    try {
      String name = Files.readString(thread.resolve("comm"));
      if (names.stream().noneMatch(name::startsWith)) {
        return 0;
      }
      // Nanoseconds on a processor, nanoseconds waiting for one, turns.
      String[] figures = Files.readString(thread.resolve("schedstat")).strip().split(" ");
      return Long.parseLong(figures[0]);
    } catch (NoSuchFileException e) {
      // The thread has ended since it was listed.
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
