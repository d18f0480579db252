package io.lakebeam.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Scheme {@code file} without Hadoop's checksum files: a {@code .crc} beside a file that somebody
 * else replaces makes the file unreadable, and the checksums cost a second file for every file.
 *
 * <p>A {@link LocalFileSystem} all the same, because drivers that keep what they upload on the disk
 * for a while, such as S3A, ask for one by that class.
 */
public final class LocalFiles extends LocalFileSystem {
  public LocalFiles() {
    super(new Raw());
    setWriteChecksum(false);
    setVerifyChecksum(false);
  }

  /** Past the checksum files, whose names Hadoop cannot make of names with a colon. */
  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return getRawFileSystem().open(path, bufferSize);
  }

  /**
   * Refuses links in the logs of tables and in ledgers: {@link Links}. And sets permissions through
   * java.nio, because Hadoop without its native library starts a {@code chmod} process for every
   * file it creates.
   */
  private static final class Raw extends RawLocalFileSystem {
    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
      Links.refuseInLogs(pathToFile(path).toPath());
      return super.open(path, bufferSize);
    }

    /** Also before a file is made in the folder. */
    @Override
    public boolean mkdirs(Path path) throws IOException {
      Links.refuseInLogs(pathToFile(path).toPath());
      return super.mkdirs(path);
    }

    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
      java.nio.file.Path file = pathToFile(path).toPath();
      if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        return;
      }
      Set<PosixFilePermission> wanted =
          PosixFilePermissions.fromString(
              permission.getUserAction().SYMBOL
                  + permission.getGroupAction().SYMBOL
                  + permission.getOtherAction().SYMBOL);
      Files.setPosixFilePermissions(file, wanted);
    }
  }
}
