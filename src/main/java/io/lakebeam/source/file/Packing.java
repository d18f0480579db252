package io.lakebeam.source.file;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** How a file of text is packed, as its name says by its end. */
public enum Packing {
  GZIP("gzip", ".gz", ".gzip") {
    @Override
    public InputStream unpack(InputStream packed) throws IOException {
      // Not Java's own, which takes a pause of a slow store for the end of the last member.
      return new GzipCompressorInputStream(packed, true);
    }
  },
  BZIP2("bzip2", ".bz2", ".bzip2") {
    @Override
    public InputStream unpack(InputStream packed) throws IOException {
      return new BZip2CompressorInputStream(packed, true);
    }
  },
  ZSTD("zstd", ".zst", ".zstd") {
    @Override
    public InputStream unpack(InputStream packed) throws IOException {
      return new ZstdInputStream(packed);
    }
  },
  SNAPPY("snappy", ".snappy") {
    @Override
    public InputStream unpack(InputStream packed) throws IOException {
      return SnappyBlocks.any(packed);
    }
  },
  DEFLATE("deflate (zlib)", ".deflate") {
    @Override
    public InputStream unpack(InputStream packed) {
      return new WholeInflater(packed);
    }
  };

  /** Ways to pack that nothing here unpacks. */
  private static final List<String> OTHERS =
      List.of(
          ".zip", ".7z", ".rar", ".tar", ".tgz", ".tbz2", ".xz", ".lz4", ".lzo", ".lzma", ".br",
          ".z");

  private final String label;
  private final List<String> extensions;

  Packing(String label, String... extensions) {
    this.label = label;
    this.extensions = List.of(extensions);
  }

  /**
   * The bytes before they were packed; fails, at once or later, on bytes that are something else.
   */
  public abstract InputStream unpack(InputStream packed) throws IOException;

  /** For people. */
  public String label() {
    return label;
  }

  /** The end of a name that says it. */
  public String extension() {
    return extensions.get(0);
  }

  /** As the end of a file's name says, in any case. */
  public static Optional<Packing> of(String path) {
    for (Packing packing : values()) {
      if (packing.endOf(path).isPresent()) {
        return Optional.of(packing);
      }
    }
    return Optional.empty();
  }

  /** The end of a name that says that the file is packed in a way that nothing here unpacks. */
  public static Optional<String> unknownEnd(String path) {
    String inner =
        of(path)
            .flatMap(packing -> packing.endOf(path))
            .map(end -> path.substring(0, path.length() - end.length()))
            .orElse(path);
    String name = inner.toLowerCase(Locale.ROOT);
    return OTHERS.stream().filter(name::endsWith).findFirst();
  }

  private Optional<String> endOf(String path) {
    String name = path.toLowerCase(Locale.ROOT);
    return extensions.stream().filter(name::endsWith).findFirst();
  }

  /** Java's own, which does not look behind the end of what it unpacks. */
  private static final class WholeInflater extends InflaterInputStream {
    WholeInflater(InputStream packed) {
      super(packed, new Inflater());
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      if (read < 0 && (inf.getRemaining() > 0 || in.read() >= 0)) {
        throw new IOException("there are more bytes behind the end of the packed data");
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      inf.end();
      super.close();
    }
  }
}
