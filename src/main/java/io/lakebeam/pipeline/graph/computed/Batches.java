package io.lakebeam.pipeline.graph.computed;

import com.github.luben.zstd.Zstd;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.sql.catalyst.RowKey;
import io.lakebeam.sql.catalyst.operator.ChannelRun;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Packs rows that go to the buckets of an operator; for one thread. */
final class Batches implements ChannelRun.Outlet {
  private static final int MOST_BYTES = 32 << 20;
  private static final int LEAST_BATCH = 64 << 10;
  private static final int FAST = 1;

  private final Computation of;
  private final int side;
  private final @Nullable RowKey together;
  private final int batchBytes;
  private final BiConsumer<Integer, RowBatch> out;
  private final Map<Integer, Open> open = new HashMap<>();

  /**
   * @param together what rows of one bucket have in common; null to leave it to who sends them
   * @param out takes batches with the number of their bucket
   */
  Batches(Computation of, int side, @Nullable RowKey together, BiConsumer<Integer, RowBatch> out) {
    this.of = of;
    this.side = side;
    this.together = together;
    this.batchBytes = Math.max(LEAST_BATCH, MOST_BYTES / of.buckets());
    this.out = out;
  }

  /** Rows of a bucket that are not packed yet. */
  private static final class Open {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int rows;
    private int columns;
  }

  @Override
  public void take(int sent, UnsafeRow row) {
    int bucket = together == null ? sent : Math.floorMod(together.of(row).hashCode(), of.buckets());
    Open to = open.computeIfAbsent(bucket, key -> new Open());
    int length = row.getSizeInBytes();
    to.bytes.write(length >>> 24);
    to.bytes.write(length >>> 16);
    to.bytes.write(length >>> 8);
    to.bytes.write(length);
    to.bytes.writeBytes(row.getBytes());
    to.columns = row.numFields();
    to.rows++;
    if (to.bytes.size() >= batchBytes) {
      open.remove(bucket);
      give(bucket, to);
    }
  }

  private void give(int bucket, Open rows) {
    byte[] bytes = rows.bytes.toByteArray();
    out.accept(
        bucket,
        new RowBatch(
            of, side, 0, 0, rows.rows, rows.columns, bytes.length, Zstd.compress(bytes, FAST)));
  }

  /**
   * Gives what is left, and tells the first bucket what it comes of.
   *
   * @param scans that end with it
   * @param read rows that they have read
   */
  void finish(int scans, long read) {
    open.forEach(this::give);
    open.clear();
    out.accept(0, new RowBatch(of, side, scans, read, 0, 0, 0, new byte[0]));
  }
}
