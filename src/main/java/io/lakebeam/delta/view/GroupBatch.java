package io.lakebeam.delta.view;

import com.github.luben.zstd.Zstd;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.shaded.spark.unsafe.Platform;
import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Groups on their way to where they are added up, in the order of their keys, packed.
 *
 * @param groups how many
 * @param first the first key, as bytes
 * @param last the last key, as bytes
 * @param size of the bytes before they were packed
 * @param packed of each group the length of its key in 4 bytes, the key, and the same of its part
 */
public record GroupBatch(int groups, byte[] first, byte[] last, int size, byte[] packed)
    implements Serializable {
  private static final int MOST_BYTES = 256 << 10;
  private static final int FAST = 1;

  /** Packs groups; for one thread. */
  static final class Packer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private byte[] first = {};
    private byte[] last = {};
    private int groups;

    /**
     * @param key behind those that were added before
     */
    void add(UnsafeRow key, UnsafeRow part) {
      last = key.getBytes();
      first = groups == 0 ? last : first;
      write(last);
      write(part.getBytes());
      groups++;
    }

    private void write(byte[] row) {
      int length = row.length;
      bytes.write(length >>> 24);
      bytes.write(length >>> 16);
      bytes.write(length >>> 8);
      bytes.write(length);
      bytes.writeBytes(row);
    }

    boolean isEmpty() {
      return groups == 0;
    }

    boolean isFull() {
      return bytes.size() >= MOST_BYTES;
    }

    /** What was added, and nothing is left of here. */
    GroupBatch pack() {
      byte[] all = bytes.toByteArray();
      GroupBatch batch = new GroupBatch(groups, first, last, all.length, Zstd.compress(all, FAST));
      bytes.reset();
      groups = 0;
      return batch;
    }
  }

  /** The groups, gone through once; a batch that nobody has begun takes no room. */
  static final class Cursor implements Iterator<UnsafeRow> {
    private final GroupBatch batch;
    private final UnsafeRow key;
    private final UnsafeRow part;
    private byte[] bytes;
    private int at;
    private int left;

    Cursor(GroupBatch batch, int keyWidth, int partWidth) {
      this.batch = batch;
      this.left = batch.groups();
      this.key = new UnsafeRow(keyWidth);
      this.part = new UnsafeRow(partWidth);
      key.pointTo(batch.first(), batch.first().length);
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    /** The key of the next group, good until {@link #next}. */
    UnsafeRow key() {
      return key;
    }

    /** The part of the next group; {@link #key} is that of the one behind it then. */
    @Override
    public UnsafeRow next() {
      if (left == 0) {
        throw new NoSuchElementException();
      }
      if (bytes == null) {
        bytes = Zstd.decompress(batch.packed(), batch.size());
        at += 4 + batch.first().length;
      }
      at = point(part, at);
      left--;
      if (left > 0) {
        at = point(key, at);
      }
      return part;
    }

    private int point(UnsafeRow row, int from) {
      int length = ByteBuffer.wrap(bytes).getInt(from);
      row.pointTo(bytes, Platform.BYTE_ARRAY_OFFSET + from + 4, length);
      return from + 4 + length;
    }
  }
}
