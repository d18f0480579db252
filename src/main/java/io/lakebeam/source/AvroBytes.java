package io.lakebeam.source;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The bytes of an Avro file, remembering what shows whether it is whole. Avro's reader takes a file
 * that is cut off within a block for one that ends before it; but every whole file ends with the
 * marker that its header names.
 */
final class AvroBytes extends FilterInputStream {
  private static final int MAGIC_BYTES = 4;
  private static final int MARKER_BYTES = 16;

  private final byte[] last = new byte[MARKER_BYTES];
  private @Nullable ByteArrayOutputStream start = new ByteArrayOutputStream();
  private byte[] marker = {};
  private @Nullable IOException failure;

  AvroBytes(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read;
    try {
      read = super.read(into, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
    if (read > 0) {
      remember(into, offset, read);
    }
    return read;
  }

  private void remember(byte[] bytes, int offset, int length) {
    if (start != null) {
      start.write(bytes, offset, length);
    }
    int count = Math.min(length, MARKER_BYTES);
    System.arraycopy(last, count, last, 0, MARKER_BYTES - count);
    System.arraycopy(bytes, offset + length - count, last, MARKER_BYTES - count, count);
  }

  /** The header was read: its marker is looked up in what came so far. */
  void behindHeader() throws IOException {
    byte[] bytes = start == null ? new byte[0] : start.toByteArray();
    start = null;
    BinaryDecoder header =
        DecoderFactory.get().binaryDecoder(bytes, MAGIC_BYTES, bytes.length - MAGIC_BYTES, null);
    for (long left = header.readMapStart(); left > 0; left = header.mapNext()) {
      for (long i = 0; i < left; i++) {
        header.readString();
        header.readBytes(ByteBuffer.allocate(0));
      }
    }
    marker = new byte[MARKER_BYTES];
    header.readFixed(marker);
  }

  /** True when the bytes end as those of a whole file do; to be asked at their end. */
  boolean isWhole() {
    return Arrays.equals(marker, last);
  }

  /** Throws what storage said, which Avro wraps as it likes. */
  void tellStorage() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }
}
