package io.lakebeam.parquet;

import io.lakebeam.graph.Limits;
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

  BoundedPages(Configuration configuration) {
    // The size of pages matters to writers only.
    this.codecs = new CodecFactory(configuration, 0);
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return codecs.getCompressor(codec);
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return new Bounded(codecs.getDecompressor(codec));
  }

  @Override
  public void release() {
    codecs.release();
  }

  private static void require(int bytes) {
    if (bytes < 0 || bytes > Limits.BLOCK_BYTES) {
      throw new ParquetDecodingException(
          String.format(
              Locale.ROOT,
              "a page of it has %,d bytes, more than the %,d that one may have",
              bytes,
              Limits.BLOCK_BYTES));
    }
  }

  private record Bounded(BytesInputDecompressor codec) implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput packed, int bytes) throws IOException {
      require(bytes);
      return codec.decompress(packed, bytes);
    }

    @Override
    public void decompress(ByteBuffer packed, int packedBytes, ByteBuffer into, int bytes)
        throws IOException {
      require(bytes);
      codec.decompress(packed, packedBytes, into, bytes);
    }

    @Override
    public void release() {
      codec.release();
    }
  }
}
