package io.lakebeam.source;

import io.lakebeam.source.SourcePosition.FileIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Very many files as one text of JSON: gzip in base64, of their number, then each of them. */
final class PackedFiles {
  private PackedFiles() {}

  static String pack(Collection<FileIdentity> files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(bytes, 1 << 16))) {
      out.writeInt(files.size());
      for (FileIdentity file : files) {
        byte[] path = file.path().getBytes(StandardCharsets.UTF_8);
        out.writeLong(file.modifiedAt());
        out.writeLong(file.length());
        out.writeInt(path.length);
        out.write(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /**
   * @throws RuntimeException when these are not files that were packed
   */
  static SortedSet<FileIdentity> unpack(String text) {
    SortedSet<FileIdentity> files = new TreeSet<>();
    byte[] bytes = Base64.getDecoder().decode(text);
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(bytes), 1 << 16))) {
      for (int left = in.readInt(); left > 0; left--) {
        long modifiedAt = in.readLong();
        long length = in.readLong();
        byte[] path = in.readNBytes(in.readInt());
        files.add(new FileIdentity(new String(path, StandardCharsets.UTF_8), length, modifiedAt));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
