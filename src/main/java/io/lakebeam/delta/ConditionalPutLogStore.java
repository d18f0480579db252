package io.lakebeam.delta;

import io.delta.storage.HadoopFileSystemLogStore;
import io.lakebeam.storage.ConditionalFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Delta's log in S3, safe across processes and machines. Delta's own store for {@code s3a} looks
 * whether a version is there and then writes it, under a lock of its own process: of two processes
 * that commit at once, one loses its commit. Here S3 itself refuses the second.
 *
 * <p>Made by Delta, by name: {@code delta.logStore.s3a.impl}.
 */
public final class ConditionalPutLogStore extends HadoopFileSystemLogStore {
  public ConditionalPutLogStore(Configuration configuration) {
    super(configuration);
  }

  /**
   * Writes one file of the log, whole or not at all.
   *
   * @throws java.nio.file.FileAlreadyExistsException when it exists and may not be overwritten
   */
  @Override
  public void write(
      Path path, Iterator<String> lines, Boolean overwrite, Configuration configuration)
      throws IOException {
    FileSystem files = path.getFileSystem(configuration);
    byte[] bytes = LogLines.bytes(lines);
    if (overwrite) {
      try (OutputStream out = files.create(path, true)) {
        out.write(bytes);
      }
    } else {
      ConditionalFiles.create(files, path, bytes);
    }
  }

  /** An object of S3 is there when it is complete. */
  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration configuration) {
    return false;
  }
}
