package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.XXH64;
import io.lakebeam.sql.catalyst.RowKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Says of which keys rows have changed, of the rows that have come and those that have gone. Rows
 * that have only been written again, into another file, change nothing: a sum of the hashes of the
 * rows of a key tells it, in whatever order they come. For one thread.
 */
public final class KeyedRows {
  private static final long[] SEEDS = {42, 7_777_777};

  private final Map<UnsafeRow, long[]> sums = new HashMap<>();

  /**
   * Rows that have a key.
   *
   * @param key its bytes
   * @param sums how many have come more than gone, and sums of their hashes
   */
  public record Sum(byte[] key, long[] sums) implements Serializable {}

  /**
   * Adds a row.
   *
   * @param key of the row
   * @param row all that the result is made of
   * @param weight 1 for a row that has come, -1 for one that has gone
   */
  public void add(UnsafeRow key, UnsafeRow row, int weight) {
    long[] sum = sums.get(key);
    if (sum == null) {
      sum = new long[1 + SEEDS.length];
      sums.put(key.copy(), sum);
    }
    sum[0] += weight;
    for (int i = 0; i < SEEDS.length; i++) {
      sum[i + 1] +=
          weight
              * XXH64.hashUnsafeBytes(
                  row.getBaseObject(), row.getBaseOffset(), row.getSizeInBytes(), SEEDS[i]);
    }
  }

  /** How many keys there are. */
  public int size() {
    return sums.size();
  }

  /** What is known, to be added to elsewhere. */
  public List<Sum> parts() {
    List<Sum> parts = new ArrayList<>();
    sums.forEach((key, sum) -> parts.add(new Sum(key.getBytes(), sum)));
    return parts;
  }

  /** Adds what is known elsewhere. */
  public void merge(List<Sum> parts, int columns) {
    for (Sum part : parts) {
      long[] sum =
          sums.computeIfAbsent(row(part.key(), columns), key -> new long[1 + SEEDS.length]);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += part.sums()[i];
      }
    }
  }

  /** The keys whose rows have changed, as bytes. */
  public List<byte[]> changed() {
    List<byte[]> changed = new ArrayList<>();
    sums.forEach(
        (key, sum) -> {
          for (long each : sum) {
            if (each != 0) {
              changed.add(key.getBytes());
              return;
            }
          }
        });
    return changed;
  }

  private static UnsafeRow row(byte[] bytes, int columns) {
    UnsafeRow row = new UnsafeRow(columns);
    row.pointTo(bytes, bytes.length);
    return row;
  }

  /** Tells rows of some keys from others; for one thread. */
  public static final class Filter {
    private final RowKey key;
    private final Set<UnsafeRow> keys = new HashSet<>();

    private Filter(List<byte[]> keys, ResultKey of, RowKey key) {
      this.key = key;
      keys.forEach(bytes -> this.keys.add(row(bytes, of.types().size())));
    }

    /** Of rows that the leaf sends. */
    public static Filter ofSent(List<byte[]> keys, ResultKey of) {
      return new Filter(keys, of, of.ofSent());
    }

    /** Of rows of the result. */
    public static Filter ofShown(List<byte[]> keys, ResultKey of) {
      return new Filter(keys, of, of.ofShown());
    }

    public boolean contains(InternalRow row) {
      return keys.contains(key.of(row));
    }
  }

  /** Gives the key and the whole of each row that a leaf sends on; for one thread. */
  public static final class Reader {
    private final ChannelRun run;
    private final RowKey key;

    /** Generates the code. */
    public Reader(ChannelRun run, ResultKey of) {
      this.run = run;
      this.key = of.ofSent();
    }

    /** Takes a row of the table. */
    public void take(InternalRow row, BiConsumer<UnsafeRow, UnsafeRow> out) {
      run.follow(row, sent -> out.accept(key.of(sent), sent));
    }
  }
}
