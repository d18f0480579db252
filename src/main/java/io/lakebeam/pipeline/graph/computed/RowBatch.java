package io.lakebeam.pipeline.graph.computed;

import com.github.luben.zstd.Zstd;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.shaded.spark.unsafe.Platform;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Rows on their way to a bucket, packed: many at a time are exchanged, and not one by one.
 *
 * @param side which input of the operator they are for
 * @param scans how many scans end with it: each is counted once on its way to the commit
 * @param read rows that these have read
 * @param rows how many are in it
 * @param columns of the rows
 * @param size of the bytes before they were packed
 * @param packed each row's length in 4 bytes, and its own
 */
record RowBatch(
    Computation of, int side, int scans, long read, int rows, int columns, int size, byte[] packed)
    implements Serializable {
  /** Gives each row; it is good until the next one. */
  void forEach(Consumer<UnsafeRow> taker) {
    if (rows == 0) {
      return;
    }
    byte[] bytes = Zstd.decompress(packed, size);
    ByteBuffer lengths = ByteBuffer.wrap(bytes);
    UnsafeRow row = new UnsafeRow(columns);
    int at = 0;
    for (int i = 0; i < rows; i++) {
      int length = lengths.getInt(at);
      row.pointTo(bytes, Platform.BYTE_ARRAY_OFFSET + at + 4, length);
      taker.accept(row);
      at += 4 + length;
    }
  }
}
