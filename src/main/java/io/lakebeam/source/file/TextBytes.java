package io.lakebeam.source.file;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.decode.BadRecord;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The bytes of a file of text, unpacked as the end of its name says. A file that is packed
 * otherwise, and packed bytes that are damaged or cut off, are errors of the file as a whole; what
 * storage says stays what it is.
 */
public final class TextBytes extends InputStream {
  private static final long BYTES_BETWEEN_STOPS = 1 << 20;

  private final String source;
  private final String path;
  private final Packing packing;
  private final StoredBytes stored;
  private final Runnable checkStop;
  private @Nullable InputStream unpacked;
  private long untilStop = BYTES_BETWEEN_STOPS;

  private TextBytes(
      String source, String path, Packing packing, StoredBytes stored, Runnable checkStop) {
    this.source = source;
    this.path = path;
    this.packing = packing;
    this.stored = stored;
    this.checkStop = checkStop;
  }

  /**
   * Of one file.
   *
   * @param stored its bytes as they lie there, from the first on; the caller's to close
   * @param checkStop asked now and then, since few packed bytes may be many
   * @throws SourceException when the name, or the first bytes, say that it is no text
   */
  public static InputStream of(String source, String path, InputStream stored, Runnable checkStop)
      throws IOException {
    var unknown = Packing.unknownEnd(path);
    if (unknown.isPresent()) {
      throw SourceException.badFile(
          ErrorCode.INPUT_UNREADABLE,
          source,
          "files that end in " + unknown.get() + " cannot be read: " + path,
          "nothing here unpacks them",
          "Unpack it, or pack it with gzip, bzip2, zstd or snappy");
    }
    var packing = Packing.of(path);
    if (packing.isPresent()) {
      return new TextBytes(source, path, packing.get(), new StoredBytes(stored), checkStop);
    }
    PushbackInputStream in = new PushbackInputStream(stored, Magic.LENGTH);
    byte[] head = in.readNBytes(Magic.LENGTH);
    in.unread(head);
    Magic.of(head)
        .ifPresent(
            kind -> {
              throw noText(source, path, kind);
            });
    return in;
  }

  private static SourceException noText(String source, String path, Magic.Kind kind) {
    String fix =
        kind.extension().isEmpty()
            ? "Unpack it, or declare the format it has"
            : "Rename it to end in "
                + kind.extension()
                + ", then it is unpacked; and run the update with --skip-missing, for its old name";
    return SourceException.badFile(
        ErrorCode.INPUT_UNREADABLE,
        source,
        path + " is no text",
        "its first bytes are those of " + kind.label() + ", and its name does not say so",
        fix);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = unpack(into, offset, length);
    untilStop -= read;
    if (untilStop < 0) {
      untilStop = BYTES_BETWEEN_STOPS;
      checkStop.run();
    }
    return read;
  }

  private int unpack(byte[] into, int offset, int length) throws IOException {
    try {
      if (unpacked == null) {
        unpacked = packing.unpack(stored);
      }
      return unpacked.read(into, offset, length);
    } catch (IOException | RuntimeException e) {
      // Damaged bytes fail anywhere in a library, with whatever exception comes first.
      stored.tellFailure();
      throw damaged(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (unpacked != null) {
      unpacked.close();
    }
    stored.close();
  }

  private SourceException damaged(Exception e) {
    String message = e instanceof EOFException ? null : e.getMessage();
    return SourceException.badFile(
        ErrorCode.INPUT_UNREADABLE,
        source,
        path + " cannot be unpacked as " + packing.label(),
        message == null ? "it is damaged or cut off" : BadRecord.said(message),
        "Put a whole one in its place; one that is not packed must not end in "
            + packing.extension(),
        e);
  }
}
