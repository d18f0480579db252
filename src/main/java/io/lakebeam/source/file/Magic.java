package io.lakebeam.source.file;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** What a file's first bytes say about it that is no text. */
public final class Magic {
  /** Bytes that are looked at; letters alone say nothing, since a header may start with them. */
  public static final int LENGTH = 16;

  private static final List<Kind> KINDS =
      List.of(
          new Kind("gzip data", ".gz", "1f8b08"),
          new Kind("bzip2 data", ".bz2", "425a68..314159265359"),
          new Kind("zstd data", ".zst", "28b52ffd"),
          new Kind("Snappy data", ".snappy", "ff060000734e61507059"),
          new Kind("Snappy data", ".snappy", "82534e4150505900"),
          new Kind("a zip archive", "", "504b0304"),
          new Kind("xz data", "", "fd377a585a00"),
          new Kind("lz4 data", "", "04224d18"),
          new Kind("a 7z archive", "", "377abcaf271c"),
          new Kind("Parquet", "", "5041523115"),
          new Kind("an Avro file", "", "4f626a01"));

  private Magic() {}

  /**
   * A kind of file.
   *
   * @param extension the end of the name by which it is unpacked; empty when it is not
   * @param hex its first bytes; two dots stand for any byte
   */
  public record Kind(String label, String extension, String hex) {
    private boolean matches(String head) {
      if (head.length() < hex.length()) {
        return false;
      }
      for (int i = 0; i < hex.length(); i++) {
        if (hex.charAt(i) != '.' && hex.charAt(i) != head.charAt(i)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Of a file's first bytes; empty for text, and for what nobody knows. */
  public static Optional<Kind> of(byte[] head) {
    String hex = HexFormat.of().formatHex(head);
    return KINDS.stream().filter(kind -> kind.matches(hex)).findFirst();
  }

  public static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }
}
