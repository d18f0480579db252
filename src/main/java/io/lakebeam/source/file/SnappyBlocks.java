package io.lakebeam.source.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyFramedInputStream;
import org.xerial.snappy.SnappyInputStream;

/**
 * Snappy as Hadoop and Spark write it to files: blocks, each its length and chunks, each chunk its
 * packed length and its bytes. Hadoop's own reader takes a file that is cut off in a length for one
 * that ends there.
 */
final class SnappyBlocks extends InputStream {
  private static final byte[] FRAMED = {(byte) 0xFF, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'};
  private static final byte[] XERIAL = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
  private static final byte[] NOTHING = new byte[0];

  /** Writers' blocks are 256 kB; what is far longer is no block. */
  private static final int MAX_BLOCK = 64 << 20;

  private final InputStream in;
  private byte[] packed = NOTHING;
  private byte[] chunk = NOTHING;
  private int at;
  private int limit;
  private long leftOfBlock;

  private SnappyBlocks(InputStream in) {
    this.in = in;
  }

  /** Of Snappy in any of the forms that files have: blocks, frames, or snappy-java's own. */
  static InputStream any(InputStream packed) throws IOException {
    PushbackInputStream in = new PushbackInputStream(packed, FRAMED.length);
    byte[] head = in.readNBytes(FRAMED.length);
    in.unread(head);
    if (Magic.startsWith(head, FRAMED)) {
      return new SnappyFramedInputStream(in, true);
    }
    return Magic.startsWith(head, XERIAL) ? new SnappyInputStream(in) : new SnappyBlocks(in);
  }

  @Override
  public int read() throws IOException {
    return nextChunk() ? chunk[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!nextChunk()) {
      return -1;
    }
    int count = Math.min(length, limit - at);
    System.arraycopy(chunk, at, into, offset, count);
    at += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** False at the end of the file, which is the end of a block. */
  private boolean nextChunk() throws IOException {
    while (at == limit) {
      while (leftOfBlock == 0) {
        long block = length(true);
        if (block < 0) {
          return false;
        }
        leftOfBlock = block;
      }
      int size = (int) length(false);
      packed = packed.length < size ? new byte[size] : packed;
      if (in.readNBytes(packed, 0, size) < size) {
        throw new EOFException();
      }
      int unpacked = Snappy.uncompressedLength(packed, 0, size);
      if (unpacked < 0 || unpacked > leftOfBlock) {
        throw new IOException("a chunk is longer than its block");
      }
      chunk = chunk.length < unpacked ? new byte[unpacked] : chunk;
      limit = Snappy.uncompress(packed, 0, size, chunk, 0);
      at = 0;
      leftOfBlock -= limit;
    }
    return true;
  }

  /**
   * A length, big end first.
   *
   * @param mayEnd true where the file may end; -1 when it does
   */
  private long length(boolean mayEnd) throws IOException {
    byte[] bytes = in.readNBytes(Integer.BYTES);
    if (mayEnd && bytes.length == 0) {
      return -1;
    }
    if (bytes.length < Integer.BYTES) {
      throw new EOFException();
    }
    long length = Integer.toUnsignedLong(java.nio.ByteBuffer.wrap(bytes).getInt());
    if (length > MAX_BLOCK) {
      throw new IOException("a block of " + length + " bytes is none that Snappy writes");
    }
    return length;
  }
}
