package io.lakebeam.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ParquetDecodingException;

/** Parquet's codecs, held against what a page may have: a few packed bytes may be many. */
final class BoundedPages implements CompressionCodecFactory {
  private final CompressionCodecFactory codecs;
  private final int most;

  /**
   * @param most bytes of a page, unpacked
   */
  BoundedPages(Configuration configuration, int most) {
    this.most = most;
    // The size of pages matters to writers only.
    this.codecs = new CodecFactory(configuration, 0);
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return codecs.getCompressor(codec);
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return new Bounded(codecs.getDecompressor(codec), most);
  }

  @Override
  public void release() {
    codecs.release();
  }

  private static void require(int bytes, int most) {
    if (bytes < 0 || bytes > most) {
      throw new ParquetDecodingException(
          String.format(
              Locale.ROOT,
              "a page of it has %,d bytes, more than the %,d that one may have",
              bytes,
              most));
    }
  }

  private record Bounded(BytesInputDecompressor codec, int most) implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput packed, int bytes) throws IOException {
      require(bytes, most);
      return codec.decompress(packed, bytes);
    }

    @Override
    public void decompress(ByteBuffer packed, int packedBytes, ByteBuffer into, int bytes)
        throws IOException {
      require(bytes, most);
      codec.decompress(packed, packedBytes, into, bytes);
    }

    @Override
    public void release() {
      codec.release();
    }
  }
}
