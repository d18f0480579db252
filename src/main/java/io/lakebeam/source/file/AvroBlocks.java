package io.lakebeam.source.file;

import io.lakebeam.graph.Limits;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * An Avro file's header and its blocks, one after the other. Avro's own reader makes room for
 * whatever a length in the file says, unpacks blocks without an end, and takes a file that is cut
 * off for one that ends there. Damage is an {@link IOException} or a {@link RuntimeException}.
 */
final class AvroBlocks {
  private static final byte[] MAGIC = {'O', 'b', 'j', 1};
  private static final int MARKER_BYTES = 16;
  private static final int LAST_OF_LONG = 63;

  /** Records without bytes, such as those without fields, that are taken for real. */
  private static final int RECORDS_WITHOUT_BYTES = 1024;

  private final long length;
  private InputStream in;
  private long left;
  private final Schema schema;
  private final String codec;
  private final byte[] marker;
  private byte[] block = {};
  private long records;

  /**
   * Reads the header.
   *
   * @param in from the file's first byte on
   * @param length of the file
   */
  AvroBlocks(InputStream in, long length) throws IOException {
    this.in = in;
    this.length = length;
    this.left = length;
    if (!Arrays.equals(bytes(MAGIC.length, MAGIC.length), MAGIC)) {
      throw new IOException("it does not start as an Avro file does");
    }
    Map<String, byte[]> header = header();
    this.marker = bytes(MARKER_BYTES, MARKER_BYTES);
    byte[] named = header.get("avro.codec");
    this.codec = named == null ? "null" : new String(named, StandardCharsets.UTF_8);
    byte[] declared = header.get("avro.schema");
    if (declared == null) {
      throw new IOException("its header has no schema");
    }
    // Not held against the rules for names: others are more liberal.
    this.schema =
        new Schema.Parser()
            .setValidate(false)
            .setValidateDefaults(false)
            .parse(new String(declared, StandardCharsets.UTF_8));
  }

  Schema schema() {
    return schema;
  }

  String codec() {
    return codec;
  }

  /** Goes to the next block; false at the file's end. */
  boolean next() throws IOException {
    int first = in.read();
    if (first < 0) {
      return false;
    }
    left--;
    records = number(first);
    byte[] packed = bytes(number(), Limits.BLOCK_BYTES);
    if (!Arrays.equals(bytes(MARKER_BYTES, MARKER_BYTES), marker)) {
      throw new IOException("the marker behind a block is not the file's");
    }
    block = AvroCodec.unpack(codec, packed);
    requireRecords();
    return true;
  }

  /** Goes over the next block without a look at its records; false at the file's end. */
  boolean skip() throws IOException {
    int first = in.read();
    if (first < 0) {
      return false;
    }
    left--;
    records = number(first);
    long packed = number();
    if (packed < 0 || packed > left || records < 0) {
      throw new EOFException("a length of " + packed + " bytes, of which " + left + " are there");
    }
    in.skipNBytes(packed);
    left -= packed;
    if (!Arrays.equals(bytes(MARKER_BYTES, MARKER_BYTES), marker)) {
      throw new IOException("the marker behind a block is not the file's");
    }
    return true;
  }

  /** Bytes of the file before the next block. */
  long at() {
    return length - left;
  }

  /**
   * Goes on at another place of the file.
   *
   * @param blocks from the start of a block on, with nothing behind the last one to be read
   * @param bytes of all of them
   */
  void goOn(InputStream blocks, long bytes) {
    in = blocks;
    left = bytes;
  }

  private void requireRecords() throws IOException {
    if (records < 0 || records > (long) block.length + RECORDS_WITHOUT_BYTES) {
      throw new IOException(records + " records in a block of " + block.length + " bytes");
    }
  }

  /** The block's records, one behind the other. */
  byte[] block() {
    return block;
  }

  /** How many records the block has. */
  long records() {
    return records;
  }

  private Map<String, byte[]> header() throws IOException {
    Map<String, byte[]> header = new HashMap<>();
    for (long count = number(); count != 0; count = number()) {
      if (count < 0) {
        // Then the size of the part follows.
        number();
      }
      for (long i = Math.abs(count); i != 0; i--) {
        String key = new String(bytes(number(), Limits.RECORD_BYTES), StandardCharsets.UTF_8);
        header.put(key, bytes(number(), Limits.RECORD_BYTES));
      }
    }
    return header;
  }

  private long number() throws IOException {
    return number(one());
  }

  private int one() throws IOException {
    int read = in.read();
    if (read < 0) {
      throw new EOFException("it is cut off");
    }
    left--;
    return read;
  }

  /** Seven bits a byte, the lowest first, the sign in the lowest bit. */
  private long number(int first) throws IOException {
    long value = first & 0x7F;
    int each = first;
    for (int shift = 7; (each & 0x80) != 0; shift += 7) {
      if (shift > LAST_OF_LONG) {
        throw new IOException("a number of it has too many digits");
      }
      each = one();
      value |= (long) (each & 0x7F) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  private byte[] bytes(long count, int most) throws IOException {
    if (count < 0 || count > left) {
      throw new EOFException("a length of " + count + " bytes, of which " + left + " are there");
    }
    if (count > most) {
      throw new IOException(
          String.format(Locale.ROOT, "a part of it has %,d bytes, more than %,d", count, most));
    }
    byte[] bytes = in.readNBytes((int) count);
    if (bytes.length < count) {
      throw new EOFException("it is cut off");
    }
    left -= count;
    return bytes;
  }
}
