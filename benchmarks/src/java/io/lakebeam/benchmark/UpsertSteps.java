package io.lakebeam.benchmark;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What befalls a table with one row a key, for any engine: it is loaded, then keys of one day
 * change, then keys of all days, a few times each. Changes come as CSV files.
 */
final class UpsertSteps {
  private static final int DAYS = 20;
  private static final int CHANGED = 10_000;
  private static final int ROUNDS = 5;

  private final Path folder;
  private final long rows;
  private int files;

  /**
   * @param folder that files are put into
   * @param rows of the table
   */
  UpsertSteps(Path folder, long rows) {
    this.folder = folder;
    this.rows = rows;
  }

  /** Plays it, and prints how long each step took, in milliseconds. */
  void play(Consumer<Path> merge) {
    step("load", 0, 1, merge, 1);
    for (int round = 0; round < ROUNDS; round++) {
      long first = rows - rows / DAYS + round * (long) CHANGED;
      step("10,000 keys of one day", first, 1, merge, 2 + round);
    }
    for (int round = 0; round < ROUNDS; round++) {
      step("10,000 keys of all days", round, rows / CHANGED, merge, 20 + round);
    }
  }

  private void step(String what, long first, long apart, Consumer<Path> merge, int sequence) {
    long count = sequence == 1 ? rows : CHANGED;
    Path file = folder.resolve(++files + ".csv");
    write(file, first, apart, count, sequence);
    long start = System.nanoTime();
    merge.accept(file);
    System.out.printf(Locale.ROOT, "%s\t%d%n", what, (System.nanoTime() - start) / 1_000_000);
  }

  private void write(Path file, long first, long apart, long count, int sequence) {
    Path hidden = file.resolveSibling("." + file.getFileName());
    try (BufferedWriter out = Files.newBufferedWriter(hidden)) {
      out.write("day,id,name,amount,seq\n");
      for (long i = 0; i < count; i++) {
        long id = first + i * apart;
        out.write(
            "2026-01-"
                + String.format(Locale.ROOT, "%02d", 1 + id * DAYS / rows)
                + ","
                + id
                + ",name "
                + (id * 31 + sequence) % 1000
                + ","
                + (id % 977 + sequence)
                + ","
                + sequence
                + "\n");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      Files.move(hidden, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
