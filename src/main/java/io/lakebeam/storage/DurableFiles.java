package io.lakebeam.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;

/**
 * Small local files that appear whole or not at all, whoever looks, and stay after a crash. The
 * bytes go to a temporary file in the same folder and to the disk before the name exists.
 */
public final class DurableFiles {
  private DurableFiles() {}

  /**
   * Writes a new file. A hard link, unlike a rename, fails when the name is taken, in one step and
   * across processes.
   *
   * @throws FileAlreadyExistsException when the name is taken; what it holds stays
   */
  public static void create(Path file, byte[] bytes) throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path temporary = write(file, bytes);
    try {
      Files.createLink(file, temporary);
    } catch (UnsupportedOperationException e) {
      throw new IOException("this file system has no hard links, which local tables need", e);
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncFolder(file);
  }

  /** Writes a file, replacing what is there in one step, and the checksum file that it had. */
  public static void replace(Path file, byte[] bytes) throws IOException {
    Path temporary = write(file, bytes);
    try {
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("this file system cannot replace a file in one step", e);
    } finally {
      Files.deleteIfExists(temporary);
    }
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    syncFolder(file);
  }

  private static Path write(Path file, byte[] bytes) throws IOException {
    Links.refuseInLogs(file.toAbsolutePath().getParent());
    Path temporary =
        file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    return temporary;
  }

  /** The name itself is on the disk only when its folder is; Windows cannot open a folder. */
  private static void syncFolder(Path file) throws IOException {
    if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")) {
      return;
    }
    try (FileChannel folder =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}
