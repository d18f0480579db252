package io.lakebeam.benchmark;

import com.sun.management.UnixOperatingSystemMXBean;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.runner.UpdateListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Ends a continuous update when every event is read, and tells every hundred epochs what should not
 * grow for ever: the heap that a full collection leaves, open files, threads, files of the ledger
 * and of a table's log.
 */
final class Soak implements UpdateListener {
  private static final int EVERY = 100;

  private final UpdateListener listener;
  private final Path lake;
  private final long events;
  private final Runnable stop;
  private final long start = System.nanoTime();
  private long read;

  /**
   * @param listener is told first
   * @param events after which it ends
   * @param stop ends the update
   */
  Soak(UpdateListener listener, Path lake, long events, Runnable stop) {
    this.listener = listener;
    this.lake = lake;
    this.events = events;
    this.stop = stop;
    System.out.println("  epochs  seconds  heap MB  open files  threads  ledger files  log files");
  }

  @Override
  public void done(EpochResult result, long millis) {
    listener.done(result, millis);
    read += LakebeamProcess.read(result);
    if (result.number() % EVERY == 0) {
      tell(result.number());
    }
    if (read >= events) {
      stop.run();
    }
  }

  @Override
  public void warning(String text) {
    listener.warning(text);
  }

  private void tell(long epoch) {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    long openFiles =
        ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
            .getOpenFileDescriptorCount();
    System.out.printf(
        Locale.ROOT,
        "%8d %8d %8.1f %11d %8d %13d %10d%n",
        epoch,
        (System.nanoTime() - start) / 1_000_000_000,
        heap / 1e6,
        openFiles,
        ManagementFactory.getThreadMXBean().getThreadCount(),
        files(lake.resolve("_lakebeam/flights_benchmark/epochs")),
        files(lake.resolve("flights/_delta_log")));
  }

  private static long files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
