package io.lakebeam.source.decode;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.source.SourceException;
import io.lakebeam.spec.SourceSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Arrays;

/**
 * A file of text: its encoding from its byte order mark or its declaration, then its records. Used
 * for one file.
 */
public final class TextFile {
  private final String source;
  private final SourceSpec.Format format;
  private final int maxRecordBytes;
  private int markBytes;

  public TextFile(String source, SourceSpec.Format format, int maxRecordBytes) {
    this.source = source;
    this.format = format;
    this.maxRecordBytes = maxRecordBytes;
  }

  /** Records of a file from its first byte on. The stream stays the caller's to close. */
  public Records records(InputStream in) throws IOException {
    byte[] head = in.readNBytes(TextEncoding.MAX_BOM);
    TextEncoding encoding = declared();
    int bom = 0;
    var mark = TextEncoding.bom(head, head.length);
    if (mark.isPresent()) {
      encoding = mark.get().encoding();
      bom = mark.get().length();
    }
    markBytes = bom;
    return records(in, encoding, Arrays.copyOfRange(head, bom, head.length));
  }

  /** How many bytes of the file stand before those that {@link Records#at} counts. */
  public int markBytes() {
    return markBytes;
  }

  /**
   * Records from the start of one of them on.
   *
   * @param encoding of the file
   * @param line in which the first one starts
   */
  public Records records(InputStream in, TextEncoding encoding, long line) throws IOException {
    Records records = records(in, encoding, new byte[0]);
    records.beginAt(line);
    return records;
  }

  private Records records(InputStream in, TextEncoding encoding, byte[] rest) throws IOException {
    if (format instanceof SourceSpec.Csv csv) {
      return RecordSplitter.csv(in, encoding, rest, csv, maxRecordBytes);
    }
    if (format instanceof SourceSpec.Json json && json.multiLine()) {
      return new JsonDocuments(in, encoding, rest, maxRecordBytes);
    }
    return RecordSplitter.lines(in, encoding, rest, maxRecordBytes);
  }

  /** What the pipeline file says, UTF-8 where it says nothing. */
  public TextEncoding declared() {
    if (!(format instanceof SourceSpec.Csv csv)) {
      return TextEncoding.UTF_8;
    }
    Charset charset;
    try {
      charset = Charset.forName(csv.charset());
    } catch (IllegalArgumentException e) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_INVALID,
          source,
          "there is no encoding " + BadRecord.quoted(csv.charset()),
          "this Java does not know the name",
          "Write a name such as UTF-8, ISO-8859-1 or windows-1252",
          e);
    }
    return TextEncoding.of(charset)
        .orElseThrow(
            () ->
                SourceException.permanent(
                    ErrorCode.SOURCE_INVALID,
                    source,
                    "files in encoding " + charset.name() + " cannot be read",
                    "its commas and line ends are not those of ASCII",
                    "Convert the files to UTF-8"));
  }
}
