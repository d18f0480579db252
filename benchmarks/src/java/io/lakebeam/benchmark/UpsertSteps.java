package io.lakebeam.benchmark;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;

/**
 * What befalls a table with one row a key, for any engine: it is loaded, then keys of one day
 * change, then keys of all days, a few times each; then comes a stream of events, of which a third
 * are updates. Changes come as CSV files.
 */
final class UpsertSteps {
  private static final int DAYS = 20;
  private static final int CHANGED = 10_000;
  private static final int ROUNDS = 5;
  private static final int STREAMED = 100_000;
  private static final int STREAM_ROUNDS = 20;

  /** Queries of views over the table {@code [t]}, by name. */
  static final Map<String, String> VIEWS =
      Map.of(
          "by_day",
          "SELECT day, COUNT(*) AS n, SUM(amount) AS amount, MAX(amount) AS most FROM [t]"
              + " GROUP BY day HAVING COUNT(*) > 0",
          "by_name",
          "SELECT day, name, COUNT(*) AS n, SUM(amount) AS amount FROM [t] GROUP BY day, name",
          "large",
          "SELECT day, id, name, amount FROM [t] WHERE amount > 900");

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
    for (int round = 0; round < STREAM_ROUNDS; round++) {
      long events = round * (long) STREAMED;
      int sequence = 30 + round;
      step(
          "100,000 events of a stream",
          STREAMED,
          i -> streamed(events + i),
          merge,
          sequence);
    }
  }

  /** The key of an event: each third is an update of what has come in the stream before. */
  private long streamed(long event) {
    long made = event - event / 3;
    boolean isUpdate = event % 3 == 2;
    return rows + (isUpdate ? Math.floorMod(event * 2_654_435_761L, made) : made);
  }

  private void step(String what, long first, long apart, Consumer<Path> merge, int sequence) {
    step(what, sequence == 1 ? rows : CHANGED, i -> first + i * apart, merge, sequence);
  }

  private void step(
      String what, long count, LongUnaryOperator ids, Consumer<Path> merge, int sequence) {
    Path file = folder.resolve(++files + ".csv");
    write(file, count, ids, sequence);
    long start = System.nanoTime();
    merge.accept(file);
    System.out.printf(Locale.ROOT, "%s\t%d%n", what, (System.nanoTime() - start) / 1_000_000);
  }

  private void write(Path file, long count, LongUnaryOperator ids, int sequence) {
    Path hidden = file.resolveSibling("." + file.getFileName());
    try (BufferedWriter out = Files.newBufferedWriter(hidden)) {
      out.write("day,id,name,amount,seq\n");
      for (long i = 0; i < count; i++) {
        long id = ids.applyAsLong(i);
        out.write(
            day(id)
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

  private String day(long id) {
    boolean isLoaded = id < rows;
    long day = isLoaded ? id * DAYS / rows : (id - rows) / STREAMED;
    return String.format(Locale.ROOT, "2026-%02d-%02d", isLoaded ? 1 : 2, 1 + day);
  }
}
