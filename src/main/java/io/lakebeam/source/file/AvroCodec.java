package io.lakebeam.source.file;

import com.github.luben.zstd.ZstdInputStream;
import io.lakebeam.graph.Limits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.xerial.snappy.Snappy;

/** How the blocks of an Avro file are packed, unpacked up to a bound. */
final class AvroCodec {
  private AvroCodec() {}

  /** A block's bytes before they were packed, {@link Limits#BLOCK_BYTES} at most. */
  static byte[] unpack(String codec, byte[] packed) throws IOException {
    return switch (codec) {
      case "null" -> packed;
      case "deflate" -> inflated(packed);
      case "snappy" -> snappy(packed);
      case "zstandard" -> bounded(new ZstdInputStream(new ByteArrayInputStream(packed)));
      case "bzip2" -> bounded(new BZip2CompressorInputStream(new ByteArrayInputStream(packed)));
      default -> throw new IOException("it is packed with the unknown codec " + codec);
    };
  }

  private static byte[] inflated(byte[] packed) throws IOException {
    Inflater raw = new Inflater(true);
    try {
      return bounded(new InflaterInputStream(new ByteArrayInputStream(packed), raw));
    } finally {
      raw.end();
    }
  }

  /** With a checksum of the unpacked bytes behind it. */
  private static byte[] snappy(byte[] packed) throws IOException {
    int length = packed.length - Integer.BYTES;
    if (length < 0) {
      throw new IOException("a block of it is too short");
    }
    require(Snappy.uncompressedLength(packed, 0, length));
    byte[] unpacked = Snappy.uncompress(Arrays.copyOf(packed, length));
    CRC32 checksum = new CRC32();
    checksum.update(unpacked);
    if ((int) checksum.getValue() != ByteBuffer.wrap(packed).getInt(length)) {
      throw new IOException("the checksum of a block is not that of its bytes");
    }
    return unpacked;
  }

  private static byte[] bounded(InputStream unpacked) throws IOException {
    try (unpacked) {
      byte[] bytes = unpacked.readNBytes(Limits.BLOCK_BYTES + 1);
      require(bytes.length);
      return bytes;
    }
  }

  private static void require(int bytes) throws IOException {
    if (bytes > Limits.BLOCK_BYTES) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "a block of it has more than the %,d bytes that one may have, unpacked",
              Limits.BLOCK_BYTES));
    }
  }
}
