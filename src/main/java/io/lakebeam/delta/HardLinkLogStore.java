package io.lakebeam.delta;

import io.delta.storage.HadoopFileSystemLogStore;
import io.lakebeam.storage.DurableFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Delta's log on a local disk, safe across threads and processes. Delta's own stores are not:
 * HDFSLogStore and LocalLogStore rename, which on a local disk replaces the file that another
 * process has just committed. Here a version is published with a hard link, which fails when the
 * version exists.
 *
 * <p>Made by Delta, by name: {@code delta.logStore.file.impl}.
 */
public final class HardLinkLogStore extends HadoopFileSystemLogStore {
  public HardLinkLogStore(Configuration configuration) {
    super(configuration);
  }

  /**
   * Writes one file of the log, whole or not at all.
   *
   * @throws java.nio.file.FileAlreadyExistsException when it exists and may not be overwritten
   */
  @Override
  public void write(Path path, Iterator<String> lines, Boolean overwrite, Configuration unused)
      throws IOException {
    java.nio.file.Path file = Paths.get(path.toUri().getPath());
    if (!Files.isDirectory(file.getParent())) {
      throw new FileNotFoundException("No such file or directory: " + file.getParent());
    }
    byte[] bytes = LogLines.bytes(lines);
    if (overwrite) {
      DurableFiles.replace(file, bytes);
    } else {
      DurableFiles.create(file, bytes);
    }
  }

  /**
   * True, although no log file of ours is ever seen half-written: Delta asks it to decide whether
   * checkpoints, which it writes past this store, go to a temporary name first.
   */
  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration unused) {
    return true;
  }
}
