package io.lakebeam.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What one run of one engine took.
 *
 * @param engine its name and version
 * @param compileNanos reading and compiling the pipeline; for Spark, making the session
 * @param readyNanos from the start of the JVM until the first batch could be planned
 * @param totalNanos from the start of the JVM to the end of the last batch
 * @param cpuNanos processor time of the process, all of it
 * @param gcNanos pauses of the garbage collector
 * @param compilerNanos processor time of the JVM's just-in-time compiler; 0 when unknown
 * @param collectorNanos processor time of the garbage collector; 0 when unknown
 * @param peakHeap bytes in use, at most, garbage included
 * @param peakKept bytes in use after a collection, at most
 */
record Figures(
    String engine,
    long compileNanos,
    long readyNanos,
    long totalNanos,
    long cpuNanos,
    long gcNanos,
    long compilerNanos,
    long collectorNanos,
    long peakHeap,
    long peakKept,
    List<Batch> batches) {
  private static final ObjectMapper JSON = new ObjectMapper();

  Figures {
    batches = List.copyOf(batches);
  }

  /**
   * An epoch, or a micro-batch of Spark's: from the end of the one before to its own end, planning
   * included.
   */
  record Batch(long number, long rows, long nanos, long cpuNanos) {
    double rowsPerSecond() {
      return rows * 1e9 / nanos;
    }

    /** Microseconds. */
    double cpuPerRow() {
      return cpuNanos / 1e3 / rows;
    }
  }

  /** Rows of all batches: the records read, those that turn out bad included. */
  long rows() {
    return batches.stream().mapToLong(Batch::rows).sum();
  }

  /**
   * Rows a second, warm: the median of the batches after the first. A batch of less than half the
   * largest one is left out: it is what was left over. NaN when no batch remains.
   */
  double steady() {
    long largest = batches.stream().mapToLong(Batch::rows).max().orElse(0);
    double[] rates =
        batches.stream()
            .skip(1)
            .filter(batch -> batch.rows() * 2 >= largest)
            .mapToDouble(Batch::rowsPerSecond)
            .sorted()
            .toArray();
    int middle = rates.length / 2;
    if (rates.length == 0) {
      return Double.NaN;
    }
    return rates.length % 2 == 1 ? rates[middle] : (rates[middle - 1] + rates[middle]) / 2;
  }

  /** Rows a second from the start of the JVM to the last commit. */
  double endToEnd() {
    return rows() * 1e9 / totalNanos;
  }

  void write(Path file) throws IOException {
    JSON.writeValue(file.toFile(), this);
  }

  static Figures read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), Figures.class);
  }
}
